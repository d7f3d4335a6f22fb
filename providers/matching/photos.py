"""Photos sent with a request: checked by content, made anew, kept in private."""

from __future__ import annotations

import io
import uuid
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener()  # iPhones send HEIC.

MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


def clean_photo(upload: UploadedFile) -> ContentFile:
    """The picture made anew as JPEG, without place, device and whatever else was hidden in it.

    Raises:
        ValidationError: too large, or no picture by its content, whatever its name says.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The photo is larger than 8 MB."), code="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise ValidationError(_("The photo has too many pixels."), code="too_large")
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except ValidationError:
        raise
    except Exception as error:
        # Decoders fail on damaged files in ways of their own (EOFError, struct.error, …); whatever
        # it is, the file is at fault.
        raise ValidationError(
            _("This file is no JPEG, PNG, WebP or HEIC photo."), code="no_photo"
        ) from error
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    made = io.BytesIO()
    upright.save(made, "JPEG", quality=85)
    return ContentFile(made.getvalue(), name=f"{uuid.uuid4().hex}.jpg")


def photo_response(photo: FieldFile) -> FileResponse:
    """The picture for somebody who was allowed to see it by the calling view."""
    if not photo or not photo.storage.exists(photo.name):
        raise Http404
    response = FileResponse(photo.open("rb"), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
