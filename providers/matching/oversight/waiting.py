"""How long enterprises wait for the first answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from catalog.workdays import WorkCalendar
from providers.matching.answering.working_hours import working_hours
from providers.matching.models import Invitation

# A median of fewer answers says nothing of a provider.
FEWEST = 3
# What the figures look back on.
LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Waiting:
    """The median wait for an answer in working hours; none of fewer than three answers."""

    label: str
    answers: int
    unanswered: int
    hours: float | None


def asked_lately(visible: QuerySet, now: datetime) -> QuerySet:
    """Invitations of these requests of the last year, whose answer came or should have come."""
    answered = Q(interested_at__isnull=False) | Q(declined_at__isnull=False)
    # A request that ended before the deadline was left by its enterprise, not by the provider.
    ended = Least(
        *[
            Coalesce(f"request__{name}", Value(now), output_field=DateTimeField())
            for name in ("withdrawn_at", "cancelled_at", "none_suitable_at")
        ],
        Value(now),
    )
    silent = Q(deadline_at__lt=ended, withdrawn_at=None)
    return Invitation.objects.filter(
        answered | silent, request__in=visible.values("pk"), invited_at__gte=now - LOOK_BACK
    ).select_related("provider")


def waiting_times(visible: QuerySet, now: datetime | None = None) -> tuple[Waiting, list[Waiting]]:
    """The wait over all these requests, and for each provider that has answered three or more.

    The longest wait comes first; a constant number of queries.
    """
    now = now or timezone.now()
    rows, calendar = list(asked_lately(visible, now)), WorkCalendar.current()
    by_provider: dict[int, list[Invitation]] = defaultdict(list)
    for row in rows:
        by_provider[row.provider_id].append(row)
    each = [wait_of(of[0].provider.title, of, calendar) for of in by_provider.values()]
    told = [row for row in each if row.hours is not None]
    return wait_of("", rows, calendar), sorted(told, key=lambda row: (-row.hours, row.label))


def wait_of(label: str, rows: Iterable[Invitation], calendar: WorkCalendar) -> Waiting:
    hours, unanswered = [], 0
    for row in rows:
        answered_at = row.interested_at or row.declined_at
        if answered_at:
            hours.append(working_hours(row.invited_at, answered_at, calendar))
        else:
            unanswered += 1
    middle = round(median(hours), 1) if len(hours) >= FEWEST else None
    return Waiting(label, len(hours), unanswered, middle)
