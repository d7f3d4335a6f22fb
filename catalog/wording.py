"""Facts in the words of the reader's language: money, days, prices. Amounts are in 万元."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from wagtail.models import Page

    from catalog.models import SolutionPage

YUAN_PER_WAN = 10_000

# The lists and sections below home, by slug, in the words of the navigation.
SECTION_NAMES = {
    "solutions": pgettext_lazy("navigation", "Solutions"),
    "providers": pgettext_lazy("navigation", "Providers"),
    "cases": pgettext_lazy("navigation", "Cases"),
    "policy": pgettext_lazy("navigation", "Policy"),
    "notices": pgettext_lazy("navigation", "Public notices"),
    "help": pgettext_lazy("navigation", "Help"),
    "news": pgettext_lazy("navigation", "News"),
}


def plain(number: Decimal | float) -> str:
    """The shortest way to write a number: no trailing zeros, no exponent."""
    return f"{Decimal(str(number)).normalize():f}"


def figure(number: Decimal | float) -> str:
    """A number as printed: a minus sign in place of the hyphen of ``plain``."""
    return plain(number).replace("-", "−")


def signed(number: Decimal) -> str:
    """A change with its sign and the digits that it has, such as "+2.4" or "−33.3"."""
    return f"{number:+}".replace("-", "−")


def in_chinese() -> bool:
    """Whether the reader's language is Chinese, which counts money in units of 10,000 yuan."""
    return (get_language() or "zh").startswith("zh")


def section_name(page: Page) -> str:
    """A list or section as its editors call it; in other languages as the navigation does."""
    return page.title if in_chinese() else str(SECTION_NAMES.get(page.slug, page.title))


def wan(amount: Decimal) -> str:
    """An amount of 万元 with at most two decimals, such as "4.8 万元" or "¥48,000"."""
    if in_chinese():
        return f"{plain(rounded(amount))} 万元"
    return f"¥{amount * YUAN_PER_WAN:,.0f}"


def wan_band(low: Decimal | None, high: Decimal | None) -> str:
    """A span of amounts, such as "1.8–4.8 万元" or "¥18,000–48,000"; one amount if they agree."""
    if low is None or high is None or low == high:
        known = high if low is None else low
        return "" if known is None else wan(known)
    if in_chinese():
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


def exact_wan(amount: Decimal) -> str:
    """An amount of 万元 to the yuan, such as "32.6543 万元" or "¥326,543"."""
    if in_chinese():
        return f"{plain(amount)} 万元"
    return f"¥{amount * YUAN_PER_WAN:,.0f}"
