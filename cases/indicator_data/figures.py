"""The indicators of all public cases as data: one row a figure, one list for every form of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from cases.models import CaseIndicator, CasePage, Change
from catalog.models import Indicator
from catalog.wording import plain


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


def figures(indicator: Indicator | None = None, industry: str = "") -> list[Figure]:
    """The measured figures of listed cases, in a fixed number of queries.

    Ordered by indicator, then by how much the figure got better; equal ones by the case's address,
    which no enterprise chooses.
    """
    cases = CasePage.objects.listed()
    if industry:
        cases = cases.filter(industries=industry)
    rows = (
        CaseIndicator.objects.filter(case__in=cases, after__isnull=False)
        .select_related("indicator", "case", "case__level_before", "case__level_after")
        .prefetch_related("case__industries")
    )
    if indicator is not None:
        rows = rows.filter(indicator=indicator)
    found = [
        Figure(row.case, row.indicator, row.before, row.after, row.change, row.period, row.source)
        for row in rows
    ]
    return sorted(found, key=order)


def order(figure: Figure) -> tuple:
    """By the definition's own order, then the greatest improvement."""
    indicator, change = figure.indicator, figure.change
    gain = change.amount if change.amount is not None else Decimal("Infinity")
    better = gain if indicator.direction == "up" else -gain
    if change.is_new:
        better = Decimal("Infinity") if change.is_better else Decimal("-Infinity")
    return indicator.order, indicator.pk, -better, figure.case.slug


def indicators_in_use() -> QuerySet[Indicator]:
    """Every indicator with ``cases``, the number of listed cases that give it."""
    listed = Q(case_figures__case__in=CasePage.objects.listed(), case_figures__after__isnull=False)
    return (
        Indicator.objects.annotate(cases=Count("case_figures", filter=listed, distinct=True))
        .filter(cases__gt=0)
        .order_by("order", "pk")
    )


def amount(number: Decimal) -> str:
    """A number as data: no grouping, no idle zeros, a plain minus."""
    return plain(number)
