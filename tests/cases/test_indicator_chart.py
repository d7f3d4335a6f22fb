"""Bars of a case's indicators: from zero, on one scale a pair."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cases.models import Change
from cases.templatetags.indicator_chart import pair_of


def figure(before: str, after: str, unit: str = "天", direction: str = "down"):
    change = Change(Decimal(before), Decimal(after), unit, direction)
    indicator = SimpleNamespace(name="订单平均交付周期", unit=unit)
    return SimpleNamespace(
        indicator=indicator, before=change.before, after=change.after, change=change
    )


@pytest.mark.parametrize(
    ("before", "after", "lengths"),
    [
        ("18", "12", ("100", "66.7")),
        ("42.0000", "53.0000", ("79.2", "100")),
        ("0", "12", ("0", "100")),
        ("7", "0", ("100", "0")),
        ("0", "0", ("0", "0")),
    ],
)
def test_the_longer_bar_is_full_and_the_other_in_proportion(before, after, lengths):
    drawn = pair_of(figure(before, after))
    assert (drawn.before_length, drawn.after_length) == lengths


def test_figures_are_written_without_trailing_zeros():
    drawn = pair_of(figure("95.2000", "97.6000", "%", "up"))
    assert (drawn.before, drawn.after) == ("95.2", "97.6")
