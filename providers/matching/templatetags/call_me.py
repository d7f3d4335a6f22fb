"""Where "call me" leads, and whether an officer fills in a form for somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from providers.matching.asking.progress import current_draft
from providers.matching.calling.assisting import ASSISTED, assisted

if TYPE_CHECKING:
    from django.template import Context
    from wagtail.models import Page

register = template.Library()


@register.simple_tag
def call_me(page: Page | str | None = None) -> str:
    """The address of "call me", with the page that it is asked on."""
    address = reverse("request_call")
    return f"{address}?{urlencode({'page': page.pk})}" if page else address


@register.simple_tag(takes_context=True)
def is_assisted(context: Context, reference: str = "") -> bool:
    """Whether the signed-in officer fills in the draft, or sent the request, of that reference.

    Without one, the draft of this browser is meant; nothing is read unless the session says so.
    """
    request = context.get("request")
    if request is None or ASSISTED not in request.session:
        return False
    if not reference:
        draft = current_draft(request)
        reference = draft.reference if draft else ""
    return bool(reference) and assisted(request, reference)
