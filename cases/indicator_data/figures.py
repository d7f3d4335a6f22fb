"""The indicators of all public cases: one row a figure, one list for every form of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from cases.models import CaseIndicator, CasePage, Change
from catalog.models import Indicator

# What a figure says of its case; the long texts stay in the database.
OF_A_CASE = (
    "title",
    "slug",
    "url_path",
    "path",
    "depth",
    "enterprise_name",
    "is_anonymous",
    "anonymous_name",
    "level_before",
    "level_after",
    "is_demo",
    "locale",
    "content_type",
)


@dataclass(frozen=True)
class Figure:
    """One indicator of one case; the enterprise as the public may read it."""

    case: CasePage
    indicator: Indicator
    before: Decimal
    after: Decimal
    change: Change
    period: str
    source: str

    @property
    def enterprise(self) -> str:
        return self.case.shown_enterprise

    @property
    def industries(self) -> list[str]:
        return [term.name for term in self.case.industries.all()]

    @property
    def gain(self) -> Decimal:
        """How much it got better, in per cent or points; worse is negative, from zero endless."""
        amount = self.change.amount
        if amount is None:
            return Decimal("Infinity") if self.change.is_better else Decimal("-Infinity")
        return amount if self.indicator.direction == Indicator.Direction.UP else -amount


def figures(
    *, indicator: Indicator | None = None, industry: str = "", case: CasePage | None = None
) -> list[Figure]:
    """The measured figures of listed cases, in a fixed number of queries.

    Ordered by indicator, then by how much the figure got better; equal ones by the case's address,
    which no enterprise chooses.
    """
    listed = CasePage.objects.listed()
    if industry:
        listed = listed.filter(industries=industry)
    if case is not None:
        listed = listed.filter(pk=case.pk)
    cases = listed.only(*OF_A_CASE).prefetch_related("industries").in_bulk()
    rows = CaseIndicator.objects.filter(case__in=listed.order_by().values("pk"))
    rows = rows.filter(after__isnull=False).select_related("indicator")
    if indicator is not None:
        rows = rows.filter(indicator=indicator)
    found = [
        Figure(
            case=cases[row.case_id],
            indicator=row.indicator,
            before=row.before,
            after=row.after,
            change=row.change,
            period=row.period,
            source=row.source,
        )
        for row in rows
        # One that was published between the two queries comes with the next look.
        if row.case_id in cases
    ]
    return sorted(found, key=usual_order)


def usual_order(figure: Figure) -> tuple:
    """By the definition's own order, then the greatest improvement."""
    indicator = figure.indicator
    return indicator.order, indicator.pk, -figure.gain, figure.case.slug


def indicators_in_use() -> QuerySet[Indicator]:
    """Every indicator with ``cases``, the number of listed cases that give it."""
    listed = CasePage.objects.listed().order_by().values("pk")
    given = Q(case_figures__case__in=listed, case_figures__after__isnull=False)
    return (
        Indicator.objects.annotate(cases=Count("case_figures", filter=given, distinct=True))
        .filter(cases__gt=0)
        .order_by("order", "pk")
    )
