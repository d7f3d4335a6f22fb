"""Indicators drawn as paired bars, before and after, on the server."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from catalog import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from cases.models import CaseIndicator, CasePage, Change

register = template.Library()

FULL = Decimal(100)
# As many stand side by side on a wide screen.
MOST_HIGHLIGHTS = 3


@dataclass(frozen=True)
class Pair:
    """One indicator as drawn: both bars start at zero and share one scale."""

    name: str
    unit: str
    before: str
    after: str
    before_length: str
    after_length: str
    change: Change


def pair_of(figure: CaseIndicator) -> Pair:
    """Lengths are per cent of the longer bar, so indicators of any unit stand side by side."""
    longest = max(abs(figure.before), abs(figure.after)) or Decimal(1)

    def length(value: Decimal) -> str:
        return wording.plain((abs(value) / longest * FULL).quantize(Decimal("0.1")))

    return Pair(
        name=figure.indicator.name,
        unit=figure.indicator.unit,
        before=wording.figure(figure.before),
        after=wording.figure(figure.after),
        before_length=length(figure.before),
        after_length=length(figure.after),
        change=figure.change,
    )


@register.simple_tag
def figures_of(case: CasePage) -> QuerySet:
    """The case's indicators with their definitions, in the author's order."""
    return case.indicators.select_related("indicator")


@register.simple_tag
def highlights(figures: Iterable[CaseIndicator]) -> list[CaseIndicator]:
    """The figures that stand at the head of a case: the author's first that were measured."""
    return [figure for figure in figures if figure.change.is_measured][:MOST_HIGHLIGHTS]


@register.simple_tag
def figures_address(case: CasePage) -> str:
    """Where the case's own figures are taken along as CSV."""
    return f"{reverse('indicators_csv')}?{urlencode({'case': case.slug})}"


@register.inclusion_tag("components/indicator_chart.html")
def indicator_chart(figures: Iterable[CaseIndicator]) -> dict[str, list[Pair]]:
    """The chart of a case's indicators; its figures stand in a table beside it."""
    return {"pairs": [pair_of(figure) for figure in figures if figure.change.is_measured]}
