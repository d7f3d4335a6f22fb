from cases.models.indicators import Change
from cases.models.pages import (
    BenchmarkDecision,
    CaseIndexPage,
    CaseIndicator,
    CasePage,
    CaseProvider,
    CaseSolution,
)

__all__ = [
    "BenchmarkDecision",
    "CaseIndexPage",
    "CaseIndicator",
    "CasePage",
    "CaseProvider",
    "CaseSolution",
    "Change",
]
