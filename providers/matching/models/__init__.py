from providers.matching.models.consents import Consent
from providers.matching.models.drafts import RequestDraft
from providers.matching.models.messages import Message, MessageKind
from providers.matching.models.replies import (
    DeclineReason,
    Identity,
    Invitation,
    InvitationState,
    identity_of,
)
from providers.matching.models.requests import (
    BudgetBand,
    MatchRequest,
    RequestKind,
    RequestState,
    Turn,
)
from providers.matching.models.roster import Enterprise, HeadcountBand, PilotList
from providers.matching.models.weights import ScoreWeights

__all__ = [
    "BudgetBand",
    "Consent",
    "DeclineReason",
    "Enterprise",
    "HeadcountBand",
    "Identity",
    "Invitation",
    "InvitationState",
    "MatchRequest",
    "Message",
    "MessageKind",
    "PilotList",
    "RequestDraft",
    "RequestKind",
    "RequestState",
    "ScoreWeights",
    "Turn",
    "identity_of",
]
