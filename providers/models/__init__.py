from providers.models.applications import Application, ApplicationEvent, ApplicationFile
from providers.models.deliveries import CLAIM_LIFETIME, Delivery, DeliveryQuerySet
from providers.models.members import MemberInvitation
from providers.models.messages import Notice, NoticeKind
from providers.models.pages import ProviderIndexPage, ProviderPage
from providers.models.review import (
    ReviewComment,
    ReviewSettings,
    ReviewTask,
    ReviewTaskState,
)
from providers.models.standing import (
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)

__all__ = [
    "CLAIM_LIFETIME",
    "Application",
    "ApplicationEvent",
    "ApplicationFile",
    "Delivery",
    "DeliveryQuerySet",
    "MemberInvitation",
    "Notice",
    "NoticeKind",
    "ProviderIndexPage",
    "ProviderPage",
    "ProviderStanding",
    "ProviderTeam",
    "Qualification",
    "ReviewComment",
    "ReviewSettings",
    "ReviewTask",
    "ReviewTaskState",
    "Undertaking",
]
