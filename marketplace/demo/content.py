"""Turns the demonstration's texts into pages, pictures and rows of the roster.

Everything is found by its slug or code and left alone where it exists, so loading twice changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from django.utils.html import escape
from wagtail.images import get_image_model
from wagtail.models import Collection

from marketplace.demo.pictures import draw

DATA = Path(__file__).parent / "data"


def read(name: str) -> list[dict[str, Any]]:
    """One of the demonstration's JSON files."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def lines(items: Iterable[str]) -> str:
    return "\n".join(items)


def rich(paragraphs: Iterable[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def picture(title: str, motif: str, seed: str, collection: Collection | None = None):
    """The picture of that title, drawn on first use."""
    image_model = get_image_model()
    found = image_model.objects.filter(title=title).first()
    if found:
        return found
    image = image_model(
        title=title,
        description=title,
        file=ImageFile(BytesIO(draw(motif, seed)), name=f"{seed}.jpg"),
        collection=collection or Collection.get_first_root_node(),
    )
    image.save()
    return image


def picture_block(image, alt: str, caption: str = "", **settled: str) -> dict:
    return {
        "type": "picture",
        "value": {"image": image.pk, "alt": alt, "caption": caption, **settled},
    }


def struct(kind: str, value: dict) -> dict:
    return {"type": kind, "value": value}


def certificate(text: str) -> ContentFile:
    """A stand-in for a scanned certificate that says what it is."""
    return ContentFile(f"演示文件，并非真实证书。\n{text}\n".encode(), name="demo-certificate.txt")


def days_from_now(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
