"""Every door through which a listing could become public: each refuses, says why, changes nothing.

``test_publication_gate`` tries the gate itself; here are the ways to it that Wagtail, the back
office and a shell offer.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page

from catalog.models import (
    PublicationDecision,
    PublicationRefused,
    SolutionPage,
    publish_revision,
)
from providers.models import ProviderPage, Undertaking
from tests.catalog.test_publication_gate import edit_form, english_messages
from tests.pages import complete_draft, decide, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")

RULE = "through the review"


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.raise_request_exception = False
    client.force_login(get_user_model().objects.create_superuser("operator"))
    return client


@pytest.fixture
def draft() -> SolutionPage:
    page = complete_draft(provider_of("provider1"))
    page.save_revision()
    page.refresh_from_db()
    return page


@pytest.fixture
def live() -> SolutionPage:
    page = complete_draft(provider_of("provider1"), slug="live-one")
    publish_revision(page.save_revision(), by=None)
    return SolutionPage.objects.get(pk=page.pk)


def facts(page: Page) -> tuple:
    """What may not move where a door refuses."""
    return (
        Page.objects.filter(pk=page.pk)
        .values_list("live", "live_revision_id", "path", "url_path", "first_published_at")
        .get()
    )


def edited(page: SolutionPage):
    """A later version of a live page, not approved by anybody."""
    page.tagline = "没有人审过的一句话。"
    return page.save_revision()


# -- buttons and bulk actions ---------------------------------------------------------------------


@pytest.mark.parametrize("username", ["operator", "bureau", "committee", "lead", "provider1"])
def test_the_publish_button(draft, operator, username):
    client = operator if username == "operator" else signed_in(username)
    client.raise_request_exception = False
    form = edit_form(operator, draft) | {"action-publish": "1"}
    before = facts(draft)
    response = client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form, follow=True)
    assert response.status_code < 500
    assert facts(draft) == before
    if username == "operator":
        assert RULE in english_messages(response)


@pytest.mark.parametrize("username", ["operator", "bureau", "provider1"])
def test_the_bulk_action(draft, live, operator, username):
    client = operator if username == "operator" else signed_in(username)
    client.raise_request_exception = False
    edited(live)
    before = facts(draft), facts(live)
    response = client.post(
        f"/admin/bulk/wagtailcore/page/publish/?id={draft.pk}&id={live.pk}&next=/admin/",
        {"next": "/admin/", "include_descendants": "on"},
        follow=True,
    )
    assert response.status_code < 500
    assert (facts(draft), facts(live)) == before
    if username == "operator":
        assert RULE in english_messages(response)


def test_the_bulk_action_on_a_provider_and_all_below(draft, operator):
    before = facts(draft)
    response = operator.post(
        f"/admin/bulk/wagtailcore/page/publish/?id={draft.get_parent().pk}",
        {"next": "/admin/", "include_descendants": "on"},
        follow=True,
    )
    assert response.status_code < 500
    assert facts(draft) == before


# -- the API of the back office -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("publish", {}),
        ("copy", {"keep_live": True, "recursive": False, "slug": "by-api"}),
        ("copy", {"keep_live": True, "recursive": True, "slug": "by-api"}),
        ("create_alias", {"update_slug": "by-api", "recursive": False}),
    ],
)
def test_actions_of_the_admin_api(draft, live, operator, action, sent):
    edited(live)
    for page in (draft, live):
        before, count = facts(page), Page.objects.live().count()
        address = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
        with transaction.atomic():
            response = operator.post(address, json.dumps(sent), content_type="application/json")
        assert response.status_code < 500, response.content
        if action == "publish" or page is live:
            assert response.status_code == 403
        assert facts(page) == before
        assert Page.objects.live().count() == count


# -- the clock ------------------------------------------------------------------------------------


def test_a_date_of_publication_posted_into_the_editor(draft, operator):
    form = edit_form(operator, draft) | {
        "go_live_at": "2020-01-01 00:00",
        "action-publish": "1",
    }
    operator.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), form)
    assert not facts(draft)[0]
    draft.refresh_from_db()
    assert draft.get_latest_revision_as_object().go_live_at is None


@pytest.mark.parametrize("command", ["publish_scheduled", "run_due"])
def test_a_revision_that_is_due(draft, live, command):
    late = timezone.now() - timedelta(minutes=1)
    for page in (draft, live):
        revision = edited(page)
        type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=late)
    before = facts(draft), facts(live)
    # Both name the refusal in the end; ``run_due`` does all else first.
    with pytest.raises((PublicationRefused, CommandError)):
        call_command(command)
    assert (facts(draft), facts(live)) == before


# -- approval -------------------------------------------------------------------------------------


def test_an_approval_publishes_what_was_approved_and_not_what_came_later():
    state = submitted("provider1")
    page = SolutionPage.objects.get(pk=state.revision.object_id)
    decide("lead", state, "approve")
    page.refresh_from_db()
    page.tagline = "审核之后偷偷换上的一句话。"
    page.save_revision()
    step = page.current_workflow_task_state
    if step is not None:
        decide("bureau", step, "approve")
    page.refresh_from_db()
    assert page.tagline != "审核之后偷偷换上的一句话。"
    if page.live:
        assert page.live_revision_id == state.revision_id


def test_the_decision_on_one_page_opens_no_other(draft, live):
    draft.live, draft.live_revision = True, live.live_revision
    with pytest.raises(PublicationRefused):
        draft.save()
    assert not facts(draft)[0]


# -- copying --------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [{"publish_copies": "on"}, {"alias": "on"}])
def test_the_copy_form(live, operator, extra):
    count = Page.objects.count()
    response = operator.post(
        reverse("wagtailadmin_pages:copy", args=[live.pk]),
        {
            "new_title": "抄",
            "new_slug": "chao",
            "new_parent_page": live.get_parent().pk,
            **extra,
        },
        follow=True,
    )
    assert response.status_code == 200
    assert any(message.level_tag == "error" for message in response.context["messages"])
    assert Page.objects.count() == count


@pytest.mark.parametrize("extra", [{}, {"publish_copies": "on"}])
def test_the_copy_form_with_all_below(operator, extra):
    provider = ProviderPage.objects.listed().first()
    count, children = Page.objects.count(), provider.get_parent().numchild
    response = operator.post(
        reverse("wagtailadmin_pages:copy", args=[provider.pk]),
        {
            "new_title": "抄",
            "new_slug": "chao",
            "new_parent_page": provider.get_parent().pk,
            "copy_subpages": "on",
            **extra,
        },
        follow=True,
    )
    assert response.status_code == 200
    assert Page.objects.count() == count
    assert Page.objects.get(pk=provider.get_parent().pk).numchild == children


def test_a_copy_starts_without_the_originals_decision(live):
    copy = live.copy(update_attrs={"slug": "copied"}, keep_live=False)
    assert not copy.live
    assert not PublicationDecision.objects.filter(page_id=copy.pk).exists()
    with pytest.raises(PublicationRefused):
        copy.get_latest_revision().publish()
    assert not facts(copy)[0]


def test_an_alias_leaves_nothing_behind(live):
    parent, count = live.get_parent(), Page.objects.count()
    children = parent.numchild
    with pytest.raises(PublicationRefused), transaction.atomic():
        live.create_alias(parent=parent, update_slug="alias")
    assert Page.objects.count() == count
    assert Page.objects.get(pk=parent.pk).numchild == children


# -- going back -----------------------------------------------------------------------------------


def test_reverting_and_publishing(live, operator):
    never = edited(live)
    before = facts(live)
    form = edit_form(operator, live) | {"action-publish": "1"}
    address = reverse("wagtailadmin_pages:revisions_revert", args=[live.pk, never.pk])
    response = operator.post(address, form, follow=True)
    assert RULE in english_messages(response)
    assert facts(live) == before


def test_unpublished_and_published_again_is_checked_again(live):
    approved = live.live_revision
    live.unpublish()
    Undertaking.objects.filter(provider=live.provider).delete()
    with pytest.raises(PublicationRefused):
        approved.publish()
    assert not facts(live)[0]


# -- a shell --------------------------------------------------------------------------------------


def test_the_publish_action_itself(draft):
    for skip in (True, False):
        action = PublishPageRevisionAction(draft.get_latest_revision())
        with pytest.raises(PublicationRefused):
            action.execute(skip_permission_checks=skip)
    assert not facts(draft)[0]


@pytest.mark.parametrize("fields", [None, ["live"], ["live", "title"], ["live_revision", "live"]])
def test_saving_live(draft, fields):
    draft.live = True
    with pytest.raises(PublicationRefused):
        draft.save(update_fields=fields)
    assert not facts(draft)[0]


@pytest.mark.parametrize("fields", [None, ["live"]])
def test_saving_live_as_a_bare_page(draft, fields):
    bare = Page.objects.get(pk=draft.pk)
    bare.live = True
    with pytest.raises(PublicationRefused):
        bare.save(update_fields=fields)
    assert not facts(draft)[0]


def test_another_version_put_under_a_live_page(live):
    later = edited(live)
    for model in (Page, SolutionPage):
        page = model.objects.get(pk=live.pk)
        page.live_revision = later
        with pytest.raises(PublicationRefused):
            page.save()
    assert facts(live)[1] != later.pk


def test_a_bare_page_may_still_be_saved_as_it_is(live, draft):
    for pk in (live.pk, draft.pk):
        Page.objects.get(pk=pk).save()


# -- moving ---------------------------------------------------------------------------------------


@pytest.fixture
def bare_provider() -> ProviderPage:
    """A published provider whose undertaking is gone."""
    provider = provider_of("provider2")
    Undertaking.objects.filter(provider=provider).delete()
    return provider


def test_a_live_solution_does_not_move_below_a_provider_without_undertaking(live, bare_provider):
    before = facts(live)
    with pytest.raises(PublicationRefused):
        live.move(bare_provider, pos="last-child")
    assert facts(live) == before


def test_the_move_button_says_why(live, bare_provider, operator):
    before = facts(live)
    address = reverse("wagtailadmin_pages:move_confirm", args=[live.pk, bare_provider.pk])
    response = operator.post(address, follow=True)
    assert response.status_code == 200
    assert any(message.level_tag == "error" for message in response.context["messages"])
    assert facts(live) == before


def test_moving_in_bulk_and_by_the_api_is_refused_without_an_error_page(
    live, bare_provider, operator
):
    before = facts(live)
    bulk = f"/admin/bulk/wagtailcore/page/move/?id={live.pk}"
    by_api = reverse("wagtailadmin_api:pages:action", args=[live.pk, "move"])
    with transaction.atomic():
        answer = operator.post(bulk, {"chooser": bare_provider.pk, "next": "/admin/"})
    assert answer.status_code < 500
    assert facts(live) == before
    data = {"destination_page_id": bare_provider.pk, "position": "last-child"}
    with transaction.atomic():
        answer = operator.post(by_api, json.dumps(data), content_type="application/json")
    assert answer.status_code == 403
    assert facts(live) == before


def test_a_draft_and_a_listing_that_keeps_to_the_rules_may_move(live, draft, bare_provider):
    draft.move(bare_provider, pos="last-child")
    assert facts(draft)[2].startswith(bare_provider.path)
    signed = ProviderPage.objects.listed().exclude(pk__in=[bare_provider.pk, live.get_parent().pk])
    target = signed.filter(undertakings__isnull=False).first()
    live.move(target, pos="last-child")
    assert facts(live)[0]
