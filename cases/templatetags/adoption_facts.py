"""What the adoption ledger adds to the page of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from cases.adopting.naming import entry_of

if TYPE_CHECKING:
    from cases.models import Adoption
    from providers.matching.models import MatchRequest

register = template.Library()


@register.simple_tag
def adoption_of(request: MatchRequest) -> Adoption | None:
    """The entry beside which its enterprise may be named; none where it kept none."""
    return entry_of(request)
