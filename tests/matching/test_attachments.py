"""Photos and PDFs of a request: taken one by one, shown by consent, gone with the rest."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from providers.matching.models import MAX_ATTACHMENTS, Attachment, MatchRequest, RequestDraft
from tests.matching import asking
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
ONLY_FILES = {"pain_points": [], "sentence": ""}


def picture(name: str = "照片.exe") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (300, 20), "navy").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="text/html")


def pdf(name: str = "订单.pdf") -> SimpleUploadedFile:
    made = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(made)
    return SimpleUploadedFile(name, made.getvalue(), content_type="application/pdf")


def send(client: Client, *, consent: bool, files: tuple = ()) -> MatchRequest:
    assert asking.need(client, files=list(files) or [picture(), pdf()]).status_code == 302
    key = asking.offer_of("provider1")
    asking.whom(client, key, consent=(key,) if consent else ())
    asking.contact(client)
    request = MatchRequest.objects.get()
    client.post(reverse("request_send", args=[request.reference]))
    return request


def kept(client: Client) -> list[str]:
    return [row.name for row in asking.draft_of(client).attachments.all()]


def inbox_file(request: MatchRequest, row: Attachment) -> str:
    return reverse("matching_attachment", args=[request.invitations.get().public_id, row.public_id])


def office_file(request: MatchRequest, row: Attachment) -> str:
    return reverse("matching_request_attachment", args=[request.reference, row.public_id])


def test_several_files_are_taken_at_once_and_listed_by_their_plain_names(client):
    sent = [picture("../../车间 <b>.png"), pdf("2026年\u202e订单.pdf")]
    assert asking.need(client, files=sent, stay="1").url == reverse("request_new")
    assert kept(client) == ["车间 b", "2026年订单"]
    page = client.get(reverse("request_new")).content.decode()
    for row in Attachment.objects.all():
        assert reverse("request_draft_file", args=[row.public_id]) in page
    assert [row.is_picture for row in Attachment.objects.all()] == [True, False]


def test_saving_files_half_way_loses_nothing_and_asks_for_nothing(client):
    half = {"headcount_band": "", "sentence": "还没写完", "files": [picture()], "stay": "1"}
    assert asking.need(client, **half).status_code == 302
    page = client.get(reverse("request_new"))
    assert "还没写完" in page.content.decode()
    assert not page.context["form"].errors
    wrong = SimpleUploadedFile("说明.docx", b"no picture")
    answer = asking.need(client, **{**half, "files": [wrong]})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"files"}


def test_a_wrong_file_is_named_and_takes_neither_answers_nor_other_files_with_it(client):
    wrong = SimpleUploadedFile("坏的.jpg", b"no photo", content_type="image/jpeg")
    sent = [picture("好的.jpg"), wrong, SimpleUploadedFile("空.pdf", b"")]
    answer = asking.need(client, files=sent)
    assert answer.status_code == 422
    assert "坏的" in answer.context["form"].errors["files"][0]
    assert asking.NEED["sentence"] in answer.content.decode()
    assert kept(client) == ["好的"]


def test_no_more_than_five_are_kept(client):
    sent = [picture(f"{number}.jpg") for number in range(MAX_ATTACHMENTS + 1)]
    answer = asking.need(client, files=sent)
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["files"]) == 1
    assert kept(client) == ["0", "1", "2", "3", "4"]
    assert asking.need(client).status_code == 302


def test_ticked_files_are_removed_from_the_disc_too(client, django_capture_on_commit_callbacks):
    asking.need(client, files=[picture("一.jpg"), picture("二.jpg")])
    first, second = Attachment.objects.all()
    with django_capture_on_commit_callbacks(execute=True):
        asking.need(client, remove=[str(first.public_id), "\x00", "1", "x" * 9000], stay="1")
    assert kept(client) == ["二"]
    assert not first.file.storage.exists(first.file.name)
    assert second.file.storage.exists(second.file.name)


def test_another_drafts_file_can_be_neither_seen_nor_removed(client):
    asking.need(client, files=[picture()])
    row = Attachment.objects.get()
    other = Client()
    asking.need(other, remove=[str(row.public_id)])
    address = reverse("request_draft_file", args=[row.public_id])
    assert other.get(address).status_code == Client().get(address).status_code == 404
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert client.get(reverse("request_draft_file", args=[uuid.uuid4()])).status_code == 404


def test_a_file_can_be_the_whole_need_and_be_removed(client):
    assert asking.need(client, files=[pdf()], **ONLY_FILES).status_code == 302
    assert asking.need(client, **ONLY_FILES).status_code == 302
    row = Attachment.objects.get()
    assert asking.need(client, remove=[str(row.public_id)], **ONLY_FILES).status_code == 422


def test_the_summary_names_what_goes_along(client):
    asking.need(client, files=[picture("车间.jpg"), pdf("订单.pdf")])
    asking.whom(client, asking.offer_of("provider1"))
    page = client.get(reverse("request_contact")).content.decode()
    assert "车间" in page
    assert "订单" in page


def test_a_flood_of_files_meets_a_limit(client, monkeypatch):
    monkeypatch.setattr("providers.matching.asking.views.UPLOADS_AN_HOUR", 1)
    answer = asking.need(client, files=[picture("一.jpg"), picture("二.jpg")])
    assert answer.status_code == 422
    assert kept(client) == ["一"]


@pytest.mark.parametrize(("consent", "status"), [(True, 200), (False, 404)])
def test_a_provider_sees_them_by_consent_only(client, consent, status):
    request = send(client, consent=consent)
    member = signed_in("provider1")
    page = member.get(reverse("matching_invitation", args=[request.invitations.get().public_id]))
    for row in request.attachments.all():
        address = inbox_file(request, row)
        answer = member.get(address)
        assert answer.status_code == status
        assert (address in page.content.decode()) is consent
        if consent:
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer["Cache-Control"]
            assert ("attachment" in answer.get("Content-Disposition", "")) is not row.is_picture
        assert signed_in("provider2").get(address).status_code == 404


def test_the_office_that_sees_all_sees_them_and_the_lead_provider_does_not(client):
    request = send(client, consent=False)
    officer = signed_in("bureau")
    page = officer.get(reverse("matching_request", args=[request.reference])).content.decode()
    for row in request.attachments.all():
        address = office_file(request, row)
        assert address in page
        assert officer.get(address).status_code == 200
        assert signed_in("lead").get(address).status_code in (302, 403, 404)
    foreign = office_file(request, Attachment(public_id=uuid.uuid4()))
    assert officer.get(foreign).status_code == 404


def test_the_own_page_lists_them_for_whoever_has_the_code(client):
    request = send(client, consent=False)
    row = request.attachments.first()
    address = reverse("request_file", args=[request.reference, row.public_id])
    assert address in client.get(reverse("request_page", args=[request.reference])).content.decode()
    assert client.get(address).status_code == 200
    holder = Client()
    holder.get(reverse("request_link", args=[request.token]))
    assert holder.get(address).status_code == 404


def test_editing_works_on_copies_until_it_is_sent_again(client, django_capture_on_commit_callbacks):
    asking.need(client, files=[picture("一.jpg"), pdf("二.pdf")])
    request = asking.ask(client, asking.offer_of("provider1"))
    before = list(request.attachments.all())
    client.post(reverse("request_edit", args=[request.reference]))
    copies = list(asking.draft_of(client).attachments.all())
    assert [row.name for row in copies] == ["一", "二"]
    assert {row.file.name for row in copies}.isdisjoint(row.file.name for row in before)
    asking.need(client, remove=[str(copies[0].public_id)])
    assert request.attachments.count() == 2
    asking.whom(client, asking.offer_of("provider1"))
    with django_capture_on_commit_callbacks(execute=True):
        asking.contact(client)
    assert [row.file.name for row in request.attachments.all()] == [copies[1].file.name]
    assert not any(row.file.storage.exists(row.file.name) for row in before)


def test_start_afresh_and_the_clock_take_the_files_too(client, django_capture_on_commit_callbacks):
    for end in ("discard", "clock"):
        asking.need(client, files=[picture()])
        row = Attachment.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            if end == "discard":
                client.post(reverse("request_discard"))
            else:
                RequestDraft.objects.update(touched_at=timezone.now() - timedelta(days=31))
                call_command("erase_expired_requests", verbosity=0)
        assert not Attachment.objects.exists()
        assert not row.file.storage.exists(row.file.name)


def test_erasing_takes_the_files_of_request_and_edit(client, django_capture_on_commit_callbacks):
    asking.need(client, files=[picture()])
    request = asking.ask(client, asking.offer_of("provider1"))
    client.post(reverse("request_edit", args=[request.reference]))
    rows = list(Attachment.objects.all())
    assert len(rows) == 2
    long_ago = timezone.now() - timedelta(days=400)
    MatchRequest.objects.update(
        submitted_at=long_ago, sends_at=long_ago, reopened_at=long_ago, announced_at=long_ago
    )
    request.invitations.update(deadline_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_expired_requests", verbosity=0)
    assert not Attachment.objects.exists()
    assert not any(row.file.storage.exists(row.file.name) for row in rows)
