"""The bureau's own data in the back office: the reward's versions and the calendar's days."""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import CopyView, IndexView, SnippetViewSet

from catalog.models import CalendarDay, RewardPolicy
from catalog.workdays import KNOWN_YEARS, year_to_enter


class CopiedPolicyView(CopyView):
    """The next version begins as a copy: its tiers are new rows, and it is a draft again."""

    def get_initial_form_instance(self) -> RewardPolicy:
        return self.get_object().as_new_draft()


class RewardPolicyViewSet(SnippetViewSet):
    model = RewardPolicy
    copy_view_class = CopiedPolicyView
    list_display = [
        "name",
        "effective_on",
        BooleanColumn("is_draft", label=gettext_lazy("draft")),
        BooleanColumn("is_page_shown", label=gettext_lazy("shown to the public")),
    ]
    search_fields = ["name", "source"]
    search_backend_name = None


class CalendarDayFilter(WagtailFilterSet):
    year = django_filters.NumberFilter(
        field_name="date",
        lookup_expr="year",
        label=gettext_lazy("year"),
        min_value=1,
        max_value=9998,
    )

    class Meta:
        model = CalendarDay
        fields = ["is_working_day"]


class CalendarDayIndexView(IndexView):
    """Says above the list which years it has to make up for."""

    def get_context_data(self, *args, **kwargs) -> dict[str, Any]:
        return super().get_context_data(*args, **kwargs) | {
            "last_known_year": str(max(KNOWN_YEARS)),
            "year_to_enter": year_to_enter(timezone.localdate()),
        }


class CalendarDayViewSet(SnippetViewSet):
    model = CalendarDay
    index_view_class = CalendarDayIndexView
    index_template_name = "desk/calendar_days.html"
    list_display = [
        "date",
        BooleanColumn("is_working_day", label=gettext_lazy("working day")),
        "note",
    ]
    filterset_class = CalendarDayFilter
    search_fields = ["note"]
    search_backend_name = None


class MissingHolidaysPanel(Component):
    """On the back office's first page: the year whose holidays have to be entered."""

    template_name = "desk/waiting_panel.html"
    order = 40

    def __init__(self, year: int) -> None:
        self.year = year

    @classmethod
    def now(cls) -> MissingHolidaysPanel | None:
        """The panel, where a year has to be entered by now."""
        year = year_to_enter(timezone.localdate())
        return cls(year) if year else None

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        sentence = _(
            "The public holidays of %(year)s are not known yet: enter them, or deadlines count "
            "Monday to Friday only"
        ) % {"year": str(self.year)}
        address = reverse(CalendarDayViewSet().get_url_name("list"))
        return {"heading": _("Working days"), "items": [(sentence, address)]}
