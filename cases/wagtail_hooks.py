"""Cases in the back office: the bureau's benchmark decisions, and the hooks of each part."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet

from cases.adopting import admin_hooks as adopting_hooks  # noqa: F401
from cases.editions import admin_hooks as edition_hooks  # noqa: F401
from cases.models import BenchmarkDecision
from cases.nominating import admin_hooks as nominating_hooks  # noqa: F401
from cases.notices import admin_hooks as notices_hooks  # noqa: F401
from cases.office_menu import CASES_MENU_HOOK
from cases.permitting import admin_hooks as permitting_hooks  # noqa: F401
from cases.scoring import admin_hooks as scoring_hooks  # noqa: F401
from catalog.decisions import DecisionViewSet


class BenchmarkDecisionViewSet(DecisionViewSet):
    model = BenchmarkDecision
    icon = "pick"
    menu_label = _("Benchmarks")
    menu_order = 90
    menu_hook = CASES_MENU_HOOK
    list_display = [
        "case",
        "decided_on",
        BooleanColumn("counts_toward_target", label=_("counts toward the target")),
    ]
    panels = [
        FieldPanel("case"),
        FieldPanel("decided_on"),
        FieldPanel("document"),
        FieldPanel("counts_toward_target"),
    ]


register_snippet(BenchmarkDecisionViewSet)
