from cases.models.booklets import Booklet
from cases.models.editions import (
    CaseCollectionPage,
    CollectionEntry,
    CollectionIssue,
    IssuedCase,
    IssuedPicture,
)
from cases.models.indicators import Change
from cases.models.nominations import Nomination, NominationFile
from cases.models.pages import (
    BenchmarkDecision,
    CaseIndexPage,
    CaseIndicator,
    CasePage,
    CaseProvider,
    CaseSolution,
)
from cases.models.permissions import PublicationPermission
from cases.models.rules import CaseRules

__all__ = [
    "BenchmarkDecision",
    "Booklet",
    "CaseCollectionPage",
    "CaseIndexPage",
    "CaseIndicator",
    "CasePage",
    "CaseProvider",
    "CaseRules",
    "CaseSolution",
    "Change",
    "CollectionEntry",
    "CollectionIssue",
    "IssuedCase",
    "IssuedPicture",
    "Nomination",
    "NominationFile",
    "PublicationPermission",
]
