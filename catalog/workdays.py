"""Working days and the deadlines made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

# How long a provider has to say "interested" or to decline.
ANSWER_DAYS = 3


def is_working_day(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def answer_deadline(sent_at: datetime, days: int = ANSWER_DAYS) -> datetime:
    """The last second of the n-th working day after ``sent_at``, as local days count, in UTC."""
    day = timezone.localtime(sent_at).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    end = datetime.combine(day, time(23, 59, 59), tzinfo=timezone.get_default_timezone())
    return end.astimezone(UTC)
