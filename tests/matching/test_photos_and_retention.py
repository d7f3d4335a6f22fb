"""Photos are made anew and shown by consent; personal data leave in time."""

import io
import struct
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image, ImageFile

from catalog.uploads import MAX_BYTES, clean_picture
from providers.matching.models import MatchRequest, RequestDraft
from tests.matching import asking


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
