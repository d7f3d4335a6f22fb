"""The queue by age with its target days, and what the bureau may do when they are over."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState

from catalog.models import SolutionPage
from catalog.workdays import WorkCalendar
from providers.models import ReviewSettings, ReviewTaskState
from providers.review.export import safe
from providers.review.queue import Role, docket, overdue_lead_steps, working_days
from tests.pages import decide, page_text, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")

LONG_AGO = timedelta(days=60)


def user(username: str):
    return get_user_model().objects.get(username=username)


def wait(state: TaskState, how_long: timedelta = LONG_AGO) -> TaskState:
    TaskState.objects.filter(pk=state.pk).update(started_at=timezone.now() - how_long)
    state.refresh_from_db()
    return state


def queue_of(username: str, **chosen) -> str:
    return signed_in(username).get(reverse("review_queue"), chosen).content.decode()


def address(state: TaskState) -> str:
    return reverse("review_detail", args=[state.pk])


# -- the list -----------------------------------------------------------------------------------


def test_it_is_for_reviewers_only():
    for username, status in (("provider1", 404), ("lead", 200), ("bureau", 200)):
        client = signed_in(username)
        for name in ("review_queue", "review_queue_results", "review_export"):
            assert client.get(reverse(name)).status_code == status


def test_the_oldest_stands_first_and_says_what_is_left():
    newer, older = submitted("provider1", "newer"), submitted("provider2", "older")
    wait(older, timedelta(days=3))
    shown = queue_of("lead")
    assert shown.index(address(older)) < shown.index(address(newer))
    rows = {row.state.pk: row for row in docket(user("lead"))}
    assert rows[newer.pk].days_left == ReviewSettings.current().lead_days
    assert rows[older.pk].days_left < rows[newer.pk].days_left
    assert not rows[older.pk].is_overdue


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        ("2026-11-23", "2026-11-30", 5),
        ("2026-11-27", "2026-11-30", 1),
        ("2026-11-30", "2026-11-30", 0),
        ("2026-12-01", "2026-11-30", -1),
        ("2026-11-29", "2026-11-27", -1),
        ("2026-12-07", "2026-11-30", -5),
    ],
)
def test_working_days_are_counted(today, due, left):
    moment = datetime.fromisoformat(f"{due}T15:59:59").replace(tzinfo=UTC)
    assert working_days(datetime.fromisoformat(today).date(), moment, WorkCalendar()) == left


def test_it_is_filtered():
    mine, other = submitted("provider1"), wait(submitted("provider2", "other"))
    provider = provider_of("provider1")
    for chosen, shown, hidden in (
        ({"provider": provider.pk}, mine, other),
        ({"overdue": "true"}, other, mine),
        ({"overdue": "false"}, mine, other),
    ):
        page = queue_of("lead", **chosen)
        assert address(shown) in page, chosen
        assert address(hidden) not in page, chosen
    page = queue_of("lead", step="bureau")
    assert address(mine) not in page
    page = queue_of("lead", type="nonsense", provider="\0", p="99999999999999999999")
    assert page


def test_the_number_of_queries_does_not_grow_with_the_queue():
    submitted("provider1")
    client = signed_in("lead")
    client.get(reverse("review_queue"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("review_queue"))
    for number in range(4):
        submitted(("provider1", "provider2")[number % 2], f"more-{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("review_queue"))
    assert len(many) == len(few)


def test_the_menu_says_how_many_wait():
    before = sum(row.role == Role.DECIDE for row in docket(user("lead")))
    submitted("provider1")
    home = page_text(signed_in("lead").get(reverse("wagtailadmin_home")))
    assert f"审核（{before + 1}）" in home


# -- the export ---------------------------------------------------------------------------------


def test_the_export_holds_what_the_filter_leaves():
    mine, other = submitted("provider1"), submitted("provider2", "other")
    SolutionPage.objects.filter(pk=mine.workflow_state.object_id).update(
        draft_title='=HYPERLINK("http://example.com")'
    )
    response = signed_in("lead").get(
        reverse("review_export"), {"provider": provider_of("provider1").pk}
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert '\'=HYPERLINK("http://example.com")' in [row[0] for row in rows]
    assert all(provider_of("provider2").title not in row for row in rows)
    assert other.pk


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"])
def test_no_cell_is_a_formula(cell):
    assert safe(cell) == f"'{cell}"
    assert safe(-3) == -3
    assert safe("织演软件") == "织演软件"


# -- going on without the first review ----------------------------------------------------------


def take_over(username: str, state: TaskState, reason: str):
    return signed_in(username).post(address(state), {"action": "take_over", "reason": reason})


def test_the_bureau_goes_on_without_an_overdue_first_review():
    state = wait(submitted("provider1"))
    assert {row.state.pk: row.role for row in docket(user("bureau"))}[state.pk] == Role.TAKE_OVER
    assert take_over("bureau", state, " ").status_code == 422
    assert take_over("bureau", state, "初审超期五个工作日。").status_code == 302
    skipped = ReviewTaskState.objects.get(pk=state.pk)
    assert (skipped.status, skipped.skipped_because) == (TaskState.STATUS_SKIPPED, "overdue")
    assert skipped.finished_by.get_username() == "bureau"
    entry = PageLogEntry.objects.get(
        page=state.workflow_state.object_id, action="providers.review.skip"
    )
    assert entry.user.get_username() == "bureau"
    assert entry.data["reason"] == "初审超期五个工作日。"
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    second = listing.current_workflow_task_state
    assert second.task.specific.step == "bureau"
    assert decide("bureau", second, "approve").status_code == 302
    listing.refresh_from_db()
    assert listing.live


def test_not_before_its_time_and_by_nobody_else():
    state = submitted("provider1")
    assert take_over("bureau", state, "太早").status_code == 404
    wait(state)
    for username in ("lead", "committee", "provider1", "provider2"):
        assert take_over(username, state, "不是我").status_code == 404
    assert decide("bureau", state, "approve").status_code == 404
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_overdue_first_reviews_are_named_once_their_time_is_over():
    fresh, old = submitted("provider1"), wait(submitted("provider2", "old"))
    found = [state.pk for state in overdue_lead_steps()]
    assert old.pk in found
    assert fresh.pk not in found
    later = timezone.now() + LONG_AGO
    assert fresh.pk in [state.pk for state in overdue_lead_steps(later)]
