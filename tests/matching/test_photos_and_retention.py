"""Photos are made anew and shown by consent; personal data leave in time."""

import io
import struct
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageFile

from catalog.uploads import MAX_BYTES, clean_picture
from providers.matching.models import MatchRequest, RequestDraft
from tests.matching import asking
from tests.pages import signed_in


def picture(kind: str = "JPEG", **options) -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (3000, 20), "navy").save(made, kind, **options)
    return SimpleUploadedFile("照片.exe", made.getvalue(), content_type="text/html")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_made_anew_whatever_it_is_called(kind):
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    made = clean_picture(picture(kind, exif=exif))
    with Image.open(made) as image:
        assert image.format == "JPEG"
        assert max(image.size) == 2000
        assert not image.getexif()
    assert made.name.endswith(".jpg")


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\xff\xd8\xff\xe0"]
)
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(ValidationError):
        clean_picture(SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg"))


@pytest.mark.parametrize(
    "failure",
    [
        EOFError,
        IndexError,
        MemoryError,
        OSError,
        RuntimeError,
        SyntaxError,
        ValueError,
        struct.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ],
)
def test_whatever_a_decoder_fails_with_is_an_error_of_the_form(monkeypatch, failure):
    def fails(*args, **kwargs):
        raise failure

    monkeypatch.setattr(ImageFile.ImageFile, "load", fails)
    with pytest.raises(ValidationError):
        clean_picture(picture())


def test_large_files_are_refused_unread():
    upload = picture()
    upload.size = MAX_BYTES + 1
    with pytest.raises(ValidationError):
        clean_picture(upload)


@pytest.mark.usefixtures("demo_site")
class TestPhotoOfARequest:
    def send(self, client: Client, consent: bool) -> MatchRequest:
        assert asking.need(client, photo=picture()).status_code == 302
        key = asking.offer_of("provider1")
        asking.whom(client, key, consent=(key,) if consent else ())
        asking.contact(client)
        request = MatchRequest.objects.get()
        client.post(reverse("request_send", args=[request.reference]))
        return request

    def test_a_wrong_file_keeps_the_other_answers(self, client):
        wrong = SimpleUploadedFile("photo.jpg", b"no photo", content_type="image/jpeg")
        answer = asking.need(client, photo=wrong)
        assert answer.status_code == 422
        assert "photo" in answer.context["form"].errors
        assert asking.NEED["sentence"] in answer.content.decode()

    def test_the_draft_shows_its_photo_to_its_own_browser(self, client):
        asking.need(client, photo=picture())
        assert client.get(reverse("request_draft_photo"))["Content-Type"] == "image/jpeg"
        assert Client().get(reverse("request_draft_photo")).status_code == 404

    def test_a_photo_can_be_the_whole_need_and_be_removed(self, client):
        only_photo = {"pain_points": [], "sentence": ""}
        assert asking.need(client, photo=picture(), **only_photo).status_code == 302
        assert asking.need(client, **only_photo).status_code == 302
        assert asking.need(client, remove_photo="on", **only_photo).status_code == 422

    @pytest.mark.parametrize(("consent", "status"), [(True, 200), (False, 404)])
    def test_a_provider_sees_it_by_consent_only(self, client, consent, status):
        request = self.send(client, consent)
        address = reverse("matching_attachment", args=[request.invitations.get().public_id])
        answer = signed_in("provider1").get(address)
        assert answer.status_code == status
        if status == 200:
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert "no-store" in answer["Cache-Control"]

    def test_erasing_takes_the_file_too(self, client, django_capture_on_commit_callbacks):
        request = self.send(client, consent=True)
        name, storage = request.photo.name, request.photo.storage
        assert storage.exists(name)
        long_ago = timezone.now() - timedelta(days=400)
        MatchRequest.objects.update(submitted_at=long_ago, sends_at=long_ago)
        request.invitations.update(deadline_at=long_ago)
        with django_capture_on_commit_callbacks(execute=True):
            call_command("erase_expired_requests", verbosity=0)
        assert not storage.exists(name)


@pytest.mark.usefixtures("demo_site")
class TestRetention:
    def age(self, days: int) -> None:
        then = timezone.now() - timedelta(days=days)
        MatchRequest.objects.update(submitted_at=then, sends_at=then)
        for request in MatchRequest.objects.all():
            request.invitations.update(deadline_at=then)

    def test_a_dry_run_reports_and_changes_nothing(self, client, capsys):
        request = asking.ask_and_send(client, asking.offer_of("provider1"))
        self.age(400)
        call_command("erase_expired_requests", "--dry-run")
        assert request.reference in capsys.readouterr().out
        request.refresh_from_db()
        assert request.phone == asking.PHONE

    @pytest.mark.parametrize(("days", "erased"), [(364, False), (366, True)])
    def test_contact_data_leave_after_twelve_months(self, client, days, erased):
        key = asking.offer_of("provider1")
        request = asking.ask_and_send(client, key, consent=(key,))
        self.age(days)
        call_command("erase_expired_requests", verbosity=0)
        request.refresh_from_db()
        assert (request.phone == "") is erased
        assert (request.company == "") is erased
        assert request.consents.count() == 2
        assert request.industry_id == "textile"

    def test_an_answered_request_counts_from_its_last_answer(self, client):
        request = asking.ask_and_send(client, asking.offer_of("provider1"))
        self.age(400)
        request.invitations.update(interested_at=timezone.now(), visit_on=timezone.localdate())
        call_command("erase_expired_requests", verbosity=0)
        request.refresh_from_db()
        assert request.phone

    @pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
    def test_drafts_leave_after_thirty_days(self, client, days, left):
        asking.need(client)
        RequestDraft.objects.update(touched_at=timezone.now() - timedelta(days=days))
        call_command("erase_expired_requests", verbosity=0)
        assert RequestDraft.objects.count() == left

    def test_a_sent_draft_keeps_no_personal_data(self, client):
        asking.ask(client, asking.offer_of("provider1"))
        assert RequestDraft.objects.get().steps == {}
