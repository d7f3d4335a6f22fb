"""Nothing becomes public but what the bureau decided, through whichever door."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation
from wagtail.actions.copy_page import CopyPageAction
from wagtail.blocks.base import BlockField
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from catalog.models import (
    PublicationDecision,
    PublicationRefused,
    SolutionPage,
    Suspension,
    publish_revision,
)
from providers.models import ProviderPage, Undertaking
from tests.pages import complete_draft, provider_of

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def draft() -> SolutionPage:
    return complete_draft(provider_of("provider1"))


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("operator"))
    return client


def is_public(page: SolutionPage) -> bool:
    return SolutionPage.objects.listed().filter(pk=page.pk).exists()


def test_a_decided_revision_becomes_public(draft):
    publish_revision(draft.save_revision(), by=None)
    assert is_public(draft)


def test_publishing_without_a_decision_is_refused(draft):
    with pytest.raises(PublicationRefused):
        draft.save_revision().publish()
    assert not is_public(draft)


def test_saving_live_is_refused(draft):
    draft.live = True
    with pytest.raises(PublicationRefused):
        draft.save()
    assert not is_public(draft)


def test_a_decision_counts_for_its_own_revision_only(draft):
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    draft.tagline = "改过的一句话。"
    with pytest.raises(PublicationRefused):
        draft.save_revision().publish()
    draft.refresh_from_db()
    assert draft.tagline == "按工序排出一周计划。"


def test_another_pages_decision_does_not_help(draft):
    other = SolutionPage.objects.listed().first()
    draft.live = True
    draft.live_revision = other.live_revision
    with pytest.raises(PublicationRefused):
        draft.save()


def test_the_operator_publishes_no_listing_from_the_editor_and_is_told_why(draft, operator):
    draft.save_revision()
    doors = (
        (f"/admin/bulk/wagtailcore/page/publish/?id={draft.pk}", {"next": "/admin/"}),
        (f"/admin/pages/{draft.pk}/edit/", edit_form(operator, draft) | {"action-publish": "1"}),
    )
    for address, data in doors:
        response = operator.post(address, data, follow=True)
        assert "through the review" in english_messages(response), address
        assert not is_public(draft)


def edit_form(client: Client, page: SolutionPage) -> dict:
    """What the page's editing form would post unchanged."""
    form = client.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    forms = [form, *(f.management_form for f in form.formsets.values())]
    forms += [row for formset in form.formsets.values() for row in formset.forms]
    data = {}
    for part in forms:
        for field in part:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    data |= nested_form_data(
        {name: streamfield([]) for name, field in form.fields.items() if is_stream(field)}
    )
    return data


def is_stream(field) -> bool:
    return isinstance(field, BlockField)


def english_messages(response) -> str:
    """The messages of the answer, whatever language the session speaks."""
    said = " ".join(str(message) for message in response.context["messages"])
    refusal = "Listings and cases become public through the review, not from here."
    return said.replace(translation.gettext(refusal), refusal)


@pytest.mark.parametrize("keep_live", [True, False])
def test_a_copy_never_goes_live(keep_live):
    listed = SolutionPage.objects.listed().first()
    action = CopyPageAction(
        listed, to=listed.get_parent(), update_attrs={"slug": "copy"}, keep_live=keep_live
    )
    if keep_live:
        with pytest.raises(PublicationRefused):
            action.execute(skip_permission_checks=True)
    else:
        action.execute(skip_permission_checks=True)
    assert not SolutionPage.objects.live().filter(slug="copy").exists()


def test_a_recursive_copy_of_a_provider_never_goes_live():
    provider = ProviderPage.objects.listed().first()
    action = CopyPageAction(
        provider,
        to=provider.get_parent(),
        recursive=True,
        update_attrs={"slug": "copy", "uscc": None},
    )
    with pytest.raises(PublicationRefused):
        action.execute(skip_permission_checks=True)
    assert not Page.objects.live().filter(slug="copy").exists()


