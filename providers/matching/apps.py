from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "providers.matching"
    label = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from providers.backoffice.access import register_views
        from providers.backoffice.figures import register_figures
        from providers.matching.answering import obligations  # noqa: F401
        from providers.matching.answering.figures import request_figures
        from providers.matching.member_views import MEMBER_VIEWS, OFFICE_VIEWS
        from providers.matching.telling import outbox  # noqa: F401

        register_views(member=MEMBER_VIEWS, office=OFFICE_VIEWS)
        register_figures(request_figures)
