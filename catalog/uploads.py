"""Files that people send: judged by content, never by name, and handed out without a risk.

Pictures are made anew. Other evidence is a PDF; it is kept as it came, because it may be signed,
and no browser opens it on the site's own origin.
"""

from __future__ import annotations

import io
import re
import uuid
import warnings
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener
from pypdf import PdfReader

register_heif_opener()  # iPhones send HEIC.

MAX_BYTES = 8 * 1024 * 1024
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
PDF_START = b"%PDF-"


def clean_picture(upload: UploadedFile) -> ContentFile:
    """The picture made anew as JPEG, without place, device and whatever else was hidden in it.

    Raises:
        ValidationError: too large, or no picture by its content, whatever its name says.
    """
    return _as_jpeg(_read_picture(upload))


def clean_site_picture(upload: UploadedFile) -> ContentFile:
    """As ``clean_picture``, for the site's own pages: a logo keeps its transparent ground (PNG).

    Raises:
        ValidationError: as ``clean_picture``.
    """
    picture = _read_picture(upload)
    if not picture.has_transparency_data:
        return _as_jpeg(picture)
    made = io.BytesIO()
    _bare(picture.convert("RGBA")).save(made, "PNG", optimize=True)
    return ContentFile(made.getvalue(), name=f"{uuid.uuid4().hex}.png")


def _read_picture(upload: UploadedFile) -> Image.Image:
    """The picture upright and of a bounded size.

    Raises:
        ValidationError: as ``clean_picture``.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The photo is larger than 8 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise ValidationError(_("The photo has too many pixels."), code="too_large")
                upright = ImageOps.exif_transpose(picture)
                upright.load()
    except ValidationError:
        raise
    except Exception as error:
        # Decoders fail on damaged files in ways of their own (EOFError, struct.error, …); whatever
        # it is, the file is at fault.
        raise ValidationError(
            _("This file is no JPEG, PNG, WebP or HEIC photo."), code="no_photo"
        ) from error
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    return upright


def _as_jpeg(picture: Image.Image) -> ContentFile:
    made = io.BytesIO()
    _bare(picture.convert("RGB")).save(made, "JPEG", quality=85)
    return ContentFile(made.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def _bare(picture: Image.Image) -> Image.Image:
    """The picture without what its file said beside it; Pillow would write comments again."""
    picture.info = {}
    return picture


def clean_evidence(upload: UploadedFile) -> ContentFile:
    """A licence, certificate or proof: a PDF that opens, or a picture made anew.

    Raises:
        ValidationError: too large, locked with a password, or neither by its content.
    """
    if starts_as_pdf(upload):
        return clean_pdf(upload)
    try:
        return clean_picture(upload)
    except ValidationError as error:
        if error.code == "too_large":
            raise
        raise ValidationError(
            _("This file is neither a PDF nor a JPEG, PNG, WebP or HEIC picture."),
            code="no_evidence",
        ) from error


def starts_as_pdf(upload: UploadedFile) -> bool:
    start = upload.read(len(PDF_START))
    upload.seek(0)
    return start == PDF_START


def clean_pdf(upload: UploadedFile) -> ContentFile:
    """The PDF as it came: it may be signed.

    Raises:
        ValidationError: too large, damaged, empty, locked with a password, or no PDF.
    """
    if upload.size > MAX_DOCUMENT_BYTES:
        raise ValidationError(_("The file is larger than 20 MB."), code="too_large")
    if not starts_as_pdf(upload):
        raise ValidationError(_("This file is no PDF."), code="no_pdf")
    content = upload.read()
    try:
        reader = PdfReader(io.BytesIO(content))
        readable = not reader.is_encrypted and len(reader.pages) > 0
    except Exception as error:
        # The reader fails on damaged files in ways of its own, recursion included.
        raise ValidationError(_("This PDF is damaged."), code="damaged") from error
    if not readable:
        raise ValidationError(_("This PDF is empty or locked with a password."), code="unreadable")
    return ContentFile(content, name=f"{uuid.uuid4().hex}.pdf")


def plain_name(name: str) -> str:
    """A sent file's name without folder, suffix and odd signs, as it is shown and handed out."""
    stem = PurePath(name[:200].replace("\x00", "").replace("\\", "/")).stem
    return " ".join(re.sub(r"[^\w\s().（）-]", "", stem).split())[:100] or "file"


def delete_stored(file: FieldFile) -> None:
    """Delete a stored file once the transaction that gave it up is committed."""
    storage, name = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def picture_response(photo: FieldFile) -> FileResponse:
    """The picture for somebody who was allowed to see it by the calling view."""
    return _handed_out(photo, content_type="image/jpeg")


def evidence_response(file: FieldFile, name: str) -> FileResponse:
    """The file as a download called ``name``, for somebody whom the calling view let see it."""
    suffix = file.name.rpartition(".")[2] if file else ""
    return _handed_out(
        file,
        content_type="application/pdf" if suffix == "pdf" else "image/jpeg",
        as_attachment=True,
        # With the suffix, so that a name of nothing but signs leaves one that is valid.
        filename=get_valid_filename(f"{name}.{suffix}"),
    )


def document_response(file: FieldFile, name: str) -> HttpResponse:
    """A public document of the office: a download, never a page on the site's own origin.

    Whole in memory: Wagtail's hook takes no streamed answer, and the size is limited.
    """
    suffix = file.name.rpartition(".")[2] if file else ""
    kind = "application/pdf" if suffix == "pdf" else "application/octet-stream"
    handed_out = _handed_out(
        file, content_type=kind, as_attachment=True, filename=get_valid_filename(name)
    )
    response = HttpResponse(b"".join(handed_out), headers=dict(handed_out.items()))
    handed_out.close()
    response["Cache-Control"] = "public, max-age=300"
    return response


def _handed_out(file: FieldFile, **how) -> FileResponse:
    if not file or not file.storage.exists(file.name):
        raise Http404
    response = FileResponse(file.open("rb"), **how)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
