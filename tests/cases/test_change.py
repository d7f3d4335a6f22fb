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
        ("0", "0", "处/月", "down", "+0.0%", "unchanged", "→"),
        ("0", "5", "%", "up", "+5.0 percentage points", "better", "↑"),
        ("10", "12", "天", "down", "+20.0%", "worse", "↑"),
    ],
)
def test_change(before, after, unit, direction, text, word, arrow):
    change = Change(Decimal(before), Decimal(after), unit, direction)
    with override("en"):
        assert (change.text, change.word, change.arrow) == (text, word, arrow)


def test_the_demonstrations_figures_agree_with_the_rule(demo_site):
    """Every figure of the demonstration got better in its own direction."""
    figures = list(CaseIndicator.objects.select_related("indicator"))
    assert len(figures) == 33
    assert all(figure.change.is_better for figure in figures)
