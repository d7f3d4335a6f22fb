"""Saving, submitting or publishing what is there already changes nothing and tells nobody."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import WorkflowState

from catalog.models import (
    PublicationDecision,
    ReferenceCase,
    SolutionPage,
    publish_revision,
)
from providers.models import Notice
from search.embedded_file import alias
from search.models import IndexedEntry
from tests.catalog.test_publication_gate import edit_form
from tests.pages import complete_draft, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def member():
    return get_user_model().objects.get(username="provider1")


@pytest.fixture
def listed(member) -> SolutionPage:
    """A listing without streams, so that the tests can post its whole form; published."""
    draft = complete_draft(provider_of("provider1"))
    publish_revision(draft.save_revision(user=member), by=None)
    return SolutionPage.objects.get(pk=draft.pk)


def post(page, **changed):
    browser = signed_in("provider1")
    data = as_a_browser(edit_form(browser, page)) | changed
    return browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def latest(page) -> SolutionPage:
    return SolutionPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def as_a_browser(data: dict) -> dict:
    """Unticked boxes are not posted."""
    return {name: value for name, value in data.items() if value is not False}


def state(page) -> tuple:
    page = SolutionPage.objects.get(pk=page.pk)
    entries = IndexedEntry.objects.using(alias()).filter(key=f"solution:{page.pk}")
    entry = entries.values("pk", "digest").first()
    return (
        page.updated_on,
        page.latest_revision_id,
        page.live_revision_id,
        page.last_published_at,
        page.has_unpublished_changes,
        page.revisions.count(),
        WorkflowState.objects.filter(object_id=str(page.pk)).count(),
        Notice.objects.count(),
        entry,
    )


def test_saving_without_a_change_makes_no_version(listed):
    before = state(listed)
    assert post(listed).status_code == 302
    assert state(listed) == before


def test_saving_a_draft_without_a_change_makes_no_version(member):
    draft = complete_draft(provider_of("provider1"))
    first = draft.save_revision(user=member)
    again = SolutionPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert again.save_revision(user=member) == first
    again.tagline = "改过的一句话。"
    assert again.save_revision(user=member) != first


def test_a_change_of_a_child_row_is_one(listed, member):
    draft = listed.get_latest_revision_as_object()
    before = listed.latest_revision_id
    row = draft.reference_cases.first()
    row.after = 3
    draft.reference_cases = [row]
    assert draft.save_revision(user=member).pk != before


def test_submitting_without_a_change_is_refused_in_words(listed):
    before = state(listed)
    response = post(listed, **{"action-submit": "1"})
    assert response.status_code == 302
    shown = signed_in("provider1").get(response["Location"])
    assert shown.status_code == 200
    assert state(listed) == before
    assert not WorkflowState.objects.filter(object_id=str(listed.pk)).exists()


def test_changing_back_and_submitting_keeps_what_was_typed_and_starts_no_review(listed, member):
    before = listed.tagline
    edited = SolutionPage.objects.get(pk=listed.pk)
    edited.tagline = "改过的一句话。"
    edited.save_revision(user=member)
    response = post(listed, **{"tagline": before, "action-submit": "1"})
    assert response.status_code == 302
    assert latest(listed).tagline == "按工序排出一周计划。"
    assert not WorkflowState.objects.filter(object_id=str(listed.pk)).exists()


def test_rows_that_only_changed_their_places_are_a_change(listed):
    page = SolutionPage.objects.get(pk=listed.pk)
    first = page.reference_cases.first()
    page.reference_cases = [
        first,
        ReferenceCase(
            enterprise="另一企业", period="2026年", indicator=first.indicator, before=1, after=2
        ),
    ]
    latest_revision = page.save_revision()
    page = SolutionPage.objects.get(pk=listed.pk).get_latest_revision_as_object()
    one, two = page.reference_cases.all()
    one.sort_order, two.sort_order = 1, 0
    page.reference_cases = [one, two]
    assert page.save_revision() != latest_revision


def test_submitting_a_change_starts_a_review(listed):
    rows = listed.reference_cases.count()
    response = post(listed, **{"tagline": "改过的一句话。", "action-submit": "1"})
    assert response.status_code == 302
    assert WorkflowState.objects.filter(object_id=str(listed.pk)).exists()
    draft = latest(listed)
    assert draft.tagline == "改过的一句话。"
    # The form was looked at before it was saved: no row may stand twice.
    assert draft.reference_cases.count() == rows


def test_publishing_the_same_again_touches_neither_page_nor_index(listed):
    before = state(listed)
    decisions = PublicationDecision.objects.count()
    publish_revision(listed.live_revision, by=None)
    assert state(listed) == before
    assert PublicationDecision.objects.count() == decisions


def test_a_withdrawn_listing_may_be_submitted_unchanged(listed):
    listed.unpublish()
    response = post(listed, **{"action-submit": "1"})
    assert response.status_code == 302
    assert WorkflowState.objects.filter(object_id=str(listed.pk)).exists()
