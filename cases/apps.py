from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Scoped by their own querysets.
MEMBER_VIEWS = frozenset({"own_cases", "own_case_give_up", "permission_paper"})
OFFICE_VIEWS = frozenset(
    {
        "case_list",
        "case_list_results",
        "case_list_export",
        "case_propose",
        "case_file",
        "case_refuse",
        "case_give_up",
        "nomination_list",
        "nomination_list_results",
        "nomination_office",
        "nomination_take_on",
        "nomination_return",
        "nomination_refuse",
        "nomination_office_file",
        "case_reuse",
        "case_reuse_export",
        "case_reuse_months",
        "case_reuse_months_export",
        "permission_ask",
        "permission_keys",
        "permission_check",
        "permission_take_back",
        "permission_document",
    }
)


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from cases import signal_handlers  # noqa: F401
        from cases.adopting import following, naming  # noqa: F401
        from cases.editions import gate  # noqa: F401
        from cases.editions import member_views as editions
        from cases.nominating import outbox as nominators  # noqa: F401
        from cases.nominating import submitting  # noqa: F401
        from cases.notices import gate as gate_of_notices  # noqa: F401
        from cases.notices import member_views as notices
        from cases.notices import outbox, taking_out  # noqa: F401
        from cases.permitting import condition  # noqa: F401
        from cases.scoring import member_views as scoring
        from cases.scoring import outcome, publication, telling  # noqa: F401
        from providers.backoffice.access import register_views

        register_views(
            member=MEMBER_VIEWS,
            office=OFFICE_VIEWS | editions.OFFICE_VIEWS | scoring.OFFICE_VIEWS,
        )
        register_views(member=notices.MEMBER_VIEWS, office=notices.OFFICE_VIEWS)
