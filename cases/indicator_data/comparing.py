"""One indicator across cases: drawn on one scale, in the order that the reader wants."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from cases.indicator_data.figures import Figure
from catalog.wording import figure as written
from catalog.wording import plain

# Some round steps fit between the ends of a scale.
STEPS = (1, 2, 5, 10)
FEWEST_STEPS = 4
FULL = Decimal(100)
# Per cent of the drawing that stay free on either side, for dots and labels.
MARGIN = Decimal(4)

GAIN = "gain"
# What a reader may order by; a minus before it turns the order round.
KEYS = {
    GAIN: lambda row: -row.gain,
    "before": lambda row: row.before,
    "after": lambda row: row.after,
    "case": lambda row: row.case.slug,
}
LABELS = {
    "case": _("Case"),
    "before": _("Before"),
    "after": _("After"),
    GAIN: _("Change in the figure"),
}


@dataclass(frozen=True)
class Tick:
    """A round figure of the scale, and where it stands in the drawing, in per cent."""

    at: str
    label: str


@dataclass(frozen=True)
class Drawn:
    """One case: where its two figures stand in the drawing, in per cent from the left."""

    figure: Figure
    before_at: str
    after_at: str

    @property
    def before(self) -> str:
        return written(self.figure.before)

    @property
    def after(self) -> str:
        return written(self.figure.after)


@dataclass(frozen=True)
class Comparison:
    rows: list[Drawn]
    ticks: list[Tick]
    starts_at_zero: bool = True


@dataclass(frozen=True)
class Sort:
    """The head of a column: where its link leads, and how the table stands by it now."""

    key: str
    label: str
    url: str
    aria: str


def sort_of(asked: str) -> str:
    """The order that an address names; the usual one, greatest improvement first, otherwise."""
    return asked if asked.removeprefix("-") in KEYS else GAIN


def sorts(current: str, address: str, chosen: dict[str, str]) -> list[Sort]:
    """The heads that order the table: a second click turns the order round."""
    heads = []
    for key, label in LABELS.items():
        is_current = current.removeprefix("-") == key
        turned = f"-{key}" if current == key else key
        falls = current.startswith("-") != (key == GAIN)
        heads.append(
            Sort(
                key=key,
                label=str(label),
                url=f"{address}?{urlencode({'sort': turned, **chosen})}",
                aria=("descending" if falls else "ascending") if is_current else "none",
            )
        )
    return heads


def compared(figures: Iterable[Figure], sort: str) -> Comparison:
    """The figures in that order, on one scale from the smallest to the greatest of them all."""
    rows = sorted(figures, key=lambda row: row.case.slug)
    rows.sort(key=KEYS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    values = [value for row in rows for value in (row.before, row.after)]
    if not values:
        return Comparison([], [])
    ticks = round_scale(min(values), max(values))
    low, high = ticks[0], ticks[-1]

    def place(value: Decimal) -> str:
        share = (value - low) / (high - low) * (FULL - 2 * MARGIN) + MARGIN
        return plain(share.quantize(Decimal("0.01")))

    return Comparison(
        rows=[Drawn(row, place(row.before), place(row.after)) for row in rows],
        ticks=[Tick(place(value), written(value)) for value in ticks],
        starts_at_zero=low == 0,
    )


def round_scale(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round figures at even steps, from below the smallest to above the greatest.

    A scale that begins near zero begins at zero.
    """
    if low > 0 and low * 2 < high:
        low = Decimal(0)
    if high == low:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if high == low:
        high = Decimal(1)
    step = round_step((high - low) / FEWEST_STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * number for number in range(first, last + 1)]


def round_step(least: Decimal) -> Decimal:
    """The smallest of 1, 2, 5, 10 times a power of ten that is no less."""
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * step for step in STEPS if power * step >= least)
