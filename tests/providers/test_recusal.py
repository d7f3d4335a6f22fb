"""Nobody decides on what their own organisation offers, wrote or submitted."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import PageLogEntry, TaskState, Workflow

from cases.models import CaseIndexPage, CasePage, CaseProvider
from catalog.models import IndustryChain, Scenario, SolutionPage, Suspension, publish_revision
from marketplace.roles import BUREAU, COMMITTEE, LEAD, REVIEW
from providers.models import ProviderStanding, ReviewComment, ReviewTaskState
from providers.review.queue import Role, docket
from providers.review.recusal import Reader, submission_of
from tests.pages import complete_draft, decide, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


def user(username: str):
    return get_user_model().objects.get(username=username)


def new_user(username: str, *groups: Group):
    account = get_user_model().objects.create_user(username)
    account.groups.add(*groups)
    return account


def role_in_queue(username: str, state: TaskState) -> Role | None:
    rows = {row.state.pk: row.role for row in docket(user(username))}
    return rows.get(state.pk)


def lead_sells(**changes) -> SolutionPage:
    """A live solution of the lead provider: same scenario and, unless changed, any industry."""
    own = complete_draft(provider_of("lead"), "of-the-lead")
    for name, value in changes.items():
        setattr(own, name, value)
    publish_revision(own.save_revision(clean=False), by=None)
    return own


# -- own items ----------------------------------------------------------------------------------


def test_the_committee_takes_the_first_step_of_the_leads_own_items():
    state = submitted("lead")
    assert role_in_queue("lead", state) is None
    assert role_in_queue("committee", state) == Role.DECIDE
    assert decide("lead", state, "approve").status_code == 404
    assert decide("committee", state, "approve").status_code == 302


def test_an_affiliates_items_are_the_leads_own():
    ProviderStanding.objects.update_or_create(
        provider=provider_of("provider1"), defaults={"is_lead_affiliate": True}
    )
    state = submitted("provider1")
    assert decide("lead", state, "approve").status_code == 404
    assert decide("committee", state, "approve").status_code == 302


def test_who_reviews_for_the_lead_without_its_team_is_of_its_organisation():
    new_user("reviewer", Group.objects.get(name=LEAD))
    assert decide("reviewer", submitted("lead"), "approve").status_code == 404
    other = submitted("provider1", "another")
    assert decide("reviewer", other, "approve").status_code == 302


def test_an_item_that_a_member_of_the_lead_wrote_goes_to_the_committee():
    state = submitted("provider1")
    colleague = new_user("colleague", provider_of("lead").team.group)
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    revision = listing.get_latest_revision()
    revision.pk, revision.user = None, colleague
    revision.save()
    assert decide("lead", state, "approve").status_code == 404
    assert role_in_queue("committee", state) == Role.DECIDE


def test_a_reviewer_who_works_for_the_provider_does_not_decide():
    clerk = user("committee")
    clerk.groups.add(provider_of("provider1").team.group)
    bureau = new_user("second-officer", Group.objects.get(name=BUREAU))
    bureau.groups.add(provider_of("provider1").team.group)
    state = submitted("provider1")
    decide("lead", state, "approve")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    second = listing.current_workflow_task_state
    assert decide("second-officer", second, "approve").status_code == 404
    assert decide("bureau", second, "approve").status_code == 302


def test_whoever_wrote_since_the_public_version_counts_not_only_who_submitted():
    listing = complete_draft(provider_of("provider1"))
    officer = user("bureau")
    listing.save_revision(user=officer)
    publish_revision(listing.get_latest_revision(), by=None)
    member = user("provider1")
    listing = SolutionPage.objects.get(pk=listing.pk)
    listing.tagline = "新的一句话。"
    listing.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(listing, member)
    submission = submission_of(listing.current_workflow_task_state)
    assert officer.pk not in submission.authors
    assert member.pk in submission.authors


def test_a_case_is_an_item_of_everybody_who_worked_on_it():
    case = CasePage.objects.first()
    CaseProvider.objects.filter(case=case).delete()
    CaseProvider.objects.create(case=case, provider=provider_of("lead"))
    assert case.get_parent().specific_class is CaseIndexPage
    officer = new_user("editor", Group.objects.get(name=BUREAU))
    case.summary = "改过的一句话。"
    case.save_revision(user=officer)
    Workflow.objects.get(name=REVIEW).start(case, officer)
    state = case.current_workflow_task_state
    assert role_in_queue("lead", state) is None
    assert role_in_queue("committee", state) == Role.DECIDE


def test_the_second_approver_differs_from_the_first():
    both = new_user("both", *Group.objects.filter(name__in=[LEAD, COMMITTEE, BUREAU]))
    state = submitted("provider1")
    assert decide("both", state, "approve").status_code == 302
    second = SolutionPage.objects.get(pk=state.workflow_state.object_id).current_workflow_task_state
    assert not Reader.of(both).may_decide(submission_of(second))
    assert decide("both", second, "approve").status_code == 404


# -- competing listings -------------------------------------------------------------------------


def test_on_a_competing_listing_the_lead_step_is_skipped_and_the_bureau_decides():
    lead_sells()
    state = submitted("provider1")
    assert state.task.specific.step == "bureau"
    review = state.workflow_state
    skipped = ReviewTaskState.objects.get(workflow_state=review, task__name__contains="初审")
    assert (skipped.status, skipped.skipped_because) == (TaskState.STATUS_SKIPPED, "competes")
    entry = PageLogEntry.objects.get(
        page=state.workflow_state.object_id, action="providers.review.skip"
    )
    assert entry.data["because"] == "competes"
    assert decide("bureau", state, "approve").status_code == 302
    assert SolutionPage.objects.live().filter(pk=state.workflow_state.object_id).exists()


def test_the_lead_comments_on_a_competing_listing_and_neither_returns_nor_delays_it():
    lead_sells()
    state = submitted("provider1")
    assert role_in_queue("lead", state) == Role.COMMENT
    for action in ("approve", "reject", "override", "take_over"):
        assert decide("lead", state, action, "不同意").status_code == 404
    address = reverse("review_detail", args=[state.pk])
    client = signed_in("lead")
    assert client.get(address).status_code == 200
    assert client.post(address, {"action": "comment", "text": ""}).status_code == 422
    assert client.post(address, {"action": "comment", "text": "价格偏高。"}).status_code == 302
    assert ReviewComment.objects.get().text == "价格偏高。"
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS
    assert "价格偏高。" in signed_in("bureau").get(address).content.decode()
    history = PageLogEntry.objects.get(action="providers.review.comment")
    assert "价格偏高。" not in str(history.data)


def test_the_lead_does_not_read_which_customers_a_competitor_may_not_name():
    lead_sells()
    state = submitted("provider1")  # its customer may not be named
    address = reverse("review_detail", args=[state.pk])
    assert "演示企业" not in signed_in("lead").get(address).content.decode()
    assert "演示企业" in signed_in("bureau").get(address).content.decode()


def test_others_than_the_lead_leave_no_comment():
    state = submitted("provider1")
    assert decide("lead", state, "comment", "先说一句").status_code == 404
    lead_sells()
    other = submitted("provider1", "another")
    for username in ("committee", "provider1", "provider2"):
        address = reverse("review_detail", args=[other.pk])
        sent = signed_in(username).post(address, {"action": "comment", "text": "你好"})
        assert sent.status_code == 404
    assert not ReviewComment.objects.exists()


def handed_in(scenario: Scenario, industry: IndustryChain | None) -> TaskState:
    """A solution of provider1 with this scenario and industry (none: all), submitted."""
    draft = complete_draft(provider_of("provider1"))
    choose(draft, scenario, industry)
    member = user("provider1")
    draft.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(draft, member)
    return draft.current_workflow_task_state


def choose(solution: SolutionPage, scenario: Scenario, industry: IndustryChain | None) -> None:
    solution.scenarios.set([scenario])
    solution.all_industries = industry is None
    solution.industries.set([industry] if industry else [])
    solution.save()


@pytest.mark.parametrize(
    ("scenario", "industry", "step"),
    [(0, 0, "bureau"), (0, None, "bureau"), (1, 0, "lead"), (0, 1, "lead"), (1, None, "lead")],
)
def test_a_listing_competes_only_with_the_same_scenario_and_industry(scenario, industry, step):
    scenarios, industries = list(Scenario.objects.all()), list(IndustryChain.objects.all())
    own = lead_sells()
    choose(SolutionPage.objects.get(pk=own.pk), scenarios[0], industries[0])
    chosen = None if industry is None else industries[industry]
    assert handed_in(scenarios[scenario], chosen).task.specific.step == step


def test_what_the_lead_offers_to_all_industries_competes_with_any():
    scenarios, industries = list(Scenario.objects.all()), list(IndustryChain.objects.all())
    own = lead_sells()
    choose(SolutionPage.objects.get(pk=own.pk), scenarios[0], None)
    assert handed_in(scenarios[0], industries[1]).task.specific.step == "bureau"


def test_what_the_lead_no_longer_shows_does_not_compete():
    own = lead_sells()
    Suspension.objects.create(page_id=own.pk, reason="演示整改")
    assert submitted("provider1").task.specific.step == "lead"


def test_an_edit_cannot_leave_the_competition_by_itself():
    scenarios = list(Scenario.objects.all())
    own = lead_sells()
    choose(SolutionPage.objects.get(pk=own.pk), scenarios[0], None)
    listing = complete_draft(provider_of("provider1"))
    choose(listing, scenarios[0], None)
    publish_revision(listing.save_revision(), by=None)
    listing = SolutionPage.objects.get(pk=listing.pk)
    listing.scenarios.set([scenarios[1]])
    member = user("provider1")
    listing.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(listing, member)
    assert listing.current_workflow_task_state.task.specific.step == "bureau"


def test_an_affiliates_live_listing_makes_others_compete_too():
    ProviderStanding.objects.update_or_create(
        provider=provider_of("provider2"), defaults={"is_lead_affiliate": True}
    )
    theirs = complete_draft(provider_of("provider2"), "of-the-affiliate")
    publish_revision(theirs.save_revision(), by=None)
    assert submitted("provider1").task.specific.step == "bureau"


def test_profiles_take_both_steps():
    lead_sells()
    profile = provider_of("provider1")
    member = user("provider1")
    profile.summary = "换一种说法介绍自己。"
    profile.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(profile, member)
    assert profile.current_workflow_task_state.task.specific.step == "lead"


def test_wagtails_own_lists_name_nothing_in_which_the_reviewer_has_a_part():
    own, other = submitted("lead"), submitted("provider1", "another")
    for username, shown, hidden in (("lead", other, own), ("committee", own, other)):
        states = TaskState.objects.reviewable_by(user(username))
        assert shown.pk in states.values_list("pk", flat=True)
        assert hidden.pk not in states.values_list("pk", flat=True)
