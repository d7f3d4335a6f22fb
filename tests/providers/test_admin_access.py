"""A member of a provider reaches its own pages and nothing of anybody else's."""

import json
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.admin.widgets import BaseChooser
from wagtail.images import get_image_model

from cases.models import CasePage
from catalog.models import SolutionPage
from providers.models import ProviderPage
from tests.catalog.test_publication_gate import edit_form
from tests.pages import complete_draft, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

PAGE_VIEWS = (
    "wagtailadmin_explore",
    "wagtailadmin_pages:edit",
    "wagtailadmin_pages:add_subpage",
    "wagtailadmin_pages:history",
    "wagtailadmin_pages:view_draft",
    "wagtailadmin_pages:workflow_history",
)
CLOSED = (
    "wagtailadmin_explore_root",
    "wagtailadmin_choose_page",
    "wagtailimages:index",
    "wagtaildocs:index",
    "wagtailusers_users:index",
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:workflow",
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_api:images:listing",
    "wagtailsnippets_catalog_recognition:list",
    "review_queue",
)


def choosers(form_class, name: str) -> dict[str, str]:
    """The address that each chooser of a page's form opens, those of its inline rows included."""
    found = {
        f"{name}.{field}": bound.widget.get_chooser_modal_url()
        for field, bound in form_class.base_fields.items()
        if isinstance(bound.widget, BaseChooser)
    }
    for inline, formset in getattr(form_class, "formsets", {}).items():
        found |= choosers(formset.form, f"{name}.{inline}")
    return found


@pytest.mark.parametrize("kind", [ProviderPage, SolutionPage, CasePage])
def test_a_members_form_asks_for_nothing_that_is_closed_to_members(kind):
    member = signed_in("provider1")
    opened = choosers(kind.get_edit_handler().get_form_class(), kind.__name__)
    assert {name for name, url in opened.items() if member.get(url).status_code != 200} == set()


def choices_of(formset) -> list:
    """What a blank row of a page's form offers to choose from."""
    field = next(iter(formset.empty_form.fields.values()))
    return [value for value, _label in field.choices if value]


def draft() -> CasePage:
    page = CasePage(title="草稿", slug="draft", enterprise_name="演示企业", live=False)
    return provider_of("provider1").add_child(instance=page)


def test_whoever_nominates_learns_of_no_draft_of_others():
    hidden = complete_draft(provider_of("provider2"))
    page = signed_in("provider1").get(reverse("wagtailadmin_pages:edit", args=[draft().pk]))
    offered = {
        choice.instance
        for formset in ("used_solutions", "used_providers")
        for choice in choices_of(page.context["form"].formsets[formset])
    }
    assert SolutionPage.objects.live().first() in offered
    assert provider_of("provider2") in offered
    assert hidden not in offered


@pytest.mark.parametrize("view", PAGE_VIEWS)
def test_own_pages_open_and_others_do_not_exist(view):
    member = signed_in("provider1")
    own, other = provider_of("provider1"), provider_of("provider2")
    assert member.get(reverse(view, args=[own.pk])).status_code == 200
    assert member.get(reverse(view, args=[other.pk])).status_code == 404
    assert member.get(reverse(view, args=[999_999])).status_code == 404


@pytest.mark.parametrize("view", CLOSED)
def test_the_rest_of_the_back_office_does_not_exist(view):
    assert signed_in("provider1").get(reverse(view)).status_code == 404


@pytest.mark.parametrize("pk", ["x", "%00", "²", "-1", "9" * 40])
def test_a_picture_of_an_odd_number_does_not_exist(pk):
    member = signed_in("provider1")
    assert member.get(f"/admin/images/chooser/chosen/{pk}/").status_code == 404


def test_a_member_saves_drafts_and_cannot_publish():
    provider = provider_of("provider1")
    draft = complete_draft(provider)
    permissions = draft.permissions_for_user(get_user_model().objects.get(username="provider1"))
    assert permissions.can_edit()
    assert not permissions.can_publish()
    member = signed_in("provider1")
    assert member.post(reverse("wagtailadmin_pages:unpublish", args=[draft.pk])).status_code == 404
    assert member.post(reverse("wagtailadmin_pages:delete", args=[draft.pk])).status_code == 404


def test_nobody_holds_publish_on_listings():
    listing = SolutionPage.objects.listed().first()
    for username in ("bureau", "lead", "committee", "provider1", "provider2"):
        user = get_user_model().objects.get(username=username)
        assert not listing.permissions_for_user(user).can_publish(), username


def test_the_picture_chooser_shows_own_pictures_only():
    own, other = provider_of("provider1"), provider_of("provider2")
    images = get_image_model().objects
    own_image = images.filter(collection=own.team.collection).first()
    foreign = images.filter(collection=other.team.collection).first()
    member = signed_in("provider1")
    listing = member.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    assert own_image.title in listing
    assert foreign.title not in listing
    chosen = "wagtailimages_chooser:chosen"
    assert member.get(reverse(chosen, args=[own_image.pk])).status_code == 200
    assert member.get(reverse(chosen, args=[foreign.pk])).status_code == 404


