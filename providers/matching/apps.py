from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Scoped by their own querysets.
MEMBER_VIEWS = frozenset(
    {
        "matching_inbox",
        "matching_inbox_results",
        "matching_inbox_pause",
        "matching_inbox_reopen",
        "matching_invitation",
        "matching_quote_file",
        "matching_reply_withdraw",
        "matching_attachment",
        "matching_work",
        "matching_work_document",
        "matching_work_document_remove",
        # Closed to members by their own check; the lead provider oversees.
        "matching_disputes",
        "matching_disputes_results",
        "matching_dispute",
        "matching_requests",
        "matching_requests_results",
        "matching_request",
    }
)
# Files and keys of a request are of those who see all; the lead provider does not.
OFFICE_VIEWS = frozenset(
    {
        "matching_request_attachment",
        "matching_request_keys",
        "matching_objection",
        "matching_objections",
        "matching_objections_results",
        "matching_dispute_document",
        "matching_ratings",
        "matching_rating",
        "matching_prices",
        "matching_prices_results",
        "matching_prices_export",
    }
)


class MatchingConfig(AppConfig):
    name = "providers.matching"
    label = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from providers.backoffice.access import register_views
        from providers.backoffice.figures import register_figures
        from providers.matching.answering import obligations  # noqa: F401
        from providers.matching.answering.figures import request_figures
        from providers.matching.oversight import member_views
        from providers.matching.telling import outbox  # noqa: F401

        register_views(member=MEMBER_VIEWS, office=OFFICE_VIEWS)
        register_views(member=member_views.MEMBER_VIEWS, office=member_views.OFFICE_VIEWS)
        register_figures(request_figures)
