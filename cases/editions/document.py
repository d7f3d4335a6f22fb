"""A booklet's folder for the press: the page, its style, its pictures and the order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.translation import override

from cases.editions.reading import chapters_of, edition_in_words

if TYPE_CHECKING:
    from datetime import date

    from cases.editions.pictures import Copy
    from cases.models import CollectionIssue

_FOLDER = "cases/editions/print"
# How PDF readers are told the language of the text.
_LANGUAGES = {"zh-hans": "zh-Hans"}


@cache
def layout() -> str:
    """A mark of all that gives a booklet its look: another one wants every booklet built anew."""
    look = hashlib.sha256(f"weasyprint {version('weasyprint')}".encode())
    style = get_template(f"{_FOLDER}/booklet.css").origin.name
    for file in sorted(Path(style).parent.iterdir()):
        look.update(file.name.encode() + file.read_bytes())
    return look.hexdigest()


def fingerprint(content: str, absent: Mapping[int, date | None]) -> str:
    """What a booklet shows, in a mark: its content, what is left out of it, and its look."""
    left_out = sorted((place, str(since or "")) for place, since in absent.items())
    described = json.dumps([content, left_out, layout()])
    return hashlib.sha256(described.encode()).hexdigest()


def write_folder(
    folder: Path,
    *,
    content: Mapping[str, Any],
    cases: Iterable[tuple[int, Mapping[str, Any]]],
    absent: Mapping[int, date | None],
    mark: str,
    issue: CollectionIssue | None,
) -> None:
    """Write what the press reads, but for the pictures. A draft is one without ``issue``."""
    rows = list(cases)
    address = issue.collection.full_url if issue else ""
    with override(settings.LANGUAGE_CODE):
        page = render_to_string(
            f"{_FOLDER}/booklet.html",
            {
                "language": _LANGUAGES.get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE),
                "edition": edition_in_words(content),
                "chapters": chapters_of(content, rows, absent),
                "case_count": len(rows) - len(absent),
                "issue_number": issue and issue.number,
                "issue_note": issue and issue.note,
                "created": issue and issue.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "address": address,
                "is_draft": issue is None,
            },
        )
    (folder / "booklet.html").write_text(page, encoding="utf-8")
    style = render_to_string(f"{_FOLDER}/booklet.css")
    (folder / "booklet.css").write_text(style, encoding="utf-8")
    order = {"site": settings.SITE_URL, "fingerprint": mark[:32]}
    (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")


def write_pictures(folder: Path, copies: Iterable[Copy]) -> None:
    """Write the pictures of a draft; those of an issue are copied from its files."""
    for copy in copies:
        (folder / f"{copy.key}.jpg").write_bytes(copy.data)
