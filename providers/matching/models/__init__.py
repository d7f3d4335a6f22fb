from providers.matching.models.attachments import MAX_ATTACHMENTS, Attachment
from providers.matching.models.choices import (
    AcceptanceCriterion,
    AcceptanceDocument,
    Choice,
    Dispute,
    FallReason,
    HandOver,
    Milestone,
    Rating,
)
from providers.matching.models.consents import Consent
from providers.matching.models.drafts import RequestDraft
from providers.matching.models.history import EventKind, RequestEvent, note
from providers.matching.models.messages import NEEDS_ACTION, Message, MessageKind
from providers.matching.models.oversight import Advice, CallBack, Intervention, OversightNote
from providers.matching.models.quotes import (
    InboxPause,
    Question,
    Quote,
    QuoteFile,
    ScoreObjection,
)
from providers.matching.models.recovery import OneTimeCode
from providers.matching.models.replies import (
    NO_IDENTITY,
    DeclineReason,
    Identity,
    Invitation,
    InvitationState,
    identity_of,
)
from providers.matching.models.request_states import (
    END_STATES,
    BudgetBand,
    CancelReason,
    RequestKind,
    RequestState,
    Turn,
)
from providers.matching.models.requests import MatchRequest, party_to
from providers.matching.models.roster import Enterprise, HeadcountBand, PilotList
from providers.matching.models.sides import Side
from providers.matching.models.terms import MatchingTerms
from providers.matching.models.weights import ScoreWeights

__all__ = [
    "END_STATES",
    "MAX_ATTACHMENTS",
    "NEEDS_ACTION",
    "NO_IDENTITY",
    "AcceptanceCriterion",
    "AcceptanceDocument",
    "Advice",
    "Attachment",
    "BudgetBand",
    "CallBack",
    "CancelReason",
    "Choice",
    "Consent",
    "DeclineReason",
    "Dispute",
    "Enterprise",
    "EventKind",
    "FallReason",
    "HandOver",
    "HeadcountBand",
    "Identity",
    "InboxPause",
    "Intervention",
    "Invitation",
    "InvitationState",
    "MatchRequest",
    "MatchingTerms",
    "Message",
    "MessageKind",
    "Milestone",
    "OneTimeCode",
    "OversightNote",
    "PilotList",
    "Question",
    "Quote",
    "QuoteFile",
    "Rating",
    "RequestDraft",
    "RequestEvent",
    "RequestKind",
    "RequestState",
    "ScoreObjection",
    "ScoreWeights",
    "Side",
    "Turn",
    "identity_of",
    "note",
    "party_to",
]
