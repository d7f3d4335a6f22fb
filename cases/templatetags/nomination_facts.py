"""What nominations add to the page of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from cases.nominating.from_request import may_become_case, nomination_of

if TYPE_CHECKING:
    from cases.models import Nomination
    from providers.matching.models import MatchRequest

register = template.Library()


@register.simple_tag
def nomination_from(request: MatchRequest) -> Nomination | None:
    """The nomination that was made from a request."""
    return nomination_of(request)


@register.simple_tag
def becomes_case(request: MatchRequest) -> bool:
    """Whether its enterprise may make a case of it."""
    return may_become_case(request)