def test_an_alias_is_refused():
    listed = SolutionPage.objects.listed().first()
    with pytest.raises(PublicationRefused):
        listed.create_alias(parent=listed.get_parent(), update_slug="alias")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda page: page.scenarios.clear(), "business scenario"),
        (lambda page: setattr(page, "all_industries", False), "industry chain"),
        (lambda page: setattr(page, "price_max_wan", None), "price band"),
        (lambda page: setattr(page, "delivery_days", None), "delivery time"),
        (lambda page: page.intellectual_property.clear(), "intellectual property"),
        (lambda page: page.reference_cases.clear(), "reference case"),
    ],
)
def test_what_is_missing_is_named(draft, break_it, sentence):
    break_it(draft)
    with pytest.raises(PublicationRefused) as refused:
        publish_revision(draft.save_revision(clean=False), by=None)
    assert any(sentence in point for point in map(english, refused.value.blockers))


def english(sentence) -> str:
    with translation.override("en"):
        return str(sentence)


def test_without_the_undertaking_nothing_of_a_provider_goes_public(draft):
    Undertaking.objects.filter(provider=draft.provider).delete()
    with pytest.raises(PublicationRefused):
        publish_revision(draft.save_revision(), by=None)


def test_an_override_publishes_despite_open_points_and_keeps_its_reason(draft):
    draft.intellectual_property.clear()
    publish_revision(draft.save_revision(), by=None, override_reason="试点需要")
    assert is_public(draft)
    decision = PublicationDecision.objects.get(page_id=draft.pk)
    assert (decision.kind, decision.reason) == ("override", "试点需要")


def test_publishing_the_same_content_again_does_not_move_its_date(draft):
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    first = draft.updated_on
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    assert draft.updated_on == first
    draft.tagline = "另一句话。"
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    assert draft.updated_on > first


def test_what_was_public_once_answers_410_and_cannot_be_deleted(draft, client, operator):
    assert client.get(draft.url).status_code == 404
    publish_revision(draft.save_revision(), by=None)
    assert client.get(draft.url).status_code == 200
    draft.refresh_from_db()
    draft.unpublish()
    response = client.get(draft.url)
    assert response.status_code == 410
    operator.post(f"/admin/pages/{draft.pk}/delete/")
    assert SolutionPage.objects.filter(pk=draft.pk).exists()


def test_a_suspended_provider_takes_its_solutions_with_it_and_brings_them_back(client):
    provider = provider_of("provider1")
    solution = provider.solutions.first()
    hold = Suspension.objects.create(page_id=provider.pk, reason="演示整改")
    assert not is_public(solution)
    assert client.get(provider.url).status_code == client.get(solution.url).status_code == 410
    hold.lifted_at = timezone.now()
    hold.save()
    assert is_public(solution)
    assert client.get(solution.url).status_code == 200


def test_an_expired_page_is_not_listed(draft):
    publish_revision(draft.save_revision(), by=None)
    SolutionPage.objects.filter(pk=draft.pk).update(expire_at=timezone.now())
    assert not is_public(draft)


def test_what_was_decided_on_is_never_written_over(draft):
    member = get_user_model().objects.get(username="provider1")
    approved = draft.save_revision(user=member)
    publish_revision(approved, by=None)
    draft.refresh_from_db()
    draft.tagline = "偷偷改掉的一句话。"
    saved = draft.save_revision(user=member, overwrite_revision=approved)
    assert saved.pk != approved.pk
    approved.refresh_from_db()
    assert approved.content["tagline"] == "按工序排出一周计划。"


def test_a_rewritten_revision_is_not_the_approved_one(draft):
    approved = draft.save_revision()
    publish_revision(approved, by=None)
    approved.content["price_max_wan"] = None
    approved.save()
    with pytest.raises(PublicationRefused):
        approved.publish()
    draft.refresh_from_db()
    assert draft.price_max_wan == 2


def test_a_date_of_publication_is_refused_instead_of_forgotten(draft):
    draft.go_live_at = timezone.now() + timedelta(days=3)
    with pytest.raises(PublicationRefused):
        publish_revision(draft.save_revision(), by=None)


def test_the_address_is_fixed_at_first_publication(draft):
    draft.slug = "renamed"
    draft.full_clean()
    publish_revision(draft.save_revision(), by=None)
    draft.refresh_from_db()
    draft.slug = "renamed-again"
    with pytest.raises(ValidationError, match="slug"):
        draft.full_clean()
