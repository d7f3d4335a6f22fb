"""The bureau's benchmark decisions in the back office: registrations only."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet

from cases.models import BenchmarkDecision
from catalog.decisions import DecisionViewSet


class BenchmarkDecisionViewSet(DecisionViewSet):
    model = BenchmarkDecision
    icon = "pick"
    menu_label = _("Benchmarks")
    menu_order = 505
    add_to_admin_menu = True
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
