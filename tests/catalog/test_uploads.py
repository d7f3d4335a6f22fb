"""Files are judged by what they hold, made anew where they are pictures, and never run."""

import io
import zlib

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.users.models import UserProfile

from catalog.uploads import (
    MAX_BYTES,
    MAX_DOCUMENT_BYTES,
    clean_evidence,
    clean_picture,
    clean_site_picture,
    document_response,
    evidence_response,
)
from tests.pages import provider_of, signed_in

HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"alert(document.cookie)"


def sent(content: bytes, name: str = "file.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def picture(
    form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **how
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, "teal").save(made, form, **how)
    return made.getvalue()


def pdf(**how) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    if password := how.get("password"):
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def located() -> bytes:
    """A photo that tells where it was taken, on what, and carries words beside."""
    exif = Image.Exif()
    exif[0x0110] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (25.0, 1.0, 2.0)
    return picture(exif=exif, comment=b"SecretComment")


def bomb() -> bytes:
    """A PNG of some kilobytes that says it is 50 000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    side = (50_000).to_bytes(4, "big")
    header = chunk(b"IHDR", side + side + bytes([1, 0, 0, 0, 0]))
    data = chunk(b"IDAT", zlib.compress(bytes(100_000), 9))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


def texted() -> bytes:
    """A PNG with a script among its texts."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", HTML.decode(), zip=True)
    return picture("PNG", pnginfo=words)


# -- pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("clean", [clean_picture, clean_site_picture, clean_evidence])
def test_a_picture_is_taken_by_its_content_and_made_anew(clean, form):
    made = clean(sent(picture(form), name="holiday.exe"))
    assert made.name.endswith(".jpg")
    assert Image.open(made).format == "JPEG"


@pytest.mark.parametrize("clean", [clean_picture, clean_site_picture, clean_evidence])
def test_place_device_and_words_are_taken_out(clean):
    kept = clean(sent(located())).read()
    assert b"Secret" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize("clean", [clean_picture, clean_site_picture])
@pytest.mark.parametrize(
    "content",
    [b"", b"x", HTML, SVG, SCRIPT, b"GIF89a", picture("GIF", "P"), picture("TIFF"), pdf(), bomb()],
    ids=["empty", "one", "html", "svg", "js", "cut gif", "gif", "tiff", "pdf", "bomb"],
)
def test_what_is_no_picture_is_refused(clean, content):
    with pytest.raises(ValidationError):
        clean(sent(content))


@pytest.mark.parametrize("content", [picture(), picture("PNG"), texted()])
def test_what_hangs_on_a_picture_is_gone(content):
    polyglot = content + HTML
    assert b"script" not in clean_picture(sent(polyglot)).read()
    assert b"script" not in clean_site_picture(sent(polyglot)).read()


def test_a_cut_picture_is_refused():
    with pytest.raises(ValidationError):
        clean_picture(sent(picture(size=(400, 300))[:-300]))


def test_a_logo_keeps_its_transparent_ground():
    made = clean_site_picture(sent(picture("PNG", "RGBA")))
    assert made.name.endswith(".png")
    assert Image.open(made).mode == "RGBA"


def test_sizes_are_limited():
    assert max(Image.open(clean_picture(sent(picture(size=(4000, 100))))).size) == 2000
    with pytest.raises(ValidationError, match="8 MB"):
        clean_picture(sent(picture() + bytes(MAX_BYTES)))


# -- evidence -------------------------------------------------------------------------------------


def test_a_pdf_is_kept_as_it_came():
    content = pdf()
    made = clean_evidence(sent(content, "proof.jpg"))
    assert made.read() == content
    assert made.name.endswith(".pdf")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-",
        pdf()[:120],
        pdf(password="x"),
        HTML,
        SVG,
        b"\n" + pdf(),
        HTML + pdf(),
        bomb(),
        b"PK\x03\x04" + bytes(60),
        pdf() + bytes(MAX_DOCUMENT_BYTES),
    ],
    ids="empty start damaged locked html svg late late-html bomb zip large".split(),
)
def test_what_is_no_evidence_is_refused(content):
    with pytest.raises(ValidationError):
        clean_evidence(sent(content, "proof.pdf", "application/pdf"))


