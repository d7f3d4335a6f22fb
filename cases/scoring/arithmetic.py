"""What points make: totals of a hundred, means and spreads. Exact; rounded only to be shown.

A pure part: it reads no database and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

FULL = 10
SHOWN = Decimal("0.01")

Points = int | Fraction


def total(weights: Mapping[str, Points], points: Mapping[str, Points]) -> Fraction:
    """Σ weight · points / 10 over the criteria that both name."""
    return sum((Fraction(weights[code]) * points[code] for code in weights), Fraction(0)) / FULL


def mean(values: Sequence[Points | Decimal]) -> Fraction:
    """The exact mean of at least one value."""
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


def spread(values: Sequence[Points | Decimal]) -> Fraction:
    """The distance between the highest and the lowest of at least one value."""
    return Fraction(max(values)) - Fraction(min(values))


def shown(value: Points | Decimal) -> Decimal:
    """Two places, halves upwards; points are never negative."""
    cents = Fraction(value) * 100
    return Decimal(int(cents + Fraction(1, 2))) * SHOWN