def picture_file() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(content, "PNG")
    return SimpleUploadedFile("workshop.png", content.getvalue(), content_type="image/png")


def test_a_member_uploads_a_picture_into_its_own_collection():
    own, other = provider_of("provider1"), provider_of("provider2")
    member = signed_in("provider1")

    def upload(collection):
        return member.post(
            reverse("wagtailimages_chooser:create"),
            {
                "image-chooser-upload-title": "车间",
                "image-chooser-upload-description": "车间一角",
                "image-chooser-upload-file": picture_file(),
                "image-chooser-upload-collection": collection.pk,
            },
        )

    assert upload(own.team.collection).json()["step"] == "chosen"
    assert get_image_model().objects.get(title="车间").collection == own.team.collection
    upload(other.team.collection)
    assert (
        not get_image_model()
        .objects.filter(title="车间", collection=other.team.collection)
        .exists()
    )


def test_searching_works_where_it_is_allowed():
    member = signed_in("provider1")
    own = provider_of("provider1")
    chooser = reverse("wagtailimages_chooser:choose_results")
    assert member.get(chooser, {"q": "织演"}).status_code == 200
    explorer = reverse("wagtailadmin_explore", args=[own.pk])
    assert member.get(explorer, {"q": "排产"}).status_code == 200
    everywhere = member.get(reverse("wagtailadmin_pages:search"), {"q": "排产"}, follow=True)
    assert everywhere.redirect_chain[0][0].startswith(explorer)
    assert "智能排产助手" in everywhere.content.decode()
    found = signed_in("bureau").get(reverse("wagtailadmin_pages:search"), {"q": "工票"})
    assert "一张工票管到底" in found.content.decode()


def test_a_forged_reference_shows_nothing_of_a_rivals_draft():
    own, other = provider_of("provider1"), provider_of("provider2")
    rival = complete_draft(other, slug="secret")
    SolutionPage.objects.filter(pk=rival.pk).update(title="对手未公开的方案")
    add = reverse("wagtailadmin_pages:add", args=["cases", "casepage", own.pk])
    form = {
        "title": "试",
        "slug": "shi",
        "used_solutions-TOTAL_FORMS": "1",
        "used_solutions-INITIAL_FORMS": "0",
        "used_solutions-0-solution": str(rival.pk),
        "used_solutions-0-text": "",
        "used_solutions-0-ORDER": "1",
        "results": json.dumps(
            {
                "blocks": [
                    {
                        "key": "a",
                        "type": "unstyled",
                        "text": "x",
                        "depth": 0,
                        "inlineStyleRanges": [],
                        "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
                    }
                ],
                "entityMap": {
                    "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": rival.pk}}
                },
            }
        ),
    }
    for name in ("used_providers", "indicators"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    for name in ("timeline", "quotes", "pictures"):
        form[f"{name}-count"] = "0"
    response = signed_in("provider1").post(add, form)
    assert response.status_code == 404
    assert "对手未公开的方案" not in response.content.decode()


def test_a_member_who_left_loses_access_at_once():
    member = signed_in("provider1")
    provider = provider_of("provider1")
    edit = reverse("wagtailadmin_pages:edit", args=[provider.pk])
    assert member.get(edit).status_code == 200
    get_user_model().objects.get(username="provider1").groups.remove(provider.team.group)
    assert member.get(edit).status_code != 200


def test_the_menu_of_a_member_is_short():
    page = signed_in("provider1").get("/admin/").content.decode()
    assert "/admin/images/" not in page
    assert "/admin/reports/" not in page
    assert reverse("matching_inbox") in page


def test_two_listed_providers_exist_in_the_demonstration():
    assert ProviderPage.objects.listed().count() == 10


def test_what_the_bureau_has_checked_of_a_profile_is_not_its_members_to_change():
    provider = provider_of("provider1")
    rival = ProviderPage.objects.exclude(pk=provider.pk).exclude(uscc=None).first()
    edit, member = reverse("wagtailadmin_pages:edit", args=[provider.pk]), signed_in("provider1")
    form = member.get(edit).context["form"]
    assert form.fields["uscc"].disabled
    assert str(form.fields["uscc"].help_text) in member.get(edit).content.decode()
    changed = edit_form(member, provider) | {
        "uscc": rival.uscc,
        "legal_name": "改名",
        "summary": "新",
    }
    assert member.post(edit, changed).status_code == 302
    draft = ProviderPage.objects.get(pk=provider.pk).get_latest_revision_as_object()
    assert draft.summary == "新"
    assert (draft.uscc, draft.legal_name) == (provider.uscc, provider.legal_name)
    operator = get_user_model().objects.create_superuser("operator")
    form = signed_in(operator.username).get(edit).context["form"]
    assert not form.fields["uscc"].disabled
