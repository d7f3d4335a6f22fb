"""Filing an objection: the form at the notice, what it refuses, and that it closes on time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.models import PageLogEntry

from cases.models import NoticePage, ObjectionFile, SubjectRecord
from cases.notices.filing import AlreadyFiled, PeriodOver, TooManyFiled
from cases.notices.limits import OBJECTIONS_AN_HOUR
from catalog.workdays import WorkCalendar
from providers.models import Notice, NoticeKind
from tests.cases.notices.objecting import (
    EMAIL,
    NAME,
    PHONE,
    TEXT,
    admin,
    clock_at,
    draft_notice,
    end,
    filed,
    latest,
    object_address,
    open_notice,
    send,
    typed,
)
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def uncounted():
    cache.clear()


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/jpeg")


def errors(answer) -> str:
    return answer.content.decode().split("error-summary")[1].split("</ul>")[0]


def test_an_objection_is_filed_and_its_keys_are_shown_once(client):
    notice = open_notice()
    page = client.get(object_address(notice))
    assert page.status_code == 200
    assert "noindex" in page["X-Robots-Tag"]
    answer = send(client, notice)
    objection = latest()
    assert answer.status_code == 302
    assert objection.subject == notice.subjects.get()
    assert (objection.text, objection.name, objection.phone) == (TEXT, NAME, PHONE)
    assert objection.consent_version
    assert len(objection.consent_hash) == 64
    said = client.get(answer.url).content.decode()
    code = objection.access_code
    assert objection.reference in said
    assert objection.token in said
    assert f"{code[:4]} {code[4:]}" in said
    assert Client().get(answer.url).status_code == 404


def test_it_has_to_be_handled_in_working_days(client):
    send(client, open_notice())
    objection = latest()
    assert objection.due_at == WorkCalendar.current().deadline(objection.filed_at, 10)


def test_it_may_be_about_the_notice_as_a_whole(client):
    send(client, open_notice(), subject="whole")
    assert latest().subject is None


def test_bureau_and_committee_are_told_and_nobody_else(client):
    send(client, open_notice())
    told = Notice.objects.filter(kind=NoticeKind.NOTICE_OBJECTION)
    assert {notice.user.username for notice in told} == {"bureau", "committee"}
    path = admin("objection", latest().reference)
    assert {notice.path for notice in told} == {path}
    entry = PageLogEntry.objects.get(action="cases.objection_filed")
    assert entry.data == {"reference": latest().reference}


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": ""},
        {"subject": "999999"},
        {"subject": "nonsense"},
        {"text": ""},
        {"text": "看 https://example.com/x"},
        {"text": "请联系 13900001111"},
        {"text": "请加微信 wx_12345678"},
        {"text": "长" * 2001},
        {"name": ""},
        {"phone": "", "email": ""},
        {"phone": "12"},
        {"phone": "", "email": "nonsense"},
        {"consent": ""},
        {"homepage": "http://robot.example"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, changed):
    notice = open_notice()
    answer = send(client, notice, **changed)
    assert answer.status_code == 422
    assert errors(answer)
    kept = answer.context["form"]
    assert kept["text"].value() == changed.get("text", TEXT)
    assert kept["name"].value() == changed.get("name", NAME)
    assert not notice.objections.exists()


def test_an_email_alone_is_enough(client):
    assert send(client, open_notice(), phone="", email=EMAIL).status_code == 302


def test_proofs_are_judged_by_their_content(client):
    notice = open_notice()
    fake = SimpleUploadedFile("scan.pdf", b"MZ not a pdf", content_type="application/pdf")
    answer = client.post(object_address(notice), typed(notice) | {"files": [photo(), fake]})
    assert answer.status_code == 422
    assert "scan" in errors(answer)
    four = [photo(f"{number}.jpg") for number in range(4)]
    answer = client.post(object_address(notice), typed(notice) | {"files": four})
    assert answer.status_code == 422
    took = client.post(object_address(notice), typed(notice) | {"files": [photo("证据.jpg")]})
    assert took.status_code == 302
    assert ObjectionFile.objects.get().name == "证据"


def test_files_have_to_be_chosen_again_where_the_rest_is_wrong(client):
    notice = open_notice()
    answer = client.post(object_address(notice), typed(notice, name="") | {"files": [photo()]})
    assert answer.status_code == 422
    assert answer.context["form"].errors["files"]


def test_what_was_taken_out_cannot_be_objected_to(client):
    notice = open_notice()
    SubjectRecord.objects.filter(subject__notice=notice).update(
        taken_out_at=timezone.now(), taken_out_because="改正。", fate="complete"
    )
    assert send(client, notice).status_code == 422


def test_a_flood_from_one_address_is_stopped(client):
    notice = open_notice()
    for number in range(OBJECTIONS_AN_HOUR):
        assert send(client, notice, phone=f"1390000000{number}").status_code == 302
    answer = send(client, notice, phone="13900009999")
    assert answer.status_code == 429
    assert answer.context["form"]["text"].value() == TEXT


def test_a_second_click_files_nothing_more(client):
    notice = open_notice()
    first, second = send(client, notice), send(client, notice)
    assert first.url == second.url
    assert notice.objections.count() == 1
    assert Notice.objects.filter(kind=NoticeKind.NOTICE_OBJECTION).count() == 2


def test_the_same_from_another_browser_is_a_duplicate(client):
    notice = open_notice()
    send(client, notice)
    answer = send(Client(), notice)
    assert answer.status_code == 422
    assert latest().reference not in answer.content.decode()
    with pytest.raises(AlreadyFiled):
        filed(notice, email="", session="another")


def test_one_contact_files_a_few_and_no_more():
    notice = open_notice()
    for number in range(5):
        filed(notice, text=f"理由{number}")
    with pytest.raises(TooManyFiled):
        filed(notice, text="又一条")


def test_a_minute_after_the_last_second_it_is_refused_in_a_sentence(client, monkeypatch):
    notice = open_notice()
    NoticePage.objects.filter(pk=notice.pk).update(starts_on="2026-11-09", ends_on="2026-11-13")
    closing = datetime(2026, 11, 13, 16, 0, tzinfo=UTC)  # midnight in Beijing
    clock_at(monkeypatch, closing - timedelta(seconds=1))
    assert send(client, notice, phone="13900000001").status_code == 302
    clock_at(monkeypatch, closing + timedelta(seconds=59))
    answer = send(client, notice)
    assert answer.status_code == 409
    assert TEXT in answer.content.decode()
    assert 'type="submit">' not in answer.content.decode().split("<main")[1]
    assert notice.objections.count() == 1
    with pytest.raises(PeriodOver):
        filed(NoticePage.objects.get(pk=notice.pk))


def test_a_notice_that_is_not_open_shows_no_form(client):
    notice = end(open_notice())
    page = client.get(object_address(notice))
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert notice.objection_contact in page.content.decode()


def test_a_draft_has_no_form(client):
    notice = draft_notice(starts_on=timezone.localdate(), about=NoticePage.About.OTHER)
    assert client.get(f"/notices/{notice.slug}/object/").status_code == 404


def test_what_somebody_writes_is_text_wherever_it_is_shown(client):
    notice = open_notice()
    script = "<script>alert(1)</script>事实如下。"
    send(client, notice, text=script, name="<b>名</b>")
    objection = latest()
    page = signed_in("bureau").get(admin("objection", objection.reference)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>名</b>" not in page
    own = client.get(f"/objections/mine/{objection.reference}/").content.decode()
    assert "<script>alert(1)" not in own


def test_the_forms_speak_without_scripts_and_name_their_errors(client):
    answer = send(client, open_notice(), name="")
    body = answer.content.decode()
    assert 'href="#id_name"' in body
    assert 'aria-describedby="id_name_helptext id_name_error"' in body
    assert "onclick" not in body


@pytest.mark.parametrize("path", ["object/x/", "results/", "result/", "object"])
def test_odd_addresses_below_a_notice_are_no_errors(client, path):
    notice = open_notice()
    assert client.get(f"{notice.url}{path}").status_code in (301, 302, 404)
