"""Requests on the back office's first page: what waits for the reader."""

from __future__ import annotations

from django.db.models import Min
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.backoffice.access import is_provider_member
from providers.backoffice.home_panels import WaitingPanel
from providers.matching.models import Invitation, InvitationState, MatchRequest, Turn
from providers.matching.views.oversight import oversees
from providers.matching.wording import beijing_time


def inbox_panel(user) -> WaitingPanel | None:
    """A member's unanswered requests, and for the office those that are stuck."""
    items = []
    if is_provider_member(user):
        items += unanswered(user)
    if oversees(user):
        items += stuck(user)
    return WaitingPanel(_("Requests"), items) if items else None


def unanswered(user) -> list[tuple[str, str]]:
    pending = Invitation.objects.for_member(user).in_state(InvitationState.PENDING).distinct()
    count = pending.count()
    if not count:
        return []
    deadline = pending.aggregate(first=Min("deadline_at"))["first"]
    sentence = ngettext(
        "%(count)s request waits for your answer, until %(when)s",
        "%(count)s requests wait for your answer, the first until %(when)s",
        count,
    ) % {"count": count, "when": beijing_time(deadline)}
    return [(sentence, reverse("matching_inbox"))]


def stuck(user) -> list[tuple[str, str]]:
    visible = MatchRequest.objects.visible_to(user)
    items = []
    if count := visible.whose_turn(Turn.CENTRE).count():
        sentence = ngettext(
            "%(count)s request waits for the centre's advice",
            "%(count)s requests wait for the centre's advice",
            count,
        )
        items.append((sentence % {"count": count}, overview_of(Turn.CENTRE)))
    if count := visible.whose_turn(Turn.NOBODY).count():
        sentence = ngettext(
            "%(count)s request was declined or left unanswered by all providers",
            "%(count)s requests were declined or left unanswered by all providers",
            count,
        )
        items.append((sentence % {"count": count}, overview_of(Turn.NOBODY)))
    return items


def overview_of(turn: Turn) -> str:
    return f"{reverse('matching_requests')}?{urlencode({'turn': turn.value})}"
