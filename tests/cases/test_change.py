"""How a figure changed (design: Cases)."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from cases.models import CaseIndicator, Change


@pytest.mark.parametrize(
    ("before", "after", "unit", "direction", "text", "word", "arrow"),
    [
        ("18", "12", "天", "down", "−33.3%", "better", "↓"),
        ("95.2", "97.6", "%", "up", "+2.4 percentage points", "better", "↑"),
        ("4.8", "1.1", "%", "down", "−3.7 percentage points", "better", "↓"),
        ("0", "12", "家", "up", "new", "better", "↑"),
        ("7", "0", "处/月", "down", "−100.0%", "better", "↓"),
        ("0", "0", "处/月", "down", "0%", "unchanged", "→"),
        ("0", "0", "%", "up", "0 percentage points", "unchanged", "→"),
        ("42", "42", "件", "up", "0%", "unchanged", "→"),
        # Lower is better, and it fell by more than a hundredth only.
        ("1000000", "999999", "元", "down", "under 0.1%", "better", "↓"),
        ("99.95", "99.99", "%", "up", "under 0.1 percentage points", "better", "↑"),
        # From a loss to a profit, and the other way round.
        ("-20", "10", "万元", "up", "+150.0%", "better", "↑"),
        ("10", "-20", "万元", "up", "−300.0%", "worse", "↓"),
        ("-20", "-10", "万元", "down", "+50.0%", "worse", "↑"),
        ("0", "-3", "万元", "up", "new", "worse", "↓"),
        # As large and as small as the database holds.
        (
            "0.0001",
            "9999999999.9999",
            "元",
            "up",
            "99,999,999,999,999.0 times as much",
            "better",
            "↑",
        ),
        ("9999999999.9999", "0.0001", "元", "down", "−100.0%", "better", "↓"),
        ("0.0003", "0.0004", "毫米", "down", "+33.3%", "worse", "↑"),
        # A rise that no percentage tells; below it one still does.
        ("2", "50", "件", "up", "25.0 times as much", "better", "↑"),
        ("1", "11", "起", "down", "11.0 times as much", "worse", "↑"),
        ("1", "10.99", "起", "down", "+999.0%", "worse", "↑"),
        # Each side of what one decimal shows.
        ("2000", "2001", "件", "up", "+0.1%", "better", "↑"),
        ("10000", "10004", "件", "up", "under 0.1%", "better", "↑"),
        ("10000", "9996", "件", "up", "under 0.1%", "worse", "↓"),
        ("50", "49.95", "%", "up", "−0.1 percentage points", "worse", "↓"),
        ("50", "49.96", "%", "up", "under 0.1 percentage points", "worse", "↓"),
        # Percentages below zero, through zero, and typed full-width.
        ("-5", "3", "%", "up", "+8.0 percentage points", "better", "↑"),
        ("4.8", "1.1", "％", "down", "−3.7 percentage points", "better", "↓"),
        ("0", "5", "%", "up", "+5.0 percentage points", "better", "↑"),
        ("10", "12", "天", "down", "+20.0%", "worse", "↑"),
    ],
)
def test_change(before, after, unit, direction, text, word, arrow):
    change = Change(Decimal(before), Decimal(after), unit, direction)
    with override("en"):
        assert (change.text, change.word, change.arrow) == (text, word, arrow)


def test_no_zero_has_a_sign_in_the_data():
    for before, after in (("10000", "9999"), ("10000", "9996"), ("7", "7")):
        amount = Change(Decimal(before), Decimal(after), "件", "up").amount
        assert not (amount == 0 and amount.is_signed())


@pytest.mark.parametrize("unit", ["天", "%"])
def test_what_is_not_measured_yet_has_no_change(unit):
    change = Change(Decimal(18), None, unit, "down")
    with override("en"):
        assert change.text == "not measured yet"
    assert (change.amount, change.arrow, change.word, change.is_better, change.is_new) == (
        None,
        "",
        "",
        False,
        False,
    )


def test_the_demonstrations_figures_agree_with_the_rule(demo_site):
    """Every figure of the demonstration got better in its own direction."""
    figures = list(CaseIndicator.objects.select_related("indicator"))
    assert len(figures) == 33
    assert all(figure.change.is_better for figure in figures)
