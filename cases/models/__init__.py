from cases.models.adoptions import Adoption
from cases.models.booklets import Booklet
from cases.models.editions import (
    CaseCollectionPage,
    CollectionEntry,
    CollectionIssue,
    IssuedCase,
    IssuedPicture,
)
from cases.models.experts import DeclaredTies, OutsideExpert
from cases.models.indicators import Change
from cases.models.nominations import (
    Nomination,
    NominationFile,
    NominationMessage,
    NominationMessageKind,
)
from cases.models.notice_records import NoticeRecord, NoticeResult, SubjectRecord
from cases.models.notices import NoticePage, NoticeState, NoticeSubject
from cases.models.objections import (
    Objection,
    ObjectionFile,
    ObjectionMessage,
    ObjectionMessageKind,
    ObjectionQuerySet,
    ObjectionState,
    Statement,
)
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
from cases.models.schemes import ScoringCriterion, ScoringScheme
from cases.models.scoring import (
    CaseReviewer,
    CriterionPoints,
    Discussion,
    ScoreSheet,
    ScoresStand,
    ScoringRound,
)
from cases.models.uses import UseCount

__all__ = [
    "Adoption",
    "BenchmarkDecision",
    "Booklet",
    "CaseCollectionPage",
    "CaseIndexPage",
    "CaseIndicator",
    "CasePage",
    "CaseProvider",
    "CaseReviewer",
    "CaseRules",
    "CaseSolution",
    "Change",
    "CollectionEntry",
    "CollectionIssue",
    "CriterionPoints",
    "DeclaredTies",
    "Discussion",
    "IssuedCase",
    "IssuedPicture",
    "Nomination",
    "NominationFile",
    "NominationMessage",
    "NominationMessageKind",
    "NoticePage",
    "NoticeRecord",
    "NoticeResult",
    "NoticeState",
    "NoticeSubject",
    "Objection",
    "ObjectionFile",
    "ObjectionMessage",
    "ObjectionMessageKind",
    "ObjectionQuerySet",
    "ObjectionState",
    "OutsideExpert",
    "PublicationPermission",
    "ScoreSheet",
    "ScoresStand",
    "ScoringCriterion",
    "ScoringRound",
    "ScoringScheme",
    "Statement",
    "SubjectRecord",
    "UseCount",
]
