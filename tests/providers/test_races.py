"""Two who act at the same moment, with real threads and transactions on PostgreSQL.

Run by ``make test-postgresql``; SQLite lets one transaction write at a time, so there is no race.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from catalog.models import PublicationDecision, SolutionPage, Suspension
from marketplace.roles import BUREAU, LEAD
from providers.models import ReviewTaskState
from providers.review import decisions
from providers.withdrawal.suspending import suspend
from tests.pages import decide, signed_in, submitted

PATIENCE = 30.0

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo_site"),
    pytest.mark.usefixtures("on_postgresql"),
]


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Races are run on PostgreSQL: make test-postgresql.")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts in threads of their own; what each returned or raised."""
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "They wait for each other."
    return answers


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> threading.Barrier:
    """Everybody who takes a page for writing first waits until the other stands there too.

    So both have seen the state of things before either may change it.
    """
    barrier = threading.Barrier(2)
    take = decisions.take_for_writing

    def wait_and_take(page_id: int) -> None:
        barrier.wait(PATIENCE)
        take(page_id)

    monkeypatch.setattr(decisions, "take_for_writing", wait_and_take)
    return barrier


def user(username: str):
    return get_user_model().objects.get(username=username)


def another(username: str, group: str):
    account = get_user_model().objects.create_user(username)
    account.groups.add(Group.objects.get(name=group))
    return account


def at_bureau(username: str = "provider1") -> TaskState:
    """A submission at its last step, both versions of which were approved by the lead."""
    state = submitted(username)
    assert decide("lead", state, "approve").status_code == 302
    page = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    return page.current_workflow_task_state


def posting(client: Client, state: TaskState, **data: str) -> Callable:
    return lambda: client.post(reverse("review_detail", args=[state.pk]), data)


def page_of(state: TaskState) -> SolutionPage:
    return SolutionPage.objects.get(pk=state.workflow_state.object_id)


def review_of(state: TaskState) -> WorkflowState:
    return WorkflowState.objects.get(pk=state.workflow_state_id)


