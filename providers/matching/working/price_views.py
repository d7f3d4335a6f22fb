"""What was listed, quoted and contracted, for the bureau; without the enterprises' names."""

from __future__ import annotations

import csv
from decimal import Decimal

import django_filters
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from catalog.models import IndustryChain
from catalog.wording import plain
from providers.matching.models import Choice, RequestState
from providers.models import ProviderPage
from providers.office_lists import OfficeListView
from providers.review.export import BYTE_ORDER_MARK, safe

STAGES = [
    RequestState.CHOSEN,
    RequestState.CONTRACTED,
    RequestState.HANDED_OVER,
    RequestState.DISPUTED,
    RequestState.CONFIRMED,
    RequestState.UNCONFIRMED,
    RequestState.ENDED,
]
# By the time stamps, from the end of the work to its beginning: the first that is set says where
# the work stands (``Choice.stage``).
STAMPS = (
    (RequestState.CONFIRMED, "accepted_at"),
    (RequestState.UNCONFIRMED, "unconfirmed_at"),
    (RequestState.ENDED, "ended_at"),
    (RequestState.DISPUTED, "disputed_at"),
    (RequestState.HANDED_OVER, "handed_over_at"),
    (RequestState.CONTRACTED, "contracted_at"),
)


class PriceFilterSet(WagtailFilterSet):
    provider = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Provider"),
        field_name="invitation__provider",
        queryset=ProviderPage.objects.order_by("title"),
    )
    industry = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Industry chain"),
        field_name="request__industry",
        queryset=IndustryChain.objects.all(),
    )
    stage = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[(stage.value, stage.label) for stage in STAGES],
        method="filter_stage",
    )
    since = django_filters.DateFilter(
        label=gettext_lazy("Chosen from"), field_name="chosen_at", lookup_expr="date__gte"
    )
    until = django_filters.DateFilter(
        label=gettext_lazy("Chosen until"), field_name="chosen_at", lookup_expr="date__lte"
    )

    class Meta:
        model = Choice
        fields: list[str] = []

    def filter_stage(self, queryset, name: str, value: str):
        return in_stage(queryset, RequestState(value))


def in_stage(queryset, stage: RequestState):
    """The same rule as ``Choice.stage``, for filters."""
    for later, stamp in STAMPS:
        if later == stage:
            return queryset.filter(**{f"{stamp}__isnull": False})
        queryset = queryset.filter(**{f"{stamp}__isnull": True})
    return queryset


def price_range(low: Decimal | None, high: Decimal | None) -> str:
    """A range in 万元, one figure where both ends are equal, empty where nothing is known."""
    known = [plain(amount) for amount in (low, high) if amount is not None]
    return "–".join(dict.fromkeys(known))


def change(choice: Choice) -> str:
    """How far the contract is from the middle of the quote, in per cent; empty where unknown."""
    quoted = (choice.quoted_min_wan, choice.quoted_max_wan)
    if choice.contracted_wan is None or None in quoted or not sum(quoted):
        return ""
    middle = sum(quoted) / 2
    return f"{(choice.contracted_wan - middle) * 100 / middle:+.0f}%"


class PricesView(OfficeListView):
    """Every choice that stands, with its prices in 万元 and the level before and after."""

    permission = "matching.view_choice"
    model = Choice
    page_title = gettext_lazy("Contract prices")
    header_icon = "table"
    index_url_name = "matching_prices"
    index_results_url_name = "matching_prices_results"
    filterset_class = PriceFilterSet
    default_ordering = ("-chosen_at", "pk")
    verbose_name_plural = gettext_lazy("contract prices")
    counted = ngettext_lazy("%(count)s choice", "%(count)s choices", "count")
    columns = [
        Column("reference", label=gettext_lazy("Reference"), accessor="request.reference"),
        Column(
            "chosen_at",
            label=gettext_lazy("Chosen on"),
            accessor=lambda row: day_chosen(row),
            sort_key="chosen_at",
        ),
        Column("industry", label=gettext_lazy("Industry chain"), accessor="request.industry.name"),
        Column("provider", label=gettext_lazy("Provider"), accessor="invitation.provider.title"),
        Column("listed", label=gettext_lazy("Listed"), accessor=lambda row: listed(row)),
        Column("quoted", label=gettext_lazy("Quoted"), accessor=lambda row: quoted(row)),
        Column(
            "contracted",
            label=gettext_lazy("Contracted"),
            accessor=lambda row: price_range(row.contracted_wan, row.contracted_wan),
            sort_key="contracted_wan",
        ),
        Column("change", label=gettext_lazy("Against the quote"), accessor=change),
        Column("stage", label=gettext_lazy("Status"), accessor="stage.label"),
        Column("before", label=gettext_lazy("Level before"), accessor="request.level_id"),
        Column("reached", label=gettext_lazy("Level reached"), accessor="level_reached_id"),
    ]

    def get_base_queryset(self):
        return Choice.objects.active().select_related("request__industry", "invitation__provider")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        address, chosen = reverse("matching_prices_export"), self.request.GET.urlencode()
        return [
            HeaderButton(
                label=_("Export as CSV"),
                url=f"{address}?{chosen}" if chosen else address,
                icon_name="download",
            )
        ]


def day_chosen(choice: Choice) -> str:
    return f"{timezone.localtime(choice.chosen_at):%Y-%m-%d}"


def listed(choice: Choice) -> str:
    return price_range(choice.listed_min_wan, choice.listed_max_wan)


def quoted(choice: Choice) -> str:
    return price_range(choice.quoted_min_wan, choice.quoted_max_wan)


class PricesExport(PricesView):
    """The table as it is filtered, whole, for a spreadsheet."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rows = self.get_queryset().prefetch_related("invitation__solutions")
        return prices_table(rows)


def prices_table(rows) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark; amounts in 万元, one a column."""
    day = timezone.localdate()
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="prices-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Reference"),
            _("Chosen on"),
            _("Asks for"),
            _("Industry chain"),
            _("Provider"),
            _("Solutions"),
            _("Listed from"),
            _("Listed to"),
            _("Quoted from"),
            _("Quoted to"),
            _("Contracted"),
            _("Status"),
            _("Level before"),
            _("Level reached"),
        ]
    )
    for row in rows:
        writer.writerow([safe(cell) for cell in cells(row)])
    return response


def cells(choice: Choice) -> list[object]:
    request, invitation = choice.request, choice.invitation
    amounts = (
        choice.listed_min_wan,
        choice.listed_max_wan,
        choice.quoted_min_wan,
        choice.quoted_max_wan,
        choice.contracted_wan,
    )
    return [
        request.reference,
        day_chosen(choice),
        request.get_kind_display(),
        request.industry.name if request.industry else "",
        invitation.provider.title,
        _(", ").join(solution.title for solution in invitation.solutions.all()),
        *("" if amount is None else plain(amount) for amount in amounts),
        choice.stage.label,
        request.level_id or "",
        choice.level_reached_id or "",
    ]
