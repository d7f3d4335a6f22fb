"""Working days by the mainland calendar, and the deadlines made of them.

The State Council announces each year's holidays and make-up working days a few weeks before the
year begins. ``chinesecalendar`` carries what was announced; the bureau's table of calendar days
goes before it. In a year that the library does not know, Monday to Friday count, with the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
from django.utils import timezone

from catalog.models import CalendarDay

# How long a provider has to say "interested" or to decline (working days).
ANSWER_DAYS = 3
KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays)
# The next year's holidays are announced in the autumn; from this month on they are asked for.
_ANNOUNCED_BY_MONTH = 11


@dataclass(frozen=True)
class WorkCalendar:
    """The mainland calendar with the bureau's corrections: True for a working day.

    One is read for a whole computation, so that no day costs a query of its own.
    """

    corrections: Mapping[date, bool] = field(default_factory=dict)

    @classmethod
    def current(cls) -> WorkCalendar:
        """The calendar with the table as it stands now, in one query."""
        return cls(dict(CalendarDay.objects.values_list("date", "is_working_day")))

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day, by the table, else the library, else the weekday."""
        corrected = self.corrections.get(day)
        if corrected is not None:
            return corrected
        if day.year in KNOWN_YEARS:
            return chinese_calendar.is_workday(day)
        return day.weekday() < 5

    def add(self, day: date, days: int) -> date:
        """The n-th working day after ``day``; with 0 days, ``day`` itself."""
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``; negative where ``last`` is before.

        Going back, the days after ``last`` up to and with ``first`` are counted.
        """
        start, end, sign = (first, last, 1) if first <= last else (last, first, -1)
        span = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sign * sum(map(self.is_working_day, span))

    def deadline(self, sent_at: datetime, days: int = ANSWER_DAYS) -> datetime:
        """The last second of the n-th working day after ``sent_at``, in UTC.

        Days are those of the site's own time zone, in which the sender counts them.
        """
        # Not the zone of whoever is signed in: all have the same deadline.
        zone = timezone.get_default_timezone()
        day = self.add(timezone.localtime(sent_at, zone).date(), days)
        end = datetime.combine(day, time(23, 59, 59), tzinfo=zone)
        return end.astimezone(UTC)

    def knows(self, year: int) -> bool:
        """Whether holidays of that year are told by the library or, at least once, by the table."""
        return year in KNOWN_YEARS or any(day.year == year for day in self.corrections)


def is_working_day(day: date) -> bool:
    """Whether people work on that day; for several days ask one ``WorkCalendar``."""
    return WorkCalendar.current().is_working_day(day)


def add_working_days(day: date, days: int) -> date:
    """The n-th working day after ``day``."""
    return WorkCalendar.current().add(day, days)


def answer_deadline(sent_at: datetime, days: int = ANSWER_DAYS) -> datetime:
    """The last second of the n-th working day after ``sent_at``, as local days count, in UTC."""
    return WorkCalendar.current().deadline(sent_at, days)


def year_to_enter(today: date) -> int | None:
    """The year whose holidays the bureau has to enter by now, if any (design: Matching).

    This year, or from November on the next one, where neither library nor table knows it.
    """
    calendar = WorkCalendar.current()
    years = [today.year] + ([today.year + 1] if today.month >= _ANNOUNCED_BY_MONTH else [])
    return next((year for year in years if not calendar.knows(year)), None)
