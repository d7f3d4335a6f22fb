"""What is late in the life of requests, for the office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.workdays import WorkCalendar
from providers.matching.advising.queue import advice_wanted
from providers.matching.models import (
    Choice,
    Invitation,
    InvitationState,
    MatchingTerms,
    MatchRequest,
)

# A dispute that is not settled within these working days stands in the list; no rule sets a period.
DISPUTE_DAYS = 10


class Lateness(models.TextChoices):
    UNANSWERED = "unanswered", _("not answered in time")
    QUOTE = "quote", _("quote late")
    ADVICE = "advice", _("advice late")
    CONFIRMATION = "confirmation", _("contract not confirmed")
    HAND_OVER = "hand_over", _("hand-over without an answer")
    DISPUTE = "dispute", _("dispute not settled")


@dataclass(frozen=True)
class Overdue:
    """One thing that is late since a moment (UTC), at a provider or, with none, at the centre."""

    kind: Lateness
    request: MatchRequest
    since: datetime
    invitation: Invitation | None = None

    @property
    def provider(self) -> str:
        return self.invitation.provider.title if self.invitation else ""


@dataclass(frozen=True)
class Clock:
    """The moment, the calendar and the periods by which all is judged."""

    now: datetime
    calendar: WorkCalendar
    terms: MatchingTerms

    @classmethod
    def at(cls, now: datetime | None = None) -> Clock:
        return cls(now or timezone.now(), WorkCalendar.current(), MatchingTerms.current())


def overdue(visible: QuerySet, now: datetime | None = None) -> list[Overdue]:
    """All that is late among these requests, oldest first, in a fixed number of queries.

    Args:
        visible: the requests that the reader may see.
    """
    clock = Clock.at(now)
    found = [
        *unanswered(visible, clock),
        *advice_late(visible, clock),
        *late_work(visible, clock),
    ]
    return sorted(found, key=lambda row: (row.since, row.request.reference))


def unanswered(visible: QuerySet, clock: Clock) -> Iterator[Overdue]:
    """Providers that said nothing in time, and quotes that did not come by their day."""
    today = timezone.localdate(clock.now)
    silent = Q(interested_at=None, declined_at=None, deadline_at__lt=clock.now)
    promised = Q(interested_at__isnull=False, quoted_at=None, quote_due_on__lt=today)
    rows = (
        Invitation.objects.filter(silent | promised, request__in=open_ones(visible))
        .filter(withdrawn_at=None)
        .select_related("request", "provider")
        .prefetch_related("request__choices")
    )
    for row in rows:
        state = row.state(clock.now)
        if state == InvitationState.EXPIRED:
            yield Overdue(Lateness.UNANSWERED, row.request, row.deadline_at, row)
        elif state == InvitationState.INTERESTED:
            ended = clock.calendar.deadline(noon(row.quote_due_on), 0)
            yield Overdue(Lateness.QUOTE, row.request, ended, row)


def noon(day) -> datetime:
    """A moment of that day in the site's own time zone."""
    moment = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
    return timezone.make_aware(moment, timezone.get_default_timezone())


def advice_late(visible: QuerySet, clock: Clock) -> Iterator[Overdue]:
    """Requests to which the centre should have proposed providers."""
    for request in advice_wanted(clock.now).filter(pk__in=visible.values("pk")):
        due = clock.calendar.deadline(request.advice_asked_at, clock.terms.advice_days)
        if due < clock.now:
            yield Overdue(Lateness.ADVICE, request, due)


def late_work(visible: QuerySet, clock: Clock) -> Iterator[Overdue]:
    """What a chosen provider, the enterprise or the office has left lying."""
    rows = (
        Choice.objects.under_way()
        .filter(request__in=open_ones(visible))
        .select_related("request", "invitation__provider")
    )
    for row in rows:
        kind, due = next_date(row, clock)
        if due and due < clock.now:
            yield Overdue(kind, row.request, due, row.invitation)


def next_date(choice: Choice, clock: Clock) -> tuple[Lateness | None, datetime | None]:
    """What has to happen next in the work, and until when."""
    terms, calendar = clock.terms, clock.calendar
    if choice.disputed_at:
        return Lateness.DISPUTE, calendar.deadline(choice.disputed_at, DISPUTE_DAYS)
    if choice.handed_over_at:
        notice = timedelta(days=terms.silence_notice_days)
        return Lateness.HAND_OVER, choice.handed_over_at + notice
    if choice.contracted_at is None:
        return Lateness.CONFIRMATION, calendar.deadline(choice.chosen_at, terms.confirm_days)
    return None, None


def open_ones(visible: QuerySet) -> QuerySet:
    return visible.not_given_up().values("pk")
