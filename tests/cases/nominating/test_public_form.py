"""An enterprise nominates its own case: steps, sending, link and code, the office's answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import CasePage, Nomination
from cases.nominating.drafts import erase_if_stale, stale_drafts
from cases.nominating.retention import erase_contact, to_erase
from catalog.models import Evidence
from providers.models import Notice, NoticeKind
from tests.cases.nominating import filling
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


def page_of(nomination: Nomination) -> str:
    return reverse("nomination_page", args=[nomination.reference])


def test_what_was_typed_is_kept_though_it_is_wrong(client):
    response = client.post(
        reverse("nomination_new"), {"company": "X", "title": "标题在此", "next": "1"}
    )
    assert response.status_code == 422
    nomination = Nomination.objects.latest("pk")
    assert nomination.answers["company"]["title"] == "标题在此"
    address = reverse("nomination_step", args=[nomination.reference, "company"])
    assert "标题在此" in client.get(address).content.decode()
    assert "error-summary" in response.content.decode()


def test_a_figure_without_its_source_is_named_beside_the_field(client):
    nomination = filling.begin(client)
    data = filling.answers()["results"] | {"figures-0-source": "", "next": "1"}
    response = filling.post(client, nomination, "results", data)
    assert response.status_code == 422
    rows = response.context["rows"]
    assert "source" in rows.forms[0].errors
    assert not rows.forms[1].errors
    # The rows are kept as typed.
    nomination.refresh_from_db()
    assert nomination.answers["results"]["figures"][0]["before"] == "90"


def test_an_indicator_in_two_rows_is_refused(client):
    nomination = filling.begin(client)
    data = filling.answers()["results"]
    data["figures-1-indicator"] = data["figures-0-indicator"]
    response = filling.post(client, nomination, "results", data | {"next": "1"})
    assert response.status_code == 422
    assert response.context["rows"].non_form_errors()


def test_the_last_step_leads_back_to_the_first_gap(client):
    nomination = filling.begin(client)
    response = filling.send(client, nomination)
    assert response.url.startswith(reverse("nomination_step", args=[nomination.reference, "needs"]))
    assert Nomination.objects.get(pk=nomination.pk).is_draft


def test_sending_tells_the_bureau_and_gives_link_and_code(client):
    nomination = filling.sent(client)
    assert nomination.company == filling.COMPANY
    assert nomination.notice_text
    assert Notice.objects.filter(kind=NoticeKind.CASE_NOMINATED).exists()
    shown = client.get(page_of(nomination)).content.decode()
    assert nomination.token in shown
    assert f"{nomination.access_code[:4]} {nomination.access_code[4:]}" in shown


@pytest.mark.parametrize("name", [filling.COMPANY, filling.COMPANY.removesuffix("有限公司")])
def test_an_anonymous_one_may_not_name_the_company_in_its_texts(client, name):
    changed = {"is_anonymous": "on", "profile": f"{name}有三个组。"}
    client.post(reverse("nomination_new"), filling.answers()["company"] | changed | {"next": "1"})
    nomination = Nomination.objects.latest("pk")
    step = reverse("nomination_step", args=[nomination.reference, "company"])
    response = client.get(f"{step}?check=1")
    assert "profile" in response.context["form"].errors


def test_robots_and_floods_send_nothing(client):
    nomination = filling.fill(client)
    assert filling.send(client, nomination, homepage="http://x").status_code == 422
    assert filling.send(client, nomination, notice="").status_code == 422
    assert Nomination.objects.get(pk=nomination.pk).is_draft
    codes = [
        client.post(reverse("nomination_new"), {"company": "某公司"}).status_code
        for _try in range(12)
    ]
    assert codes[-1] == 429


def test_a_robots_speed_is_told_so(client, settings):
    nomination = filling.fill(client)
    settings.REQUEST_MIN_SECONDS = 3600
    assert filling.send(client, nomination).status_code == 422
    assert Nomination.objects.get(pk=nomination.pk).is_draft


def test_the_link_shows_the_state_and_the_code_opens_the_rest(client):
    nomination = filling.sent(client)
    other = Client()
    assert other.get(page_of(nomination)).status_code == 404
    linked = other.get(reverse("nomination_link", args=[nomination.token]))
    assert linked["Referrer-Policy"] == "no-referrer"
    assert filling.PHONE not in linked.content.decode()
    asked = other.get(page_of(nomination)).content.decode()
    assert filling.COMPANY not in asked
    wrong = other.post(page_of(nomination), {"code": "00000000"})
    assert wrong.status_code == 422
    right = other.post(page_of(nomination), {"code": nomination.access_code})
    assert right.status_code == 302
    assert "小厂的工票改造" in other.get(page_of(nomination)).content.decode()


def test_five_wrong_codes_close_it_to_all(client):
    nomination = filling.sent(client)
    other = Client()
    other.get(reverse("nomination_link", args=[nomination.token]))
    wrong = "1" * 8 if nomination.access_code != "1" * 8 else "2" * 8
    codes = [other.post(page_of(nomination), {"code": wrong}).status_code for _try in range(5)]
    assert codes == [422, 422, 422, 422, 429]
    assert other.post(page_of(nomination), {"code": nomination.access_code}).status_code == 429


def test_a_file_is_judged_by_its_content_and_shown_to_its_owner_alone(client):
    nomination = filling.begin(client)
    fake = filling.photo("page.jpg")
    fake.file.seek(0)
    fake.file.write(b"<script>alert(1)</script>")
    wrong = {"picture": fake, "shows": "x", "people": "nobody", "screens": "cleared"}
    assert filling.post(client, nomination, "files", wrong).status_code == 422
    right = wrong | {"picture": filling.photo()}
    assert filling.post(client, nomination, "files", right).status_code == 302
    file = nomination.files.get()
    address = reverse("nomination_file", args=[nomination.reference, file.pk])
    assert client.get(address)["Content-Disposition"].startswith("attachment")
    assert Client().get(address).status_code == 404


def test_taking_it_on_makes_the_draft_with_all_that_was_said(client):
    nomination = filling.sent(client)
    bureau = signed_in("bureau")
    address = reverse("nomination_take_on", args=[nomination.reference])
    assert bureau.post(address).status_code == 302
    assert bureau.post(address).status_code == 302
    page = CasePage.objects.get(nomination=nomination)
    draft = page.get_latest_revision_as_object()
    assert not page.live
    assert draft.title == "小厂的工票改造"
    assert [str(row.before) for row in draft.indicators.all()] == ["90.0000"] * 3
    assert [row.text for row in draft.used_solutions.all()] == ["自制看板"]
    assert draft.pictures[0].value["people"] == "nobody"
    assert draft.industries.count() == 1
    assert draft.path_text == "<p>先一个组，后全厂。</p>"
    # From now on the office keeps the text.
    assert filling.post(client, nomination, "needs", {"needs": "别的"}).status_code == 302
    assert Nomination.objects.get(pk=nomination.pk).answers["needs"]["needs"] == "工票靠手写。"


def test_a_proof_becomes_a_proof_of_the_page(client):
    nomination = filling.fill(client)
    proof = {
        "proof": filling.photo("ledger.jpg"),
        "proves": "质检台账",
        "evidence_kind": "claim",
        "indicator": filling.answers()["results"]["figures-0-indicator"],
    }
    filling.post(client, nomination, "files", proof)
    filling.send(client, nomination)
    signed_in("bureau").post(reverse("nomination_take_on", args=[nomination.reference]))
    kept = Evidence.objects.get(page=CasePage.objects.get(nomination=nomination))
    assert kept.indicator_id == proof["indicator"]


def test_a_return_is_read_and_sent_again(client):
    nomination = filling.sent(client)
    bureau = signed_in("bureau")
    address = reverse("nomination_return", args=[nomination.reference])
    assert bureau.post(address, {"message": ""}).status_code == 422
    assert bureau.post(address, {"message": "请补充一项标准指标。"}).status_code == 302
    assert "请补充一项标准指标" in client.get(page_of(nomination)).content.decode()
    assert bureau.post(reverse("nomination_take_on", args=[nomination.reference])).url == reverse(
        "nomination_office", args=[nomination.reference]
    )
    assert filling.send(client, nomination).status_code == 302
    nomination.refresh_from_db()
    assert nomination.returned_at is None


def test_a_refusal_ends_it_with_its_reason(client):
    nomination = filling.sent(client)
    address = reverse("nomination_refuse", args=[nomination.reference])
    signed_in("bureau").post(address, {"message": "数据无法核实。"})
    assert "数据无法核实" in client.get(page_of(nomination)).content.decode()
    assert filling.send(client, nomination).url == page_of(nomination)
    assert Nomination.objects.get(pk=nomination.pk).rejected_at


@pytest.mark.parametrize("username", ["committee", "lead", "provider1"])
def test_nobody_but_the_bureau_decides(client, username):
    nomination = filling.sent(client)
    other = signed_in(username)
    for name in ("nomination_take_on", "nomination_return", "nomination_refuse"):
        assert other.post(reverse(name, args=[nomination.reference])).status_code == 404
    sees = other.get(reverse("nomination_office", args=[nomination.reference]))
    assert sees.status_code == (200 if username == "committee" else 404)
    assert filling.PHONE not in sees.content.decode()


def test_a_draft_is_nobody_elses_business(client):
    nomination = filling.begin(client)
    address = reverse("nomination_office", args=[nomination.reference])
    assert signed_in("bureau").get(address).status_code == 404


def test_withdrawing_and_erasing(client):
    draft = filling.begin(client)
    assert client.get(reverse("nomination_withdraw", args=[draft.reference])).status_code == 200
    client.post(reverse("nomination_withdraw", args=[draft.reference]))
    assert not Nomination.objects.filter(pk=draft.pk).exists()
    nomination = filling.sent(client)
    client.post(reverse("nomination_withdraw", args=[nomination.reference]))
    assert Nomination.objects.get(pk=nomination.pk).withdrawn_at
    client.post(reverse("nomination_erase", args=[nomination.reference]))
    nomination.refresh_from_db()
    assert (nomination.phone, nomination.answers, nomination.files.count()) == ("", {}, 0)
    assert nomination.notice_text


def test_the_clock_erases_stale_drafts_and_ended_nominations(client):
    draft, ended = filling.begin(client), filling.sent(client)
    now = timezone.now()
    client.post(reverse("nomination_withdraw", args=[ended.reference]))
    later = now + timedelta(days=366)
    assert not stale_drafts(now).exists()
    assert not to_erase(now).exists()
    assert erase_if_stale(draft.pk, later)
    assert erase_contact(ended.pk, later)
    assert not erase_contact(ended.pk, later)
    assert Nomination.objects.get(pk=ended.pk).phone == ""


def test_what_does_not_exist_is_404(client):
    for path in (
        "/nominate/mine/AAAA-2222/",
        "/nominate/mine/AAAA-2222/company/",
        f"/nominate/{'0' * 40}/",
        "/nominate/from/AAAA-2222/",
    ):
        assert client.get(path).status_code == 404
    nomination = filling.begin(client)
    assert client.get(f"/nominate/mine/{nomination.reference}/nothing/").status_code == 404


def test_the_log_names_nobody(client, caplog):
    nomination = filling.sent(client)
    signed_in("bureau").post(reverse("nomination_take_on", args=[nomination.reference]))
    assert filling.PHONE not in caplog.text
    assert "庚厂长" not in caplog.text
