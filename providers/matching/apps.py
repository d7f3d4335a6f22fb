from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Scoped by their own querysets.
MEMBER_VIEWS = frozenset(
    {
        "matching_inbox",
        "matching_inbox_results",
        "matching_invitation",
        "matching_attachment",
        # Closed to members by their own check; the lead provider oversees.
        "matching_requests",
        "matching_requests_results",
        "matching_request",
    }
)
# The photo of a request is the office's that sees all; the lead provider does not.
OFFICE_VIEWS = frozenset({"matching_request_attachment"})


class MatchingConfig(AppConfig):
    name = "providers.matching"
    label = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from providers.backoffice.access import register_views
        from providers.backoffice.figures import register_figures
        from providers.matching import obligations  # noqa: F401
        from providers.matching.figures import request_figures

        register_views(member=MEMBER_VIEWS, office=OFFICE_VIEWS)
        register_figures(request_figures)
