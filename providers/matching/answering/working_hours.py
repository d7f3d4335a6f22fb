"""How long an answer took in working hours, by the mainland calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from catalog.workdays import WorkCalendar
from providers.matching.models import Invitation

# A working day counts eight hours; what happens before or after it costs no time.
DAY_BEGINS, DAY_ENDS = time(9), time(17)
# Nothing on the platform is open for longer; what lies beyond is not counted day by day.
LONGEST = timedelta(days=400)


def working_hours(start: datetime, end: datetime, calendar: WorkCalendar) -> float:
    """Hours between two moments that fall on working days from 9 to 17 o'clock Beijing time.

    Nothing where ``end`` is not after ``start``.
    """
    zone = timezone.get_default_timezone()
    first = timezone.localtime(start, zone)
    last = timezone.localtime(min(end, start + LONGEST), zone)
    total, day = timedelta(), first.date()
    while day <= last.date():
        if calendar.is_working_day(day):
            opens = datetime.combine(day, DAY_BEGINS, tzinfo=zone)
            closes = datetime.combine(day, DAY_ENDS, tzinfo=zone)
            total += max(timedelta(), min(last, closes) - max(first, opens))
        day += timedelta(days=1)
    return total.total_seconds() / 3600


def hours_to_answer(invitation: Invitation, calendar: WorkCalendar) -> float | None:
    """Working hours from being asked to the first answer; None without one."""
    answered_at = invitation.interested_at or invitation.declined_at
    if answered_at is None:
        return None
    return working_hours(invitation.invited_at, answered_at, calendar)
