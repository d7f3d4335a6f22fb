from providers.models.pages import ProviderIndexPage, ProviderPage
from providers.models.review import ReviewTask
from providers.models.standing import (
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)

__all__ = [
    "ProviderIndexPage",
    "ProviderPage",
    "ProviderStanding",
    "ProviderTeam",
    "Qualification",
    "ReviewTask",
    "Undertaking",
]
