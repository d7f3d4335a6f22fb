from providers.models.applications import Application, ApplicationEvent, ApplicationFile
from providers.models.deliveries import (
    CLAIM_LIFETIME,
    RETRY_AFTER,
    Channel,
    Delivery,
    DeliveryQuerySet,
    Dispatch,
)
from providers.models.keyed import KeyedRow
from providers.models.members import MemberInvitation
from providers.models.messages import Notice, NoticeKind
from providers.models.pages import ProviderIndexPage, ProviderPage
from providers.models.reading import MessageGroup, MessagePreference, ReadMark
from providers.models.review import (
    ReviewComment,
    ReviewSettings,
    ReviewTask,
    ReviewTaskState,
)
from providers.models.robots import ChatRobot, ChatService, RobotPost
from providers.models.standing import (
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)

__all__ = [
    "CLAIM_LIFETIME",
    "RETRY_AFTER",
    "Application",
    "ApplicationEvent",
    "ApplicationFile",
    "Channel",
    "ChatRobot",
    "ChatService",
    "Delivery",
    "DeliveryQuerySet",
    "Dispatch",
    "KeyedRow",
    "MemberInvitation",
    "MessageGroup",
    "MessagePreference",
    "Notice",
    "NoticeKind",
    "ProviderIndexPage",
    "ProviderPage",
    "ProviderStanding",
    "ProviderTeam",
    "Qualification",
    "ReadMark",
    "ReviewComment",
    "ReviewSettings",
    "ReviewTask",
    "ReviewTaskState",
    "RobotPost",
    "Undertaking",
]
