"""How templates write moments and days of a request."""

from __future__ import annotations

from datetime import date

from django import template

from providers.matching import wording

register = template.Library()

register.filter("beijing_time", wording.beijing_time)


@register.filter
def plain_day(day: date | None) -> str:
    return wording.plain_day(day) if day else ""
