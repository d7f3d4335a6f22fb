"""Finds the words that advertising law bans, or that need a source, in what a listing says.

An expression can neither fail nor stop the site: one that cannot be read, or thinks too long, is
passed over and named to the reviewer.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import regex
from wagtail.models import Page

from catalog.contents import Content, contents_of
from catalog.models.advertising import MATCH_TIMEOUT, AdvertisingWord

logger = logging.getLogger(__name__)

Span = tuple[int, int]
BLANKS = " \t\u3000\xa0"


@dataclass(frozen=True)
class Match:
    """A place in a text where a word stands, with what it does and what to write instead."""

    start: int
    end: int
    text: str
    effect: str
    advice: str

    @property
    def blocks(self) -> bool:
        return self.effect == AdvertisingWord.Effect.BLOCK


@dataclass(frozen=True)
class Finding:
    """A match with the field that it stands in."""

    name: str
    label: str
    row: int
    match: Match


class Words:
    """The words in force, read once for all texts of a listing."""

    def __init__(self, words: Iterable[AdvertisingWord] | None = None) -> None:
        self.words = list(AdvertisingWord.objects.in_force() if words is None else words)
        # Expressions that could not be tried.
        self.unchecked: list[str] = []

    def findings(self, contents: Iterable[Content]) -> list[Finding]:
        return [
            Finding(content.name, content.label, place, match)
            for content in contents
            for place, row in enumerate(content.rows)
            for match in self.matches(row.wording)
        ]

    def matches(self, text: str) -> list[Match]:
        """Places that do not overlap, in order; what stops publication goes before what warns."""
        if not text.strip():
            return []
        read, places = folded(text)
        found = [
            Match(
                places[start],
                places[end - 1] + 1,
                text[places[start] : places[end - 1] + 1],
                word.effect,
                word.advice,
            )
            for word in self.words
            for start, end in self.spans(word, read)
        ]
        return without_overlaps(found)

    def spans(self, word: AdvertisingWord, text: str) -> list[Span]:
        """Where the word stands outside its exceptions."""
        if word.pattern in self.unchecked:
            return []
        try:
            spans = spans_of(word.pattern, text)
            allowed = [
                span
                for line in (word.exception_patterns if spans else ())
                for span in spans_of(line, text)
            ]
        except (TimeoutError, regex.error, RecursionError, OverflowError, MemoryError):
            logger.warning("The advertising word %r could not be tried.", word.pattern)
            self.unchecked.append(word.pattern)
            return []
        return [
            (start, end)
            for start, end in spans
            if not any(first <= start and end <= last for first, last in allowed)
        ]


def findings_in(page: Page) -> list[Finding]:
    """Every banned or doubtful word in the public texts of a listing."""
    return Words().findings(contents_of(page))


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> regex.Pattern:
    return regex.compile(pattern)


def spans_of(pattern: str, text: str) -> list[Span]:
    """All places that fit; empty ones are none.

    Raises:
        TimeoutError: the expression thinks too long about this text.
        regex.error: it is no expression.
    """
    return [
        found.span()
        for found in compiled(pattern).finditer(text, timeout=MATCH_TIMEOUT)
        if found.end() > found.start()
    ]


def folded(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and for each of its letters the place in ``text``.

    Full-width letters become plain ones; what only parts or hides the letters of a word (blanks
    between Han, zero-width signs) is passed over.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, (letter, following) in enumerate(zip(text, following_letters(text), strict=True)):
        if unicodedata.category(letter) in ("Cf", "Mn"):
            continue
        if letter in BLANKS and letters and is_han(letters[-1]) and is_han(following):
            continue
        for read in unicodedata.normalize("NFKC", letter):
            letters.append(read)
            places.append(place)
    return "".join(letters), places


def following_letters(text: str) -> list[str]:
    """For each place the next letter after it that is no blank; empty at the end."""
    found: list[str] = []
    following = ""
    for letter in reversed(text):
        found.append(following)
        if letter not in BLANKS:
            following = letter
    return found[::-1]


def is_han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


def without_overlaps(found: list[Match]) -> list[Match]:
    """Where two places overlap, what stops publication stays, then the longer."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (not m.blocks, m.start - m.end, m.start)):
        if all(match.end <= other.start or other.end <= match.start for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.start)
