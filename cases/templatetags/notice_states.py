"""Where public notices stand, for lists that hold them among other pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from wagtail.models import Page

from cases.models import NoticePage, NoticeState
from cases.notices.public_page import LOOKS, result_address

register = template.Library()


@dataclass(frozen=True)
class NoticeMark:
    """What a list says of a notice; ``result_url`` is empty until the result is published."""

    state: NoticeState
    look: str
    result_url: str


@register.simple_tag
def with_notice_states(pages: Iterable[Page]) -> list[tuple[Page, NoticeMark | None]]:
    """Each page with its mark, None for what is no notice; one query for all."""
    pages = list(pages)
    rows = NoticePage.objects.filter(pk__in=[page.pk for page in pages])
    counted = rows.select_related("record", "result").with_counts()
    marks = {row.pk: mark_of(row) for row in counted}
    return [(page, marks.get(page.pk)) for page in pages]


def mark_of(notice: NoticePage) -> NoticeMark:
    state = notice.state_counted()
    return NoticeMark(state, LOOKS[state], result_address(notice, state))
