"""Two steps, each by somebody who neither wrote nor submitted; a return says why."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import PageLogEntry, TaskState

from catalog.models import SolutionPage
from providers import notices
from providers.models import Notice, NoticeKind
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
    assert refused.status_code == 422
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
    listing.tagline = "评审人自己改的一句话。"
    listing.save_revision(user=get_user_model().objects.get(username="lead"))
    assert decide("lead", state, "approve").status_code == 404


def test_open_points_stop_the_last_approval_and_are_shown():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    decide("lead", state, "approve")
    listing.provider.undertakings.all().delete()
    second = listing.current_workflow_task_state
    response = decide("bureau", second, "approve")
    assert response.status_code == 422
    missing = gettext("The provider has not signed the undertaking.")
    assert missing in response.content.decode()
    listing.refresh_from_db()
    assert not listing.live
    second.refresh_from_db()
    assert second.status == TaskState.STATUS_IN_PROGRESS


def test_a_decision_cannot_be_taken_twice_and_the_second_reviewer_is_told():
    state = submitted("provider1")
    decide("lead", state, "approve")
    again = decide("lead", state, "reject", "太晚了。")
    assert again.status_code == 302
    assert again.url == reverse("review_queue")
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_APPROVED
    assert decide("provider2", state, "approve").status_code == 404


def test_a_resubmission_starts_at_the_first_step_even_when_the_second_returned_it():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    decide("lead", state, "approve")
    second = listing.current_workflow_task_state
    decide("bureau", second, "reject", "请补充。")
    member = get_user_model().objects.get(username="provider1")
    for tagline in (listing.tagline, "改过的一句话。"):
        draft = SolutionPage.objects.get(pk=listing.pk).get_latest_revision_as_object()
        draft.tagline = tagline
        draft.save_revision(user=member)
        draft = SolutionPage.objects.get(pk=listing.pk)
        draft.current_workflow_state.resume(member)
        first = draft.current_workflow_task_state
        assert first.task.specific.step == "lead"
        assert decide("lead", first, "approve").status_code == 302
        second = draft.current_workflow_task_state
        assert second.task.specific.step == "bureau"
        decide("bureau", second, "reject", "再改。")


def test_a_version_saved_after_the_submission_is_not_approved():
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    listing.tagline = "提交以后又改了一句。"
    listing.save_revision(user=get_user_model().objects.get(username="provider1"))
    assert decide("lead", state, "approve").status_code == 422
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert decide("lead", state, "reject", "请重新提交。").status_code == 302


def test_what_was_decided_stands_in_the_pages_history_with_who_and_why():
    state = submitted("provider1")
    decide("lead", state, "reject", "请补充交付步骤。")
    page = state.workflow_state.content_object
    entry = PageLogEntry.objects.get(page_id=page.pk, action="wagtail.workflow.reject")
    assert (entry.user.get_username(), entry.data["comment"]) == ("lead", "请补充交付步骤。")
    history = reverse("wagtailadmin_pages:history", args=[page.pk])
    assert signed_in("provider1").get(history).status_code == 200


def readers(notices_told) -> set[str]:
    return set(notices_told.values_list("user__username", flat=True))


def test_the_step_that_begins_and_its_end_are_told():
    state = submitted("provider1")
    page = state.workflow_state.object_id
    told = Notice.objects.filter(kind=NoticeKind.REVIEW_WAITING, page=page)
    assert readers(told) == {"lead"}
    decide("lead", state, "approve")
    assert readers(told) == {"lead", "bureau"}
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    decide("bureau", listing.current_workflow_task_state, "approve")
    published = Notice.objects.get(kind=NoticeKind.LISTING_PUBLISHED, page=listing)
    assert published.user.get_username() == "provider1"


def test_a_return_is_told_to_the_members():
    state = submitted("provider1")
    decide("lead", state, "reject", "请补充。")
    returned = Notice.objects.get(kind=NoticeKind.LISTING_RETURNED)
    assert returned.user.get_username() == "provider1"
    letter = notices.compose(returned)
    assert "请补充" not in letter.text
    assert str(state.workflow_state.object_id) in letter.link


def test_the_queue_shows_what_waits_and_the_version_can_be_seen():
    state = submitted("provider1")
    lead = signed_in("lead")
    assert reverse("review_detail", args=[state.pk]) in lead.get("/admin/review/").content.decode()
    assert lead.get(reverse("review_preview", args=[state.pk])).status_code == 200
