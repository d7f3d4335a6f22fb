"""Editions on other pages, and what the pages of an edition need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.editions.listing import editions
from cases.templatetags.indicator_chart import Pair, pair_of
from catalog.wording import section_name

if TYPE_CHECKING:
    from cases.editions.addresses import ReadIssue
    from cases.editions.reading import Figure, Part

register = template.Library()

_IN_BRACKETS = re.compile(r"([（(][^（）()]{1,12}[）)])")

register.simple_tag(editions, name="editions_of_cases")


@register.simple_tag
def frozen_pairs(figures: Iterable[Figure]) -> list[Pair]:
    """Before and after of each measured figure, as drawn."""
    return [pair_of(figure) for figure in figures if figure.change.is_measured]


@register.filter
def kept_brackets(title: str) -> SafeString:
    """A title whose part in brackets, such as （第一辑）, is not broken over two lines."""
    parts = _IN_BRACKETS.split(title)
    kept = [
        format_html('<span class="kept">{}</span>', part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    ]
    return mark_safe("".join(kept))


@register.simple_tag
def edition_trail(read: ReadIssue, part: Part | None = None) -> list[dict[str, str]]:
    """The way from home to a page of an issue, for the breadcrumbs."""
    above = read.page.get_ancestors().filter(depth__gt=2)
    trail = [{"title": section_name(step), "url": step.url or ""} for step in above]
    trail.append({"title": read.edition["title"], "url": read.page.url})
    if not read.is_current:
        number = _("Issue %(number)s") % {"number": read.issue.number}
        trail.append({"title": number, "url": read.address})
    if part is not None:
        name = part.case["title"] if part.case else _("Case %(place)s") % {"place": part.place}
        trail.append({"title": name, "url": f"{read.address}{part.place}/"})
    return trail
