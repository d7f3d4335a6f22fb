"""Whether the order of scored cases survives other weights (issue: scoring, sensitivity).

Each weight is made a tenth larger and a tenth smaller in turn; the others are scaled so that all
make 100 again. A pure part: cases come with the exact means of their points, answers are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cases.scoring.arithmetic import total

WHOLE = 100
STEP = Fraction(1, 10)


@dataclass(frozen=True)
class Scored:
    """A case as the order sees it: its key, its lot among equals, its mean points by criterion."""

    key: str
    lot: str
    points: Mapping[str, Fraction]


@dataclass(frozen=True)
class Swap:
    """Two cases that change places: ``before`` stood above ``after`` and does no more."""

    before: str
    after: str


@dataclass(frozen=True)
class Variant:
    """What becomes of the order where one weight is another one.

    ``left`` fall below the line of the first so many, ``entered`` come above it.
    """

    code: str
    factor: Fraction
    weights: Mapping[str, Fraction]
    order: tuple[str, ...]
    swaps: tuple[Swap, ...]
    left: tuple[str, ...]
    entered: tuple[str, ...]

    @property
    def keeps_order(self) -> bool:
        return not self.swaps

    @property
    def keeps_first(self) -> bool:
        return not self.left and not self.entered


@dataclass(frozen=True)
class Sensitivity:
    """The order by the weights as they are, and every variant of them."""

    order: tuple[str, ...]
    variants: tuple[Variant, ...]

    @property
    def keeps_order(self) -> bool:
        return all(variant.keeps_order for variant in self.variants)

    @property
    def keeps_first(self) -> bool:
        return all(variant.keeps_first for variant in self.variants)


def analyse(
    weights: Mapping[str, int], cases: Sequence[Scored], first: int, step: Fraction = STEP
) -> Sensitivity:
    """Every weight ``step`` larger and smaller, and what that does to the first ``first``."""
    base = order_by(weights, cases)
    variants = [
        variant(weights, cases, base, code, factor, first)
        for code in weights
        for factor in (1 - step, 1 + step)
    ]
    return Sensitivity(base, tuple(variants))


def variant(
    weights: Mapping[str, int],
    cases: Sequence[Scored],
    base: tuple[str, ...],
    code: str,
    factor: Fraction,
    first: int,
) -> Variant:
    changed = scaled(weights, code, factor)
    order = order_by(changed, cases)
    before, after = base[:first], order[:first]
    return Variant(
        code=code,
        factor=factor,
        weights=changed,
        order=order,
        swaps=swapped(base, order),
        left=tuple(key for key in before if key not in after),
        entered=tuple(key for key in after if key not in before),
    )


def scaled(weights: Mapping[str, int], code: str, factor: Fraction) -> dict[str, Fraction]:
    """The weights with one of them multiplied, at most to the whole, the others making the rest.

    A weight that is the whole already has no others and stays.
    """
    whole = Fraction(WHOLE)
    rest = whole - weights[code]
    if not rest:
        return {each: Fraction(weight) for each, weight in weights.items()}
    one = min(whole, weights[code] * factor)
    share = (whole - one) / rest
    return {each: one if each == code else weight * share for each, weight in weights.items()}


def order_by(weights: Mapping[str, int | Fraction], cases: Sequence[Scored]) -> tuple[str, ...]:
    """Keys by their totals, the highest first; equals by lot, which favours no name."""
    ranked = sorted(cases, key=lambda case: (-total(weights, case.points), case.lot))
    return tuple(case.key for case in ranked)


def swapped(before: Sequence[str], after: Sequence[str]) -> tuple[Swap, ...]:
    """Every pair whose order differs, the upper one of ``before`` first."""
    place = {key: number for number, key in enumerate(after)}
    return tuple(
        Swap(upper, lower)
        for number, upper in enumerate(before)
        for lower in before[number + 1 :]
        if place[upper] > place[lower]
    )
