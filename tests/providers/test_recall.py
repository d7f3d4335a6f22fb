"""A submission can be taken back by its provider, and by nobody else."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from catalog.models import SolutionPage
from tests.pages import decide, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def state() -> TaskState:
    return submitted("provider1")


def address(state: TaskState) -> str:
    return reverse("review_recall", args=[state.workflow_state.object_id])


def edit(state: TaskState) -> str:
    return reverse("wagtailadmin_pages:edit", args=[state.workflow_state.object_id])


def review(state: TaskState) -> WorkflowState:
    return WorkflowState.objects.get(pk=state.workflow_state_id)


def test_the_editor_offers_it_and_not_wagtails_own_button(state):
    form = signed_in("provider1").get(edit(state)).content.decode()
    assert address(state) in form
    assert "action-cancel-workflow" not in form


def test_a_member_takes_it_back_edits_and_submits_again_from_the_first_step(state):
    client = signed_in("provider1")
    assert client.get(address(state)).status_code == 200
    assert review(state).status == WorkflowState.STATUS_IN_PROGRESS
    assert client.post(address(state)).status_code == 302
    assert review(state).status == WorkflowState.STATUS_CANCELLED
    entry = PageLogEntry.objects.get(
        page=state.workflow_state.object_id, action="wagtail.workflow.cancel"
    )
    assert entry.user.get_username() == "provider1"
    assert decide("lead", state, "approve").status_code == 302
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_CANCELLED
    page = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    assert not page.live
    page.get_workflow().start(page, get_user_model().objects.get(username="provider1"))
    assert page.current_workflow_task_state.task.specific.step == "lead"


def test_a_colleague_may_too(state):
    colleague = get_user_model().objects.create_user("colleague")
    colleague.groups.add(provider_of("provider1").team.group)
    assert signed_in("colleague").post(address(state)).status_code == 302
    assert review(state).status == WorkflowState.STATUS_CANCELLED


@pytest.mark.parametrize("username", ["provider2", "lead", "committee", "bureau"])
def test_nobody_else_may_and_it_is_not_told_apart_from_what_is_not_there(state, username):
    client = signed_in(username)
    assert client.post(address(state)).status_code == 404
    assert client.post(reverse("review_recall", args=[999_999_999])).status_code == 404
    assert review(state).status == WorkflowState.STATUS_IN_PROGRESS


def test_what_was_decided_meanwhile_cannot_be_taken_back(state):
    decide("lead", state, "reject", "请补充。")
    client = signed_in("provider1")
    answer = client.post(address(state))
    assert answer.status_code == 422
    assert review(state).status == WorkflowState.STATUS_NEEDS_CHANGES


def test_wagtails_own_cancelling_leads_to_the_recall(state):
    for name in ("action-cancel-workflow", "action-restart-workflow"):
        answer = signed_in("provider1").post(edit(state), {name: "1"})
        assert answer.status_code == 302
        assert answer.url == address(state)
    assert review(state).status == WorkflowState.STATUS_IN_PROGRESS
