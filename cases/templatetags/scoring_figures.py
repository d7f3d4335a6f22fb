"""Points, means and spreads as they are written."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.formats import localize

from cases.scoring.arithmetic import shown

register = template.Library()


@register.filter
def points(value: Decimal | Fraction | int) -> str:
    """At most two places, without zeros that say nothing."""
    return localize(shown(value).normalize() + Decimal(0))
