"""Requests on the back office's first page: what waits for the reader."""

from __future__ import annotations

from django.db.models import Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.backoffice.access import is_provider_member
from providers.backoffice.home_panels import WaitingPanel
from providers.matching.advising.office_views import advice_count
from providers.matching.calling.office_views import calls_shown
from providers.matching.models import Invitation, InvitationState, MatchRequest, Turn
from providers.matching.officers import ADVISES, oversees
from providers.matching.oversight.lateness_views import overdue_shown
from providers.matching.wording import beijing_time


def inbox_panel(request: HttpRequest) -> WaitingPanel | None:
    """A member's unanswered requests, and for the office what waits for it and what is stuck."""
    items, user = [], request.user
    if is_provider_member(user):
        items += [*unanswered(user), *late_quotes(user)]
    if oversees(user):
        items += [*for_the_centre(request), *stuck(request)]
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


def late_quotes(user) -> list[tuple[str, str]]:
    """Quotes that were promised for a day that has passed."""
    interested = Invitation.objects.for_member(user).in_state(InvitationState.INTERESTED)
    count = interested.filter(quote_due_on__lt=timezone.localdate()).distinct().count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)s quote that you have promised is overdue",
        "%(count)s quotes that you have promised are overdue",
        count,
    )
    address = (
        f"{reverse('matching_inbox')}?{urlencode({'state': InvitationState.INTERESTED.value})}"
    )
    return [(sentence % {"count": count}, address)]


def for_the_centre(request: HttpRequest) -> list[tuple[str, str]]:
    """What the officers who do the centre's work have to do now."""
    if not request.user.has_perm(ADVISES):
        return []
    items = []
    if count := advice_count(request):
        sentence = ngettext(
            "%(count)s request waits for the centre's advice",
            "%(count)s requests wait for the centre's advice",
            count,
        )
        items.append((sentence % {"count": count}, reverse("matching_advice")))
    if count := calls_shown(request):
        sentence = ngettext(
            "%(count)s enterprise is to be called", "%(count)s enterprises are to be called", count
        )
        items.append((sentence % {"count": count}, reverse("matching_calls")))
    return items


def stuck(request: HttpRequest) -> list[tuple[str, str]]:
    """What is late, and what nobody takes on."""
    visible = MatchRequest.objects.visible_to(request.user)
    items = []
    if count := len(overdue_shown(request)):
        sentence = ngettext(
            "%(count)s matter is late in requests", "%(count)s matters are late in requests", count
        )
        items.append((sentence % {"count": count}, reverse("matching_requests_late")))
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
