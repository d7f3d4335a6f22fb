"""Working days by the mainland calendar, the bureau's corrections, and years nobody knows."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import CalendarDay
from catalog.workdays import (
    KNOWN_YEARS,
    WorkCalendar,
    add_working_days,
    answer_deadline,
    is_working_day,
    year_to_enter,
)
from tests.pages import page_text, signed_in

# A year that no announcement can have reached the library for.
UNKNOWN_YEAR = max(KNOWN_YEARS) + 20

LIST = "wagtailsnippets_catalog_calendarday:list"
ADD = "wagtailsnippets_catalog_calendarday:add"


def day(text: str) -> date:
    return date.fromisoformat(text)


def weekday_of(year: int, weekday: int) -> date:
    """The first Monday (0) to Sunday (6) of a year."""
    return next(
        found for number in range(1, 8) if (found := date(year, 1, number)).weekday() == weekday
    )


@pytest.mark.parametrize(
    ("text", "is_working"),
    [
        ("2026-02-13", True),  # the last Friday before Spring Festival
        ("2026-02-14", True),  # Saturday, made up for
        ("2026-02-15", False),
        ("2026-02-16", False),  # Monday, New Year's Eve
        ("2026-02-23", False),  # Monday, the last day of the festival
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday, made up for
        ("2026-03-01", False),
        ("2026-09-20", True),  # Sunday, made up for
        ("2026-09-25", False),  # Friday, Mid-Autumn
        ("2026-10-01", False),
        ("2026-10-07", False),  # Wednesday, the last day of National Day
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, made up for
        ("2026-10-11", False),
        ("2026-11-23", True),
    ],
)
def test_the_mainland_calendar_of_2026(text: str, is_working: bool) -> None:
    assert WorkCalendar().is_working_day(day(text)) is is_working


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-02-12", 3, "2026-02-24"),  # Fri 13, Sat 14, then after the festival
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 3, "2026-02-26"),
        ("2026-09-29", 3, "2026-10-09"),  # Wed 30, then Thu 8 and Fri 9
        ("2026-09-30", 3, "2026-10-10"),  # Thu 8, Fri 9, Sat 10
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-11-20", 0, "2026-11-20"),
    ],
)
def test_days_are_added_over_holidays(start: str, days: int, end: str) -> None:
    assert WorkCalendar().add(day(start), days) == day(end)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-02-13", "2026-02-24", 2),
        ("2026-09-30", "2026-10-12", 4),  # Thu 8, Fri 9, Sat 10, Mon 12
        ("2026-10-12", "2026-09-30", -4),
        ("2026-10-01", "2026-10-01", 0),
    ],
)
def test_days_between_are_counted_both_ways(first: str, last: str, count: int) -> None:
    assert WorkCalendar().between(day(first), day(last)) == count


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "deadline"),
    [
        ("2026-02-12 18:00", "2026-02-24 23:59"),
        ("2026-09-30 00:10", "2026-10-10 23:59"),
        ("2026-12-31 09:00", None),
    ],
)
def test_deadlines_end_with_a_day_in_beijing(sent: str, deadline: str | None) -> None:
    zone = timezone.get_default_timezone()
    sent_at = datetime.strptime(sent, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)
    found = answer_deadline(sent_at)
    assert found.tzinfo == UTC
    local = timezone.localtime(found)
    assert local.strftime("%H:%M") == "23:59"
    if deadline:
        assert local.strftime("%Y-%m-%d %H:%M") == deadline
    else:
        # Into a year whose holidays may not be known: at least three days later all the same.
        assert (local.date() - timezone.localtime(sent_at).date()).days >= 3


@pytest.mark.django_db
def test_the_table_goes_before_the_library() -> None:
    CalendarDay.objects.create(date=day("2026-10-08"), is_working_day=False, note="台风")
    CalendarDay.objects.create(date=day("2026-10-07"), is_working_day=True)
    assert not is_working_day(day("2026-10-08"))
    assert is_working_day(day("2026-10-07"))
    assert add_working_days(day("2026-09-30"), 2) == day("2026-10-09")
    assert WorkCalendar.current().between(day("2026-09-30"), day("2026-10-09")) == 2


@pytest.mark.django_db
def test_an_unknown_year_counts_weekdays_and_the_table() -> None:
    monday, saturday = weekday_of(UNKNOWN_YEAR, 0), weekday_of(UNKNOWN_YEAR, 5)
    assert is_working_day(monday)
    assert not is_working_day(saturday)
    CalendarDay.objects.create(date=monday, is_working_day=False)
    CalendarDay.objects.create(date=saturday, is_working_day=True)
    assert not is_working_day(monday)
    assert is_working_day(saturday)


@pytest.mark.django_db
def test_a_computation_is_one_query(django_assert_num_queries) -> None:
    sent_at = datetime(2026, 1, 5, tzinfo=UTC)
    with django_assert_num_queries(1):
        answer_deadline(sent_at, 200)
    with django_assert_num_queries(1):
        WorkCalendar.current().between(day("2026-01-01"), day("2026-12-31"))


@pytest.mark.django_db
def test_the_next_year_is_asked_for_once_it_is_announced() -> None:
    last = max(KNOWN_YEARS)
    assert year_to_enter(date(last, 10, 31)) is None
    assert year_to_enter(date(last, 11, 1)) == last + 1
    assert year_to_enter(date(last + 1, 3, 1)) == last + 1
    CalendarDay.objects.create(date=date(last + 1, 1, 1), is_working_day=False)
    assert year_to_enter(date(last, 12, 1)) is None


@pytest.mark.usefixtures("demo_site")
class TestTheBureausList:
    """Where an officer reads which year is missing, and enters it."""

    def test_an_officer_is_told_what_is_not_known(self, monkeypatch) -> None:
        year = max(KNOWN_YEARS) + 1
        monkeypatch.setattr(
            "catalog.bureau_lists.year_to_enter", lambda today: year_to_enter(date(year, 1, 5))
        )
        officer = signed_in("bureau")
        asked_for = f'<li><a href="{reverse(LIST)}">'
        home = page_text(officer.get(reverse("wagtailadmin_home")))
        assert str(year) in home.partition(asked_for)[2].partition("</li>")[0]
        assert str(year) in page_text(officer.get(reverse(LIST)))
        sent = {"date": f"{year}-01-01", "note": "元旦"}
        assert officer.post(reverse(ADD), sent).status_code == 302
        added = CalendarDay.objects.get()
        assert (added.date, added.is_working_day) == (date(year, 1, 1), False)
        assert asked_for not in page_text(officer.get(reverse("wagtailadmin_home")))

    def test_a_day_stands_there_once(self) -> None:
        officer = signed_in("bureau")
        CalendarDay.objects.create(date=day("2026-10-08"), is_working_day=False)
        response = officer.post(reverse(ADD), {"date": "2026-10-08", "is_working_day": "on"})
        assert response.status_code == 200
        assert CalendarDay.objects.count() == 1

    def test_a_day_entered_by_mistake_can_be_deleted(self) -> None:
        wrong = CalendarDay.objects.create(date=day("2026-10-09"), is_working_day=False)
        address = reverse("wagtailsnippets_catalog_calendarday:delete", args=[wrong.pk])
        assert signed_in("bureau").post(address).status_code == 302
        assert not CalendarDay.objects.exists()

    @pytest.mark.parametrize("account", ["provider1", "lead", "committee"])
    def test_nobody_else_changes_the_calendar(self, account: str) -> None:
        response = signed_in(account).post(reverse(ADD), {"date": "2026-10-08"})
        assert response.status_code in (302, 403, 404)
        assert not CalendarDay.objects.exists()

    @pytest.mark.parametrize("year", ["2026", "0", "x", "99999999999999999999", "１２"])
    def test_it_is_filtered_by_year(self, year: str) -> None:
        CalendarDay.objects.create(date=day("2026-10-08"), is_working_day=False)
        assert signed_in("bureau").get(reverse(LIST), {"year": year}).status_code == 200
