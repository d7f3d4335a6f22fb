"""The office's lists: every case with its stage, and what enterprises have nominated."""

from __future__ import annotations

import csv
from functools import cached_property

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from cases.models import CasePage, Nomination
from cases.nominating.wording import state_words
from cases.stages import CaseStage, stages_of
from catalog.models import IndustryChain
from providers.office_lists import OfficeListView
from providers.review.export import BYTE_ORDER_MARK, safe

SEES = "cases.view_nomination"


class CaseFilterSet(WagtailFilterSet):
    stage = django_filters.ChoiceFilter(
        label=gettext_lazy("Stage"), choices=CaseStage.choices, method="filter_stage"
    )
    industries = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Industry chain"),
        queryset=lambda request: IndustryChain.objects.all(),
    )
    side = django_filters.ChoiceFilter(
        label=gettext_lazy("Nominated by"),
        field_name="nomination__side",
        choices=Nomination.Side.choices,
    )

    class Meta:
        model = CasePage
        fields: list[str] = []

    def filter_stage(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """The stage is derived, so it is asked of all cases at once."""
        stages = stages_of(list(queryset))
        return queryset.filter(pk__in=[pk for pk, stage in stages.items() if stage == value])


class CasesView(OfficeListView):
    """Every case, drafts too, with how far it has come."""

    permission = SEES
    model = CasePage
    page_title = gettext_lazy("Cases and their stages")
    header_icon = "pick"
    index_url_name = "case_list"
    index_results_url_name = "case_list_results"
    filterset_class = CaseFilterSet
    default_ordering = ("-latest_revision_created_at", "pk")
    verbose_name_plural = gettext_lazy("cases")
    counted = ngettext_lazy("%(count)s case", "%(count)s cases", "count")

    @cached_property
    def stages(self) -> dict[int, CaseStage]:
        """Of the cases on this page of the list."""
        return stages_of(list(self.object_list))

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "title",
                label=_("Title"),
                accessor=lambda case: case.draft_title or case.title,
                get_url=lambda case: reverse("case_file", args=[case.pk]),
            ),
            Column("enterprise_name", label=_("Enterprise")),
            StatusTagColumn(
                "stage",
                label=_("Stage"),
                accessor=lambda case: self.stages[case.pk].label,
                primary=lambda case: self.stages[case.pk] == CaseStage.PUBLISHED,
            ),
            Column(
                "side",
                label=_("Nominated by"),
                accessor=lambda case: nominator_words(case),
            ),
            DateColumn(
                "latest_revision_created_at",
                label=_("Changed on"),
                sort_key="latest_revision_created_at",
            ),
        ]

    def get_base_queryset(self) -> QuerySet:
        return CasePage.objects.select_related("nomination__provider").defer_streamfields()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [
            HeaderButton(
                label=_("Export as CSV"),
                url=self.export_address(),
                icon_name="download",
            )
        ]
        if self.request.user.has_perm("cases.add_nomination"):
            buttons.append(
                HeaderButton(
                    label=_("Nominate a case"), url=reverse("case_propose"), icon_name="plus"
                )
            )
        return buttons

    def export_address(self) -> str:
        chosen = self.request.GET.urlencode()
        address = reverse("case_list_export")
        return f"{address}?{chosen}" if chosen else address


class CasesExport(CasesView):
    """The list as it is filtered, whole, for a spreadsheet."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        cases = list(self.get_queryset())
        stages = stages_of(cases)
        day = timezone.localdate()
        response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="cases-{day:%Y%m%d}.csv"'
        writer = csv.writer(response)
        writer.writerow(
            [_("Title"), _("Enterprise"), _("Stage"), _("Nominated by"), _("Nominated on")]
        )
        for case in cases:
            row = [
                case.draft_title or case.title,
                case.enterprise_name,
                stages[case.pk].label,
                nominator_words(case),
                nominated_on(case),
            ]
            writer.writerow([safe(cell) for cell in row])
        return response


def nomination_of(case: CasePage) -> Nomination | None:
    return getattr(case, "nomination", None)


def nominator_words(case: CasePage) -> str:
    """Who put it forward, in words."""
    row = nomination_of(case)
    if row is None:
        return ""
    return row.provider.title if row.provider else str(row.get_side_display())


def nominated_on(case: CasePage) -> str:
    row = nomination_of(case)
    if row is None or row.submitted_at is None:
        return ""
    return f"{timezone.localdate(row.submitted_at):%Y-%m-%d}"


class NominationsView(OfficeListView):
    """What enterprises have sent themselves; those that wait come first."""

    permission = SEES
    model = Nomination
    page_title = gettext_lazy("Nominations of enterprises")
    header_icon = "form"
    index_url_name = "nomination_list"
    index_results_url_name = "nomination_list_results"
    default_ordering = ("case", "submitted_at", "pk")
    verbose_name_plural = gettext_lazy("nominations")
    counted = ngettext_lazy("%(count)s nomination", "%(count)s nominations", "count")
    columns = [
        TitleColumn(
            "company",
            label=gettext_lazy("Company"),
            accessor=lambda row: row.company or row.reference,
            url_name="nomination_office",
            id_accessor="reference",
        ),
        Column("reference", label=pgettext_lazy("nomination", "Reference")),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=state_words,
            primary=lambda row: row.is_editable and not row.returned_at,
        ),
        DateColumn("submitted_at", label=gettext_lazy("Sent on"), sort_key="submitted_at"),
    ]

    def get_base_queryset(self) -> QuerySet:
        rows = Nomination.objects.sent().filter(side=Nomination.Side.ENTERPRISE)
        return rows.select_related("case")
