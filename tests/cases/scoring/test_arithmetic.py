"""What points make, as a table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from cases.scoring.arithmetic import mean, shown, spread, total

SEEDED = {
    "effectiveness": 30,
    "innovation": 20,
    "replicability": 20,
    "scalability": 15,
    "demonstration": 10,
    "cost_benefit": 5,
}


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((0, 0, 0, 0, 0, 0), "0"),
        ((10, 10, 10, 10, 10, 10), "100"),
        ((5, 5, 5, 5, 5, 5), "50"),
        ((9, 6, 8, 7, 8, 6), "76.5"),
        ((8, 7, 9, 6, 7, 6), "75"),
        ((10, 0, 0, 0, 0, 0), "30"),
        ((0, 0, 0, 0, 0, 1), "0.5"),
        ((0, 0, 0, 1, 0, 0), "1.5"),
        ((7, 7, 7, 7, 7, 7), "70"),
    ],
)
def test_a_total_is_points_by_weight(points, expected):
    given = dict(zip(SEEDED, points, strict=True))
    assert total(SEEDED, given) == Fraction(expected)


def test_odd_weights_stay_exact():
    weights = {"a": 33, "b": 33, "c": 34}
    assert total(weights, {"a": 1, "b": 2, "c": 3}) == Fraction("20.1")


@pytest.mark.parametrize(
    ("totals", "average", "distance"),
    [
        (("76.5", "75"), "75.75", "1.5"),
        (("72", "45.5"), "58.75", "26.5"),
        (("70", "70", "70"), "70", "0"),
        (("0.5",), "0.5", "0"),
        (("0", "100"), "50", "100"),
    ],
)
def test_mean_and_spread(totals, average, distance):
    values = [Decimal(value) for value in totals]
    assert mean(values) == Fraction(average)
    assert spread(values) == Fraction(distance)


def test_a_mean_of_three_is_exact_and_rounded_only_to_be_shown():
    found = mean([Decimal(70), Decimal(70), Decimal(71)])
    assert found == Fraction(211, 3)
    assert shown(found) == Decimal("70.33")


@pytest.mark.parametrize(
    ("value", "written"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("69.995", "70.00"), ("70", "70.00"), ("2/3", "0.67")],
)
def test_halves_are_rounded_upwards(value, written):
    assert str(shown(Fraction(value))) == written
