"""The adoption ledger and the reuse figures in the back office."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cases.models import Adoption, CasePage
from cases.office_menu import CASES_MENU_HOOK
from cases.reuse import office_views
from providers.menu_items import PermittedMenuItem
from providers.public_forms import DayInput


class AdoptionForm(WagtailAdminModelForm):
    """An entry of the ledger; who made it is recorded, not typed."""

    def save(self, commit: bool = True) -> Adoption:
        if self.instance.set_by_id is None:
            self.instance.set_by = self.for_user
        return super().save(commit)


class AdoptionFilterSet(WagtailFilterSet):
    case = django_filters.ModelChoiceFilter(
        label=_("Case"),
        queryset=lambda request: CasePage.objects.filter(adoptions__isnull=False).distinct(),
    )

    class Meta:
        model = Adoption
        fields = ["state", "reason"]


def reference_of(entry: Adoption) -> str:
    """The request that keeps the entry; empty where the office does."""
    return entry.request.reference if entry.request else ""


class AdoptionViewSet(SnippetViewSet):
    """Every try to repeat a case that the office knows of."""

    model = Adoption
    icon = "repeat"
    menu_label = _("Adoptions")
    menu_order = 60
    menu_hook = CASES_MENU_HOOK
    search_backend_name = None
    list_display = [
        "case",
        "enterprise_name",
        Column("request", label=_("Request"), accessor=lambda row: reference_of(row)),
        Column("state", label=_("Status"), accessor="get_state_display", sort_key="state"),
        Column("reason", label=_("Reason"), accessor="get_reason_display"),
        "started_on",
        "finished_on",
        BooleanColumn(
            "shown_name",
            label=_("Consent to show the name"),
            accessor=lambda row: bool(row.shown_name),
        ),
    ]
    filterset_class = AdoptionFilterSet
    panels = [
        FieldPanel("case"),
        FieldPanel("enterprise_name"),
        MultiFieldPanel(
            [
                FieldPanel("state"),
                FieldRowPanel(
                    [
                        FieldPanel("started_on", widget=DayInput()),
                        FieldPanel("finished_on", widget=DayInput()),
                    ]
                ),
                FieldPanel("level_reached"),
                FieldPanel("reason"),
                FieldPanel("reason_note"),
            ],
            heading=_("How it went"),
        ),
        MultiFieldPanel(
            [FieldPanel("named_by"), FieldPanel("named_on", widget=DayInput())],
            heading=_("Consent to show the name"),
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Adoption.objects.select_related("case", "request")

    def get_edit_handler(self) -> ObjectList:
        handler = ObjectList(self.panels, base_form_class=AdoptionForm)
        return handler.bind_to_model(self.model)


register_snippet(AdoptionViewSet)


@hooks.register(CASES_MENU_HOOK)
def reuse_item() -> MenuItem:
    return PermittedMenuItem(
        _("Reuse of cases"),
        reverse_lazy("case_reuse"),
        name="case-reuse",
        icon_name="table",
        order=70,
        permission=office_views.SEES,
    )


@hooks.register("register_admin_urls")
def reuse_urls() -> list:
    return [
        path("cases/reuse/", office_views.reuse, name="case_reuse"),
        path("cases/reuse/export/", office_views.export, name="case_reuse_export"),
        path(
            "cases/reuse/export/months/",
            office_views.export_months,
            name="case_reuse_months_export",
        ),
        path("cases/reuse/<int:pk>/", office_views.months, name="case_reuse_months"),
    ]
