"""Copies of pictures in the size of a page, for an edition alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from wagtail.images.models import AbstractImage

# Longest sides in pixels: 150 dots an inch across the text of an A4 page, and across the page.
IN_TEXT = 1000
ON_COVER = 1400
QUALITY = 80


class UnreadablePicture(Exception):
    """The file of a picture is gone or is no picture."""

    def __init__(self, image: AbstractImage) -> None:
        self.image = image
        super().__init__(image.title)


@dataclass(frozen=True)
class Copy:
    """``key`` names it: the beginning of the digest of its JPEG file."""

    key: str
    digest: str
    data: bytes
    width: int
    height: int


def copy_of(image: AbstractImage, longest: int) -> Copy:
    """A JPEG of the picture with no side longer than ``longest``, always the same for the same.

    Raises:
        UnreadablePicture: its file cannot be read.
    """
    try:
        with image.file.storage.open(image.file.name) as file, Image.open(file) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadablePicture(image) from error
    upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    # What is transparent shows the paper.
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    written = BytesIO()
    flat.save(written, "JPEG", quality=QUALITY, optimize=True)
    data = written.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    return Copy(digest[:32], digest, data, flat.width, flat.height)
