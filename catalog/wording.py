"""Facts in the words of the reader's language: money, days, prices. Amounts are in 万元."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from catalog.models import SolutionPage

YUAN_PER_WAN = 10_000


def plain(number: Decimal | float) -> str:
    """The shortest way to write a number: no trailing zeros, no exponent."""
    return f"{Decimal(str(number)).normalize():f}"


def in_wan() -> bool:
    """Chinese counts money in units of 10,000 yuan; other languages in yuan."""
    return (get_language() or "zh").startswith("zh")


def wan(amount: Decimal) -> str:
    """An amount of 万元 with at most two decimals, such as "4.8 万元" or "¥48,000"."""
    if in_wan():
        return f"{plain(rounded(amount))} 万元"
    return f"¥{amount * YUAN_PER_WAN:,.0f}"


def wan_band(low: Decimal | None, high: Decimal | None) -> str:
    """A span of amounts, such as "1.8–4.8 万元" or "¥18,000–48,000"; one amount if they agree."""
    if low is None or high is None or low == high:
        known = high if low is None else low
        return "" if known is None else wan(known)
    if in_wan():
        return f"{plain(rounded(low))}–{wan(high)}"
    return f"{wan(low)}–{high * YUAN_PER_WAN:,.0f}"


def rounded(amount: Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def price(solution: SolutionPage) -> str:
    """The whole first year's price as a reader compares it."""
    if solution.price_on_request or solution.price_max_wan is None:
        return pgettext("price", "on request")
    if solution.price_max_wan == 0:
        return _("free of charge")
    return wan_band(solution.price_min_wan, solution.price_max_wan)


def days(number: int) -> str:
    """Calendar days, such as "15 天"."""
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def items(text: str) -> list[str]:
    """The items of a text that is typed one item a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
