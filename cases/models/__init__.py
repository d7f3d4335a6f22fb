from cases.models.indicators import Change
from cases.models.pages import (
    BenchmarkDecision,
    CaseIndexPage,
    CaseIndicator,
    CasePage,
    CaseProvider,
    CaseSolution,
)
from cases.models.rules import CaseRules

__all__ = [
    "BenchmarkDecision",
    "CaseIndexPage",
    "CaseIndicator",
    "CasePage",
    "CaseProvider",
    "CaseRules",
    "CaseSolution",
    "Change",
]
