"""A text as the reviewer sees it: what changed in it, and which words advertising law minds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog.advertising import Match

# One Han character, one Latin word or figure, one blank, one sign.
WORDS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[A-Za-z0-9_.]+|\s+|.", re.DOTALL)
SENTENCES = re.compile(r"[^。！？；\n]+[。！？；\n]*|[。！？；\n]+")
# Longer texts are compared by sentences: comparing takes the square of the length.
MOST_WORDS = 1200
MOST_SENTENCES = 1500


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that is in both versions, or in one only."""

    text: str
    is_changed: bool


def compared(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut where they differ: by words and Han characters, long ones by sentences."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = SENTENCES.findall(before), SENTENCES.findall(after)
    if max(len(old), len(new)) > MOST_SENTENCES:
        return [Piece(before, True)], [Piece(after, True)]
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        add(left, old[start:end], is_changed=kind != "equal")
        add(right, new[new_start:new_end], is_changed=kind != "equal")
    return left, right


def add(pieces: list[Piece], tokens: Sequence[str], *, is_changed: bool) -> None:
    if tokens:
        pieces.append(Piece("".join(tokens), is_changed))


def marked(pieces: Iterable[Piece], tag: str, matches: Sequence[Match] = ()) -> SafeString:
    """The text with what changed in ``tag`` ("ins" or "del") and each match in ``<mark>``."""
    html: list[SafeString] = []
    place = 0
    for piece in pieces:
        inner = with_matches(piece.text, place, matches)
        html.append(format_html("<{0}>{1}</{0}>", tag, inner) if piece.is_changed else inner)
        place += len(piece.text)
    return format_html_join("", "{}", ((part,) for part in html))


def with_matches(text: str, offset: int, matches: Sequence[Match]) -> SafeString:
    """A stretch that begins at ``offset`` of its text, with the matches that lie in it marked."""
    html: list[SafeString] = []
    place = 0
    for match in matches:
        start = min(max(match.start - offset, place), len(text))
        end = min(max(match.end - offset, start), len(text))
        if start == end:
            continue
        html += [lines(text[place:start]), format_html("<mark>{}</mark>", text[start:end])]
        place = end
    html.append(lines(text[place:]))
    return format_html_join("", "{}", ((part,) for part in html))


def lines(text: str) -> SafeString:
    """Escaped, with its line breaks."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))


def plain(text: str, matches: Sequence[Match] = ()) -> SafeString:
    """A text in which nothing is compared."""
    return with_matches(text, 0, matches)
