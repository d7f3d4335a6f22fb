"""How templates write moments and days of a request."""

from __future__ import annotations

from datetime import date

from django import template

from catalog.wording import wan_band
from providers.matching import wording
from providers.matching.models import Quote

register = template.Library()

register.filter("beijing_time", wording.beijing_time)


@register.filter
def plain_day(day: date | None) -> str:
    return wording.plain_day(day) if day else ""


@register.filter
def quote_price(quote: Quote) -> str:
    """What a quote asks for; call it only where its price may be seen."""
    return wan_band(quote.price_min_wan, quote.price_max_wan)