# -- two reviewers ------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["approve", "reject"])
def test_of_two_reviewers_of_a_step_one_decides_and_the_other_is_told(meet, second):
    another("reviewer", LEAD)
    state = submitted("provider1")
    first, other = signed_in("lead"), signed_in("reviewer")
    answers = at_once(
        posting(first, state, action="approve", comment=""),
        posting(other, state, action=second, comment="请补充。"),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    (late,) = [answer for answer in answers if answer.status_code == 422]
    said = [form.non_field_errors() for form in late.context["forms"].values() if form.errors]
    assert said
    state.refresh_from_db()
    assert state.status in (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)
    logged = PageLogEntry.objects.filter(
        page=state.workflow_state.object_id,
        action__in=["wagtail.workflow.approve", "wagtail.workflow.reject"],
    )
    assert logged.count() == 1
    assert logged.get().user_id == state.finished_by_id
    steps = TaskState.objects.filter(workflow_state=state.workflow_state_id).count()
    assert steps == (2 if state.status == TaskState.STATUS_APPROVED else 1)


def test_two_officers_approve_and_it_is_published_once(meet):
    another("officer", BUREAU)
    state = at_bureau_without(meet)
    answers = at_once(
        posting(signed_in("bureau"), state, action="approve", comment=""),
        posting(signed_in("officer"), state, action="approve", comment=""),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert PublicationDecision.objects.filter(revision=state.revision_id).count() == 1
    assert page_of(state).live_revision_id == state.revision_id
    published = PageLogEntry.objects.filter(
        page=state.workflow_state.object_id, action="wagtail.publish"
    )
    assert published.count() == 1


def at_bureau_without(meet: threading.Barrier) -> TaskState:
    """``at_bureau`` where the lead's decision, which is alone, meets itself."""
    made: list[TaskState] = []
    at_once(lambda: made.append(at_bureau()), lambda: meet.wait(PATIENCE))
    return made[0]


def test_a_first_review_and_the_bureau_that_goes_on_without_it(meet):
    state = submitted("provider1")
    long_ago = timezone.now() - timezone.timedelta(days=60)
    TaskState.objects.filter(pk=state.pk).update(started_at=long_ago)
    answers = at_once(
        posting(signed_in("lead"), state, action="approve", comment=""),
        posting(signed_in("bureau"), state, action="take_over", reason="初审超期。"),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    steps = ReviewTaskState.objects.filter(workflow_state=state.workflow_state_id)
    assert steps.filter(status=TaskState.STATUS_IN_PROGRESS).count() == 1
    assert steps.count() == 2


# -- an approval and something else -------------------------------------------------------------


def test_a_suspension_is_not_lost_and_nothing_is_shown_while_it_holds(meet):
    state = at_bureau_without(meet)
    page, officer = page_of(state), user("bureau")

    def hold() -> None:
        meet.wait(PATIENCE)
        suspend(page.get_parent().specific, reason="演示整改", until=None, by=officer)

    at_once(posting(signed_in("bureau"), state, action="approve", comment=""), hold)
    assert Suspension.objects.filter(page=page.get_parent(), lifted_at=None).count() == 1
    page = page_of(state)
    assert not page.is_shown()
    assert Client().get(page.url).status_code in (404, 410)
    assert page.live == (review_of(state).status == WorkflowState.STATUS_APPROVED)
    if page.live:
        assert page.live_revision_id == state.revision_id


def test_a_recall_or_the_approval_never_half_of_both(meet):
    state = at_bureau_without(meet)
    member, page = user("provider1"), page_of(state)
    approval, recalled = at_once(
        posting(signed_in("bureau"), state, action="approve", comment=""),
        lambda: decisions.recall(page, by=member),
    )
    page, review = page_of(state), review_of(state)
    if page.live:
        assert review.status == WorkflowState.STATUS_APPROVED
        assert page.live_revision_id == state.revision_id
        assert isinstance(recalled, PermissionDenied)
    else:
        assert review.status == WorkflowState.STATUS_CANCELLED
        assert recalled is None
        assert approval.status_code == 422
    assert not TaskState.objects.filter(
        workflow_state=review, status=TaskState.STATUS_IN_PROGRESS
    ).exists()


def test_an_edit_saved_meanwhile_is_neither_published_nor_lost(meet):
    state = at_bureau_without(meet)
    member = user("provider1")
    edited: list[int] = []

    def edit() -> None:
        draft = page_of(state)
        draft.tagline = "同一时刻改的一句话。"
        meet.wait(PATIENCE)
        edited.append(draft.save_revision(user=member).pk)

    at_once(posting(signed_in("bureau"), state, action="approve", comment=""), edit)
    page = page_of(state)
    assert page.latest_revision_id == edited[0]
    assert page.tagline != "同一时刻改的一句话。"
    if page.live:
        assert page.live_revision_id == state.revision_id
        assert page.has_unpublished_changes
        assert page.get_latest_revision_as_object().tagline == "同一时刻改的一句话。"
    else:
        state.refresh_from_db()
        assert state.status == TaskState.STATUS_IN_PROGRESS


def test_an_approval_waits_for_an_edit_that_holds_the_page_and_then_refuses_it():
    """The other order, made certain: the edit is not committed when the approval begins."""
    state = at_bureau()
    member, held, seen = user("provider1"), threading.Event(), threading.Event()

    def edit() -> None:
        from django.db import transaction

        with transaction.atomic():
            draft = page_of(state)
            draft.tagline = "先存进去的一句话。"
            draft.save_revision(user=member)
            held.set()
            seen.wait(1)

    def approve():
        held.wait(PATIENCE)
        return posting(signed_in("bureau"), state, action="approve", comment="")()

    _edited, answer = at_once(edit, approve)
    assert answer.status_code == 422
    page = page_of(state)
    assert not page.live
    assert page.get_latest_revision_as_object().tagline == "先存进去的一句话。"
    assert not PublicationDecision.objects.filter(page_id=page.pk).exists()
