"""An enterprise's rights: receipts of its consents, a copy of its data, their erasure."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from providers.matching.answering.questions import ask_question
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    Attachment,
    Choice,
    Consent,
    EventKind,
    HandOver,
    MatchRequest,
    Message,
    MessageKind,
    OversightNote,
    Question,
    Quote,
    QuoteFile,
    Rating,
    RequestState,
    Side,
)
from providers.matching.oversight.notes import add_note
from providers.matching.personal_data.exporting import export_of
from providers.matching.personal_data.retention import ERASED_TEXT, erase_on_demand, erase_request
from providers.matching.rating.ratings import reply_to
from providers.matching.score.objections import contest_score
from providers.matching.telling import outbox
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
TELLING = "请问王厂长在吗"


@pytest.fixture
def request_row() -> MatchRequest:
    """A request to two providers; the first may know who asks, and has sent a quote."""
    keys = [asking.offer_of(name) for name in ("provider1", "provider2")]
    row = asking.ask_and_send(Client(), *keys, consent=keys[:1])
    invitation = row.invitations.get(provider=provider_of("provider1"))
    now = timezone.now()
    invitation.interested_at = invitation.quoted_at = now
    invitation.visit_on = timezone.localdate()
    invitation.message = TELLING
    invitation.save()
    Quote.objects.create(
        invitation=invitation,
        price_min_wan=2,
        price_max_wan=3,
        days=20,
        approach=TELLING,
        valid_until=timezone.localdate() + timedelta(days=30),
    )
    Question.objects.create(invitation=invitation, text=TELLING, answer=TELLING, answered_at=now)
    OversightNote.objects.create(request=row, side=Side.BUREAU, text=TELLING)
    return row


def finished(request: MatchRequest) -> Choice:
    """Its work, handed over and accepted an hour ago."""
    before = timezone.now() - timedelta(hours=1)
    choice = Choice.objects.create(
        request=request,
        invitation=request.invitations.get(provider=provider_of("provider1")),
        chosen_at=before,
        reason=TELLING,
        contracted_at=before,
        contracted_wan=3,
        accepted_at=timezone.now(),
    )
    HandOver.objects.create(choice=choice, message=TELLING, confirmed_at=timezone.now())
    Rating.objects.create(choice=choice, stars=4, text=TELLING, moderated_at=timezone.now())
    return choice


def planted(request: MatchRequest) -> list[str]:
    """What must be nowhere after the erasure."""
    return [asking.COMPANY, asking.PHONE, asking.CONTACT["contact_name"], TELLING]


def everything_stored() -> str:
    """Every text column of every table of matching and of what is delivered and indexed."""
    found = []
    tables = [*apps.get_app_config("matching").get_models()]
    tables += [model for model in apps.get_models() if model._meta.app_label in ("search",)]
    tables += [
        apps.get_model("wagtailcore.ModelLogEntry"),
        apps.get_model("wagtailcore.PageLogEntry"),
    ]
    for model in tables:
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        found += [str(row) for row in model._default_manager.values_list(*fields)]
    return "\n".join(found)


def test_a_receipt_says_what_was_agreed_to_and_when_it_ended(request_row):
    browser = asking.open_elsewhere(request_row)
    consent = Consent.objects.get(request=request_row, kind="recipient")
    page = browser.get(reverse("request_consents", args=[request_row.reference]))
    file = browser.get(reverse("request_consents_file", args=[request_row.reference]))
    for text in (page.content.decode(), file.content.decode()):
        assert consent.text in text
        assert consent.text_hash in text
        assert consent.text_version in text
        assert asking.COMPANY not in text
    assert file["Content-Disposition"].startswith("attachment")
    invitation = request_row.invitations.get(provider=provider_of("provider1"))
    browser.post(
        reverse("request_consent", args=[request_row.reference, invitation.public_id]),
        {"decision": "withdraw"},
    )
    again = browser.get(reverse("request_consents_file", args=[request_row.reference]))
    consent.refresh_from_db()
    assert consent.withdrawn_at
    assert len(again.content) > len(file.content)


@pytest.mark.parametrize("name", ["request_consents", "request_consents_file", "request_erase"])
def test_without_the_code_there_is_nothing(request_row, name):
    browser = Client()
    browser.get(reverse("request_link", args=[request_row.token]))
    assert browser.get(reverse(name, args=[request_row.reference])).status_code == 404
    assert browser.post(reverse("request_export", args=[request_row.reference])).status_code == 404
    assert browser.post(reverse("request_erase", args=[request_row.reference])).status_code == 404


def test_the_copy_holds_everything_but_keys_and_others_secrets(request_row):
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG")
    attachment = Attachment(request=request_row, name="车间", is_picture=True)
    picture.seek(0)
    attachment.file.save("workshop.jpg", picture)
    choice = finished(request_row)
    Quote.objects.update(holds_price=True)
    with_price = QuoteFile(quote=Quote.objects.get(), name="price")
    with_price.file.save("price.pdf", ContentFile(b"%PDF-1.4"))
    answer = asking.open_elsewhere(request_row).post(
        reverse("request_export", args=[request_row.reference])
    )
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    data = json.loads(archive.read("request.json"))
    assert data["request"]["company"] == asking.COMPANY
    assert data["request"]["phone"] == asking.PHONE
    assert data["replies"][0]["provider"] or data["replies"][1]["provider"]
    quotes = [reply["quote"] for reply in data["replies"] if "quote" in reply]
    assert [quote["approach"] for quote in quotes] == [TELLING]
    assert "price_min_wan" not in quotes[0]
    # Its files hold the price as well.
    assert quotes[0]["files"] == []
    assert not any("price" in name for name in archive.namelist())
    assert data["choices"][0]["reason"] == choice.reason
    assert data["choices"][0]["rating"]["stars"] == 4
    assert archive.read(data["attachments"][0]["file"]).startswith(b"\xff\xd8")
    written = archive.read("request.json").decode()
    for secret in ("key_salt", "token_hash", "code_hash", request_row.token, "notes"):
        assert secret not in written
    assert all("invitation" not in question for question in data["questions"])
    assert request_row.events.filter(kind=EventKind.EXPORTED).count() == 1


def test_a_flood_of_copies_is_told_to_wait(request_row, settings):
    browser = asking.open_elsewhere(request_row)
    address = reverse("request_export", args=[request_row.reference])
    codes = [browser.post(address).status_code for _try in range(11)]
    assert codes == [200] * 10 + [429]


def test_erased_on_demand_nothing_names_the_enterprise(request_row, caplog, tmp_path, settings):
    settings.MAIL_DIR = tmp_path
    finished(request_row)
    stored = [
        request_row.attachments.create(name="a", is_picture=False, file="requests/none.pdf").file
    ]
    assert asking.PHONE in everything_stored()
    browser = asking.open_elsewhere(request_row)
    page = browser.get(reverse("request_erase", args=[request_row.reference]))
    assert page.status_code == 200
    assert MatchRequest.objects.get(pk=request_row.pk).erased_at is None
    answer = browser.post(reverse("request_erase", args=[request_row.reference]))
    assert answer.status_code == 302
    outbox.deliver_waiting()
    left = everything_stored()
    sent = "\n".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    sent += "".join(letter.subject + letter.body for letter in mail.outbox)
    for secret in planted(request_row):
        assert secret not in left
        assert secret not in sent
        assert secret not in caplog.text
    row = MatchRequest.objects.get(pk=request_row.pk)
    assert row.township == ""
    assert row.state() == RequestState.CONFIRMED
    assert row.choices.get().contracted_wan == 3
    assert Consent.objects.filter(request=row).count() == 2
    assert not row.consents.live().exists()
    assert HandOver.objects.get().message == ERASED_TEXT
    assert row.events.get(kind=EventKind.ERASED).side == Side.ENTERPRISE
    assert not row.attachments.exists()
    assert all(not file.storage.exists(file.name) for file in stored)
    told = Message.objects.filter(kind=MessageKind.DATA_ERASED)
    assert {message.invitation.provider for message in told} == {provider_of("provider1")}
    page = browser.get(reverse("request_page", args=[row.reference]))
    assert page.status_code == 200
    for name in ("bureau", "lead"):
        overview = signed_in(name).get(reverse("matching_request", args=[row.reference]))
        assert asking.COMPANY not in overview.content.decode()


def test_an_open_request_is_withdrawn_with_its_erasure(request_row):
    erase_on_demand(request_row)
    row = MatchRequest.objects.get(pk=request_row.pk)
    assert row.state() == RequestState.WITHDRAWN
    assert row.company == row.phone == ""
    invitation = row.invitations.get(provider=provider_of("provider1"))
    assert invitation.identity() is None
    erase_on_demand(row)
    assert row.events.filter(kind=EventKind.ERASED).count() == 1


def test_while_the_work_goes_on_data_stay(request_row):
    choice = finished(request_row)
    Choice.objects.filter(pk=choice.pk).update(accepted_at=None)
    browser = asking.open_elsewhere(request_row)
    address = reverse("request_erase", args=[request_row.reference])
    page = browser.get(reverse("request_page", args=[request_row.reference])).content.decode()
    assert address not in page
    browser.post(address)
    assert MatchRequest.objects.get(pk=request_row.pk).company == asking.COMPANY


def test_erased_by_the_clock_it_says_so_once(request_row):
    finished(request_row)
    erase_request(request_row)
    erase_request(request_row)
    assert request_row.events.get(kind=EventKind.ERASED).side == Side.CLOCK


def test_a_copy_begun_of_it_goes_along(request_row):
    browser = asking.open_elsewhere(request_row)
    browser.post(reverse("request_copy", args=[request_row.reference]))
    assert asking.draft_of(browser).answers("contact")["company"] == asking.COMPANY
    erase_on_demand(request_row)
    assert asking.draft_of(browser) is None


def test_nothing_is_written_about_it_afterwards(request_row):
    rating = finished(request_row).rating
    erase_request(request_row)
    bureau, member = (
        get_user_model().objects.get(username=name) for name in ("bureau", "provider1")
    )
    invitation = request_row.invitations.get(provider=provider_of("provider1"))
    acts = (
        lambda: add_note(request_row, by=bureau, text=TELLING),
        lambda: reply_to(rating, by=member, text=TELLING),
        lambda: ask_question(invitation, by=member, text=TELLING),
        lambda: contest_score(invitation, by=member, criterion="budget", text=TELLING),
    )
    for act in acts:
        with pytest.raises(MovedOnError):
            act()
    assert TELLING not in everything_stored()
    answer = signed_in("bureau").post(
        reverse("matching_request_note", args=[request_row.reference]), {"note-text": TELLING}
    )
    assert answer.status_code == 302


def test_a_file_that_is_missing_stops_no_copy(request_row):
    request_row.attachments.create(name="a", is_picture=False, file="requests/none.pdf")
    archive = zipfile.ZipFile(export_of(request_row))
    assert sorted(archive.namelist()) == ["consents.txt", "request.json"]


def test_the_copy_of_an_erased_request_names_nobody(request_row):
    finished(request_row)
    erase_request(request_row)
    content = zipfile.ZipFile(export_of(request_row)).read("request.json").decode()
    assert not any(secret in content for secret in planted(request_row))
