"""No case is public without the enterprise's permission for just what it says."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from cases.models import CasePage, PublicationPermission
from cases.models.permissions import fingerprint_of
from cases.permitting.asking import AskedAlreadyError, ask_permission, check_paper, record_paper
from catalog.models import Suspension
from providers.models import Notice, NoticeKind
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
NEEDED = "授权"


@pytest.fixture(autouse=True)
def _no_limits():
    cache.clear()


def user(username: str):
    return get_user_model().objects.get(username=username)


def unpublished() -> CasePage:
    """A demonstration case that is not public and not permitted yet."""
    return CasePage.objects.filter(live=False, permissions=None).first()


def conditions(case: CasePage) -> str:
    draft = case.get_latest_revision_as_object()
    own = {str(sentence) for sentence in draft.missing()}
    return " ".join(str(said) for said in draft.blockers() if str(said) not in own)


def opened(permission: PublicationPermission) -> Client:
    """The enterprise's browser, with link and code."""
    client = Client()
    client.get(reverse("permission_link", args=[permission.token]))
    client.post(
        reverse("permission_page", args=[permission.reference]), {"code": permission.access_code}
    )
    return client


def answer(client: Client, permission: PublicationPermission, said: str = "agreed"):
    data = {"answer": said, "name": "演示甲", "role": "厂长", "remark": ""}
    return client.post(reverse("permission_page", args=[permission.reference]), data)


def test_the_order_of_names_within_a_block_is_no_change():
    """PostgreSQL keeps them in an order of its own."""
    case = CasePage.objects.listed().first()
    content = case.serializable_data()
    turned = [dict(reversed(block.items())) for block in json.loads(content["pictures"])]
    assert turned
    assert fingerprint_of(content | {"pictures": json.dumps(turned)}) == fingerprint_of(content)


def test_the_demonstrations_public_cases_are_permitted():
    for case in CasePage.objects.listed():
        assert PublicationPermission.objects.covering(case).exists()


def test_a_get_never_acts_and_the_link_alone_shows_nothing():
    permission = ask_permission(unpublished(), by=user("bureau"))
    client = Client()
    linked = client.get(reverse("permission_link", args=[permission.token])).content.decode()
    assert permission.case.draft_title not in linked
    page = reverse("permission_page", args=[permission.reference])
    assert permission.case.draft_title not in client.get(page).content.decode()
    assert client.get(reverse("permission_preview", args=[permission.reference])).status_code == 404
    assert answer(client, permission).status_code == 422
    permission.refresh_from_db()
    assert permission.answer == "waiting"


def test_agreeing_fulfils_the_condition_for_this_content_only():
    case = unpublished()
    before = conditions(case)
    permission = ask_permission(case, by=user("bureau"))
    client = opened(permission)
    preview = client.get(reverse("permission_preview", args=[permission.reference]))
    assert case.draft_title in preview.content.decode()
    assert answer(client, permission).status_code == 302
    assert Notice.objects.filter(kind=NoticeKind.PERMISSION_ANSWERED).exists()
    assert len(conditions(case)) < len(before)
    draft = case.get_latest_revision_as_object()
    draft.summary = "另一句话。"
    draft.save_revision()
    case.refresh_from_db()
    assert not PublicationPermission.objects.covering(draft).exists()
    assert conditions(case) != before


def test_an_answer_to_an_older_version_is_not_taken():
    case = unpublished()
    permission = ask_permission(case, by=user("bureau"))
    client = opened(permission)
    draft = case.get_latest_revision_as_object()
    draft.summary = "改过的一句话。"
    draft.save_revision()
    answer(client, permission)
    permission.refresh_from_db()
    assert permission.answer == "waiting"


def test_asking_anew_drops_the_question_about_the_older_version():
    case = unpublished()
    first = ask_permission(case, by=user("bureau"))
    with pytest.raises(AskedAlreadyError):
        ask_permission(case, by=user("bureau"))
    draft = case.get_latest_revision_as_object()
    draft.summary = "改过的一句话。"
    draft.save_revision()
    case.refresh_from_db()
    second = ask_permission(case, by=user("bureau"))
    assert not PublicationPermission.objects.filter(pk=first.pk).exists()
    assert second.content_mark != first.content_mark


def test_refusing_and_anonymity_only_permit_nothing():
    case = unpublished()
    permission = ask_permission(case, by=user("bureau"))
    answer(opened(permission), permission, "anonymous")
    assert not PublicationPermission.objects.standing().filter(case=case).exists()
    permission.refresh_from_db()
    assert permission.answer == "anonymous"


def test_a_wrong_answer_is_told_beside_its_field():
    permission = ask_permission(unpublished(), by=user("bureau"))
    client = opened(permission)
    page = reverse("permission_page", args=[permission.reference])
    response = client.post(
        page, {"answer": "agreed", "name": "", "role": "厂长", "remark": "a@b.cn"}
    )
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name", "remark"}


def test_withdrawing_holds_the_public_page_at_once():
    case = CasePage.objects.listed().first()
    permission = PublicationPermission.objects.covering(case).get()
    assert Client().get(case.url).status_code == 200
    client = opened(permission)
    address = reverse("permission_withdraw", args=[permission.reference])
    assert client.get(address).status_code == 200
    assert Client().get(case.url).status_code == 200
    client.post(address)
    client.post(address)
    assert Client().get(case.url).status_code == 410
    assert Suspension.objects.in_force().filter(page_id=case.pk).count() == 1
    assert Notice.objects.filter(kind=NoticeKind.PERMISSION_WITHDRAWN).exists()


def test_a_providers_paper_counts_once_the_bureau_has_checked_it():
    case = unpublished()
    paper = ContentFile(b"%PDF-1.4 x", name="paper.pdf")
    kept = record_paper(
        case, paper, agreed_by="演示乙", agreed_role="法人", by=user("provider1"), is_checked=False
    )
    draft = case.get_latest_revision_as_object()
    assert not PublicationPermission.objects.covering(draft).exists()
    check_paper(kept, by=user("bureau"))
    assert PublicationPermission.objects.covering(draft).exists()


def test_who_may_ask_check_and_read():
    case = unpublished()
    kept = record_paper(
        case,
        ContentFile(b"%PDF-1.4 x", name="paper.pdf"),
        agreed_by="演示乙",
        agreed_role="法人",
        by=user("bureau"),
        is_checked=False,
    )
    for username in ("lead", "provider1", "provider2", "committee"):
        client = signed_in(username)
        assert client.post(reverse("permission_ask", args=[case.pk])).status_code == 404
        assert client.post(reverse("permission_check", args=[kept.pk])).status_code == 404
        assert client.post(reverse("permission_take_back", args=[kept.pk])).status_code == 404
        reads = client.get(reverse("permission_document", args=[kept.pk])).status_code
        assert reads == (200 if username == "committee" else 404)


def test_the_bureau_passes_link_and_code_on():
    case = unpublished()
    client = signed_in("bureau")
    response = client.post(reverse("permission_ask", args=[case.pk]), follow=True)
    permission = PublicationPermission.objects.get(case=case)
    shown = response.content.decode()
    assert permission.token in shown
    assert permission.access_code[:4] in shown
    file = client.get(reverse("case_file", args=[case.pk]))
    assert file.status_code == 200
    assert reverse("permission_keys", args=[permission.pk]) in file.content.decode()
