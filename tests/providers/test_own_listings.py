"""A member's own pages of the back office: tasks, copies, pictures, figures, menu."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Comment, PageLogEntry

from catalog.models import (
    Evidence,
    PublicationDecision,
    Recognition,
    Removal,
    SolutionPage,
    Suspension,
    Withdrawal,
    publish_revision,
)
from providers.backoffice.deeds import deeds_of
from providers.backoffice.figures import own_figures
from providers.backoffice.task_list import OwnListing, Standing, Work, task_list
from providers.models import Qualification
from tests.catalog.test_uploads import SVG, located, sent
from tests.matching.asking import ask_and_send, offer_of
from tests.pages import complete_draft, decide, page_text, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")

LISTINGS = "/admin/listings/"


def row_of(page) -> OwnListing:
    provider = provider_of("provider1")
    return next(row for row in task_list(provider) if row.page.pk == page.pk)


def labels(row: OwnListing) -> set[str]:
    return {deed.url.rstrip("/").rpartition("/")[2] for deed in deeds_of(row)}


def published(slug: str = "published") -> SolutionPage:
    page = complete_draft(provider_of("provider1"), slug=slug)
    publish_revision(page.save_revision(), by=None)
    return SolutionPage.objects.get(pk=page.pk)


# -- the list of tasks ----------------------------------------------------------------------------


def test_a_draft_says_what_it_lacks_and_can_be_submitted_once_it_lacks_nothing():
    draft = complete_draft(provider_of("provider1"))
    draft.intellectual_property.clear()
    draft.save_revision()
    row = row_of(draft)
    assert (row.standing, row.work) == (Standing.UNPUBLISHED, Work.DRAFT)
    assert len(row.missing) >= 1
    assert not row.can_be_submitted
    assert row.missing[0] in signed_in("provider1").get(LISTINGS).content.decode()


def test_what_is_missing_is_read_from_the_latest_draft():
    draft = complete_draft(provider_of("provider1"))
    draft.delivery_days = None
    draft.save_revision(clean=False)
    draft.delivery_days = 5
    draft.save_revision(clean=False)
    assert not row_of(draft).missing


def test_submission_review_and_return():
    state = submitted("provider1")
    page = SolutionPage.objects.get(pk=state.revision.object_id)
    row = row_of(page)
    assert (row.work, row.step) == (Work.REVIEWED, state.task.specific.get_step_display())
    assert row.since == state.started_at
    assert not row.can_be_submitted
    decide("lead", state, "reject", "请写明交付步骤的天数。")
    row = row_of(page)
    assert (row.work, row.message) == (Work.RETURNED, "请写明交付步骤的天数。")
    assert "请写明交付步骤的天数。" in signed_in("provider1").get(LISTINGS).content.decode()


def test_a_live_listing_with_an_edit_under_way():
    page = published()
    assert (row_of(page).standing, row_of(page).work) == (Standing.LIVE, Work.NOTHING)
    page.tagline = "改过的一句话。"
    page.save_revision()
    row = row_of(page)
    assert (row.standing, row.work) == (Standing.LIVE, Work.DRAFT)
    assert row.can_be_compared
    assert row.can_be_withdrawn


def test_what_keeps_a_listing_from_the_public():
    page = published()
    hold = Suspension.objects.create(page_id=page.get_parent().pk, reason="演示整改")
    assert (row_of(page).standing, row_of(page).message) == (Standing.SUSPENDED, "演示整改")
    hold.lifted_at = timezone.now()
    hold.save()
    day = timezone.localdate() + timedelta(days=3)
    removal = Removal.objects.create(page_id=page.pk, reason="材料不实", appeal_until=day)
    row = row_of(page)
    assert (row.standing, row.message) == (Standing.REMOVED, "材料不实")
    assert row.can_be_appealed
    assert not row.can_be_submitted
    Removal.objects.filter(pk=removal.pk).update(appeal_until=day - timedelta(days=9))
    assert not row_of(page).can_be_appealed
    removal.delete()
    Withdrawal.objects.create(page_id=page.pk, reason="停售")
    assert row_of(page).standing == Standing.WITHDRAWN


def test_what_ends_soon():
    provider = provider_of("provider1")
    rows = list(Qualification.objects.filter(provider=provider))
    assert rows
    ends = timezone.localdate() + timedelta(days=59)
    Qualification.objects.filter(pk=rows[0].pk).update(valid_to=ends, number="将满-1")
    assert "将满-1" in signed_in("provider1").get(LISTINGS).content.decode()
    Qualification.objects.filter(pk=rows[0].pk).update(valid_to=ends + timedelta(days=5))
    assert "将满-1" not in signed_in("provider1").get(LISTINGS).content.decode()


def test_the_deeds_of_other_parts_stand_in_the_row():
    page = published()
    found = {deed.url for deed in deeds_of(row_of(page))}
    for name in ("evidence_list", "listing_withdraw", "own_listing_copy"):
        assert reverse(name, args=[page.pk]) in found


def test_more_listings_need_no_more_queries():
    client = signed_in("provider1")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LISTINGS).status_code == 200
        return len(found)

    queries()
    first = queries()
    for number in range(4):
        published(f"more-{number}")
    assert queries() == first


def test_a_draft_needs_few_queries():
    """What is missing is looked up for each draft: a bounded number, whatever its content."""
    client = signed_in("provider1")
    counts = []
    for number in range(3):
        complete_draft(provider_of("provider1"), slug=f"draft-{number}").save_revision()
        with CaptureQueriesContext(connection) as found:
            client.get(LISTINGS)
        counts.append(len(found))
    assert counts[2] - counts[1] <= 30


@pytest.mark.parametrize("username", ["bureau", "committee"])
def test_the_office_has_no_listings_of_its_own(username):
    for name in ("own_listings", "own_pictures", "own_figures"):
        assert signed_in(username).get(reverse(name)).status_code == 404


# -- submitting and copying -----------------------------------------------------------------------


def test_submitting_from_the_list():
    draft = complete_draft(provider_of("provider1"))
    member = signed_in("provider1")
    address = reverse("own_listing_submit", args=[draft.pk])
    assert member.get(address).status_code == 405
    assert member.post(address).status_code == 302
    draft = SolutionPage.objects.get(pk=draft.pk)
    assert draft.current_workflow_task_state.revision_id == draft.latest_revision_id
    answer = member.post(address, follow=True)
    assert any(message.level_tag == "error" for message in answer.context["messages"])


def test_what_lacks_something_is_not_submitted():
    draft = complete_draft(provider_of("provider1"))
    draft.reference_cases.clear()
    draft.save_revision()
    signed_in("provider1").post(reverse("own_listing_submit", args=[draft.pk]))
    assert SolutionPage.objects.get(pk=draft.pk).current_workflow_state is None


def test_a_copy_is_a_draft_without_proofs_and_decisions():
    page = published()
    Evidence.objects.create(page_id=page.pk, name="证书", file=ContentFile(b"x", name="e.pdf"))
    user = get_user_model().objects.get(username="provider1")
    Comment.objects.create(page_id=page.pk, user=user, text="内部", contentpath="title")
    response = signed_in("provider1").post(reverse("own_listing_copy", args=[page.pk]))
    made = SolutionPage.objects.child_of(page.get_parent()).latest("pk")
    assert response.url == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live
    assert made.first_published_at is None
    assert made.updated_on is None
    assert made.title.startswith(page.title)
    assert made.title != page.title
    assert made.scenarios.count() == page.scenarios.count()
    assert made.reference_cases.count() == page.reference_cases.count()
    assert made.proofs.count() == 0
    assert Comment.objects.filter(page_id=made.pk).count() == 0
    assert not PublicationDecision.objects.filter(page_id=made.pk).exists()
    assert not Recognition.objects.filter(solution_id=made.pk).exists()
    assert PageLogEntry.objects.filter(page_id=made.pk, action="wagtail.copy", user=user).exists()
    again = signed_in("provider1").post(reverse("own_listing_copy", args=[page.pk]))
    assert again.status_code == 302


def test_only_own_solutions_are_copied():
    member, provider = signed_in("provider1"), provider_of("provider1")
    other = provider_of("provider2").solutions.first()
    for pk in (other.pk, provider.pk, 99_999_999):
        address = reverse("own_listing_copy", args=[pk])
        assert member.post(address).status_code == 404
    assert member.get(reverse("own_listing_copy", args=[other.pk])).status_code == 404


# -- history, comparison, comments ----------------------------------------------------------------


def test_history_comparison_and_preview_are_a_members():
    page = published()
    page.tagline = "后来的一句话。"
    page.save_revision()
    member = signed_in("provider1")
    names = ("history", "view_draft", "workflow_history")
    for name in names:
        address = reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        assert member.get(address).status_code == 200, name
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", "latest"])
    assert "后来的一句话。" in member.get(compare).content.decode()


def test_colleagues_comment_in_the_margin():
    page = complete_draft(provider_of("provider1"))
    user = get_user_model().objects.get(username="provider1")
    Comment.objects.create(page=page, user=user, text="这里要改", contentpath="tagline")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "这里要改" in page_text(signed_in("provider1").get(edit))


# -- pictures -------------------------------------------------------------------------------------


def picture_form(content: bytes, **changes) -> dict:
    return {"title": "车间", "description": "一角", "file": sent(content, "a.jpg"), **changes}


def test_a_member_adds_names_and_deletes_its_pictures():
    member, provider = signed_in("provider1"), provider_of("provider1")
    assert member.post(reverse("own_pictures"), picture_form(located())).status_code == 302
    made = get_image_model().objects.get(title="车间")
    assert made.collection == provider.team.collection
    assert b"Secret" not in made.file.read()
    words = {"title": "新车间", "description": "工人扫描工票"}
    assert member.post(reverse("own_picture", args=[made.pk]), words).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.description) == ("新车间", "工人扫描工票")
    assert "新车间" in member.get(reverse("own_pictures")).content.decode()
    assert member.get(reverse("own_picture", args=[made.pk])).status_code == 200
    assert member.post(reverse("own_picture_delete", args=[made.pk])).status_code == 302
    assert not get_image_model().objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    "changes", [{"file": sent(SVG, "a.jpg")}, {"description": ""}, {"title": "长" * 300}]
)
def test_a_wrong_picture_is_refused_with_the_form(changes):
    answer = signed_in("provider1").post(
        reverse("own_pictures"), picture_form(located(), **changes)
    )
    assert answer.status_code == 422
    assert not get_image_model().objects.filter(description="一角").exists()


def test_a_picture_that_a_draft_shows_is_kept():
    provider = provider_of("provider1")
    member = signed_in("provider1")
    member.post(reverse("own_pictures"), picture_form(located()))
    made = get_image_model().objects.get(title="车间")
    page = published()
    page.pictures = [("picture", {"image": made, "caption": "图"})]
    page.save_revision(clean=False)
    member.post(reverse("own_picture_delete", args=[made.pk]))
    assert get_image_model().objects.filter(pk=made.pk).exists()
    other = get_image_model().objects.exclude(collection=provider.team.collection).first()
    assert member.post(reverse("own_picture_delete", args=[other.pk])).status_code == 404


# -- figures and menu -----------------------------------------------------------------------------


def test_figures_count_own_requests(settings, client):
    settings.REQUEST_MIN_SECONDS = 0
    provider = provider_of("provider1")
    before = [figure.value for figure in own_figures(provider)]
    others = [figure.value for figure in own_figures(provider_of("provider2"))]
    ask_and_send(client, offer_of("provider1"))
    after = [figure.value for figure in own_figures(provider)]
    assert after != before
    assert [figure.value for figure in own_figures(provider_of("provider2"))] == others
    assert signed_in("provider1").get(reverse("own_figures")).status_code == 200


def test_the_menu_of_a_member_holds_its_own_work_only():
    page = signed_in("provider1").get(LISTINGS).content.decode()
    for name in ("own_listings", "matching_inbox", "own_pictures", "own_figures"):
        assert reverse(name) in page
    for address in ("/admin/images/", "/admin/documents/", "/admin/reports/", "/admin/snippets/"):
        assert address not in page
