"""Two steps, each by somebody who neither wrote nor submitted; a return says why."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import TaskState

from catalog.models import SolutionPage
from tests.pages import decide, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


def test_two_approvals_publish_exactly_the_approved_version():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    assert decide("lead", state, "approve").status_code == 302
    listing.refresh_from_db()
    assert not listing.live
    second = listing.current_workflow_task_state
    assert decide("bureau", second, "approve").status_code == 302
    listing.refresh_from_db()
    assert listing.live
    assert listing.live_revision_id == second.revision_id


def test_a_return_needs_a_message_and_tells_it():
    state = submitted("provider1")
    refused = decide("lead", state, "reject")
    assert refused.status_code == 200
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert decide("lead", state, "reject", "请补充交付步骤。").status_code == 302
    state.refresh_from_db()
    assert (state.status, state.comment) == (TaskState.STATUS_REJECTED, "请补充交付步骤。")


@pytest.mark.parametrize("username", ["bureau", "committee", "provider1", "provider2"])
def test_only_reviewers_of_the_step_reach_it(username):
    state = submitted("provider1")
    assert decide(username, state, "approve").status_code == 404
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


def test_the_lead_provider_is_recused_from_its_own_items():
    state = submitted("lead")
    assert decide("lead", state, "approve").status_code == 404
    assert decide("committee", state, "approve").status_code == 302


def test_nobody_reviews_what_they_wrote():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    listing.save_revision(user=get_user_model().objects.get(username="lead"))
    assert decide("lead", state, "approve").status_code == 404


def test_open_points_stop_the_last_approval_and_are_shown():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    decide("lead", state, "approve")
    listing.provider.undertakings.all().delete()
    response = decide("bureau", listing.current_workflow_task_state, "approve")
    assert response.status_code == 200
    listing.refresh_from_db()
    assert not listing.live


def test_a_decision_cannot_be_taken_twice():
    state = submitted("provider1")
    decide("lead", state, "approve")
    assert decide("lead", state, "approve").status_code == 404


def test_the_queue_shows_what_waits_and_the_version_can_be_seen():
    state = submitted("provider1")
    lead = signed_in("lead")
    assert reverse("review_detail", args=[state.pk]) in lead.get("/admin/review/").content.decode()
    assert lead.get(reverse("review_preview", args=[state.pk])).status_code == 200