def test_a_pdf_with_a_script_behind_it_is_only_ever_downloaded(demo_site):
    """It stays as it came, so what hangs on it must never run: no browser opens it here."""
    document = get_document_model()(title="x", collection_id=1)
    document.file.save("both.pdf", clean_evidence(sent(pdf() + HTML)), save=False)
    for response in (
        evidence_response(document.file, "证书<b>"),
        document_response(document.file, "证书.html"),
    ):
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "<" not in response["Content-Disposition"]
    document.file.delete(save=False)


# -- Wagtail's own forms --------------------------------------------------------------------------


@pytest.fixture
def operator(demo_site) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("operator"))
    return client


def add_by_member(content: bytes, name: str):
    return signed_in("provider1").post(
        reverse("wagtailimages_chooser:create"),
        {
            "image-chooser-upload-title": "上传",
            "image-chooser-upload-description": "一",
            "image-chooser-upload-file": sent(content, name),
            "image-chooser-upload-collection": provider_of("provider1").team.collection.pk,
        },
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [(HTML, "a.jpg"), (SVG, "a.jpg"), (SVG, "a.svg"), (SCRIPT, "a.png"), (picture("GIF"), "a.gif")],
)
def test_a_members_chooser_takes_pictures_only(demo_site, content, name):
    add_by_member(content, name)
    assert not get_image_model().objects.filter(title="上传").exists()


@pytest.mark.parametrize("name", ["a.heic", "a.jpg", "a.html"])
def test_a_members_picture_is_made_anew(demo_site, name):
    assert add_by_member(located(), name).json()["step"] == "chosen"
    kept = get_image_model().objects.get(title="上传")
    assert kept.file.name.endswith(".jpg")
    assert b"Secret" not in kept.file.read()
    assert kept.file_size == kept.file.size


def test_the_offices_form_does_the_same(operator):
    add = reverse("wagtailimages:add")
    form = {"title": "办公室", "collection": 1, "tags": "", "description": ""}
    operator.post(add, form | {"file": sent(SVG, "a.jpg")})
    assert not get_image_model().objects.filter(title="办公室").exists()
    operator.post(add, form | {"file": sent(located(), "workshop.jpg")})
    assert b"Secret" not in get_image_model().objects.get(title="办公室").file.read()
    assert "workshop" not in get_image_model().objects.get(title="办公室").file.name


@pytest.mark.parametrize("kind", ["images", "docs"])
def test_the_upload_of_several_keeps_no_raw_file_aside(operator, kind):
    """A title that is too long would make Wagtail keep the file as it came, under its own name."""
    content = picture() + HTML if kind == "images" else pdf() + HTML
    add = reverse(f"wagtail{kind}:add_multiple")
    answer = operator.post(
        add, {"title": "长" * 300, "collection": 1, "files[]": sent(content, "x.html")}
    )
    assert answer.json()["success"] is False
    assert "uploaded_file_id" not in answer.content.decode()


@pytest.mark.parametrize("content", [HTML, SVG, SCRIPT, picture(), b""])
def test_documents_are_pdf_only(operator, content):
    form = {"title": "文件", "collection": 1, "tags": ""}
    operator.post(reverse("wagtaildocs:add"), form | {"file": sent(content, "a.pdf")})
    assert not get_document_model().objects.filter(title="文件").exists()


def test_a_document_is_a_download(operator, client):
    form = {"title": "文件", "collection": 1, "tags": ""}
    operator.post(reverse("wagtaildocs:add"), form | {"file": sent(pdf(), "办法.html")})
    document = get_document_model().objects.get(title="文件")
    assert document.filename.endswith(".pdf")
    response = client.get(document.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_members_reach_no_documents(demo_site):
    member = signed_in("provider1")
    for name in ("wagtaildocs:index", "wagtaildocs:add", "wagtaildocs_chooser:choose"):
        assert member.get(reverse(name)).status_code == 404


@pytest.mark.usefixtures("demo_site")
@pytest.mark.parametrize("username", ["provider1", "bureau"])
def test_nobody_stores_a_profile_picture_as_it_was_sent(username):
    client = signed_in(username)
    address = reverse("wagtailadmin_account")
    assert 'name="avatar-avatar"' not in client.get(address).content.decode()
    client.post(address, {"avatar-avatar": sent(picture("GIF"), "a.gif")})
    assert not UserProfile.objects.exclude(avatar="").exists()
