"""An edit that touches no price, claim, scenario … takes one step; what is unknown takes both."""

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import PageLogEntry, Workflow

from cases.models import CasePage
from catalog.models import SolutionPage, publish_revision
from catalog.models.content import BOOKKEEPING, public_content
from marketplace.roles import REVIEW
from providers.models import ProviderPage
from providers.review.edits import SMALL
from tests.pages import complete_draft, decide, provider_of

pytestmark = pytest.mark.usefixtures("demo_site")

# Price, scenario, industry, level, claims, intellectual property, and who the provider is.
BOTH_STEPS = {
    SolutionPage: set(
        "title seo_title search_description offering_type tagline problem pain_points scenarios "
        "industries all_industries gbt4754 company_sizes value_goals level_from level_to functions "
        "technology deployment_modes pricing_model price_on_request price_min_wan price_max_wan "
        "renewal_wan_per_year price_includes price_excludes trial_days delivery_days "
        "data_security mlps_level faq intellectual_property reference_cases".split()
    ),
    ProviderPage: set(
        "title seo_title search_description legal_name uscc org_type kind registered_on "
        "registered_capital_wan headcount rd_headcount local_team_size response_hours summary "
        "introduction strengths service_categories scenarios industries all_industries "
        "declared_case_count credit_statement".split()
    ),
    CasePage: set(
        "title seo_title search_description summary enterprise enterprise_name is_anonymous "
        "anonymous_name industries gbt4754 main_products headcount_band revenue_band profile "
        "pain_points needs modes path_text timeline data_and_integration investment_wan "
        "software_wan hardware_wan investment_note months completed_on internal_acceptance_on "
        "level_before level_after payback_months results preconditions entry_threshold fits "
        "pitfalls next_steps quotes indicators used_solutions used_providers".split()
    ),
}
# What a revision holds besides: which page it is of, not what it says.
IDENTITY = set(
    "pk content_type translation_key locale alias_of page_ptr is_demo expire_at go_live_at "
    "search_promotions redirect index_entries".split()
)


@pytest.mark.parametrize("model", BOTH_STEPS, ids=lambda model: model.__name__)
def test_every_field_of_a_listing_is_classified(model):
    page = model.objects.filter(live=True).first()
    fields = set(public_content(page.save_revision())) - IDENTITY - BOOKKEEPING
    assert fields == BOTH_STEPS[model] | SMALL[model._meta.label_lower]
    assert not BOTH_STEPS[model] & SMALL[model._meta.label_lower]


def edited(**changes) -> SolutionPage:
    """A live solution with an edit of these fields under review."""
    listing = complete_draft(provider_of("provider1"))
    publish_revision(listing.save_revision(), by=None)
    listing = SolutionPage.objects.get(pk=listing.pk)
    for name, value in changes.items():
        setattr(listing, name, value)
    member = get_user_model().objects.get(username="provider1")
    listing.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(listing, member)
    return SolutionPage.objects.get(pk=listing.pk)


def test_a_small_edit_goes_to_the_bureau_at_once_and_is_logged():
    listing = edited(support="工作日八点到六点电话答疑。")
    state = listing.current_workflow_task_state
    assert state.task.specific.step == "bureau"
    entry = PageLogEntry.objects.get(page_id=listing.pk, action="providers.review.skip")
    assert entry.data["because"] == "small_edit"
    assert decide("bureau", state, "approve").status_code == 302
    listing.refresh_from_db()
    assert listing.support == "工作日八点到六点电话答疑。"


@pytest.mark.parametrize(
    "changes",
    [
        {"price_max_wan": 3},
        {"tagline": "换一句话。"},
        {"delivery_days": 11},
        {"support": "电话答疑。", "problem": "另一个问题。"},
        {"intellectual_property": []},
    ],
    ids=lambda changes: ",".join(changes),
)
def test_an_edit_of_what_matters_takes_both_steps_while_the_old_version_stays(changes):
    listing = edited(**changes)
    assert listing.current_workflow_task_state.task.specific.step == "lead"
    assert SolutionPage.objects.listed().filter(pk=listing.pk).exists()
    assert listing.tagline == "按工序排出一周计划。"


def test_a_field_that_nobody_classified_takes_both_steps(monkeypatch):
    monkeypatch.setitem(SMALL, "catalog.solutionpage", frozenset())
    assert edited(support="电话答疑。").current_workflow_task_state.task.specific.step == "lead"


def test_a_first_publication_and_one_after_a_pause_take_both_steps():
    listing = complete_draft(provider_of("provider1"))
    publish_revision(listing.save_revision(), by=None)
    listing = SolutionPage.objects.get(pk=listing.pk)
    listing.unpublish()
    listing = SolutionPage.objects.get(pk=listing.pk)
    listing.support = "电话答疑。"
    member = get_user_model().objects.get(username="provider1")
    listing.save_revision(user=member)
    Workflow.objects.get(name=REVIEW).start(listing, member)
    assert listing.current_workflow_task_state.task.specific.step == "lead"
