"""Suggestions while typing: titles, providers, scenarios, synonyms; by Chinese or pinyin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Scenario, SolutionIndexPage
from search import get_engine
from search.pinyin import typed, typed_forms
from search.question import TEXT_LENGTH
from search.synonyms import active_synonyms
from search.words import fold, highlight, phrases

LIMIT = 8
# Scenarios and synonyms together take at most so many places.
_TERMS = 4


@dataclass(frozen=True)
class Suggestion:
    """``kind``: solution, provider, case, scenario or synonym. ``html`` marks what was typed."""

    text: str
    kind: str
    url: str
    html: SafeString


def suggest(text: str) -> list[Suggestion]:
    """Up to ``LIMIT`` suggestions for what has been typed so far."""
    asked = "".join(char if char.isprintable() else " " for char in text).strip()[:TEXT_LENGTH]
    if not fold(asked).strip():
        return []
    found = [_suggestion(term, kind, url, asked) for term, kind, url in _terms(asked)][:_TERMS]
    found += [
        _suggestion(entry.title, entry.kind, entry.url, asked)
        for entry in get_engine().suggest(asked, LIMIT - len(found))
    ]
    return found


def _suggestion(text: str, kind: str, url: str, asked: str) -> Suggestion:
    return Suggestion(text, kind, url, mark_safe(highlight(text, phrases(asked))))


def _terms(asked: str) -> Iterator[tuple[str, str, str]]:
    """Scenarios and synonyms that hold what was typed, or begin so in pinyin or initials."""
    seen: set[str] = set()
    for text, kind, url in (*_scenarios(), *_synonyms()):
        folded = fold(text)
        if folded not in seen and _fits(text, folded, asked):
            seen.add(folded)
            yield text, kind, url


def _fits(text: str, folded: str, asked: str) -> bool:
    keyboard = typed(asked)
    if keyboard and any(form.startswith(keyboard) for form in typed_forms(text)):
        return True
    # A Latin letter alone stands inside too many words.
    wanted = fold(asked)
    return folded.startswith(wanted) if wanted.isascii() else wanted in folded


def _scenarios() -> Iterator[tuple[str, str, str]]:
    index = SolutionIndexPage.objects.live().first()
    if index is None:
        return
    for scenario in Scenario.objects.offered():
        yield scenario.name, "scenario", f"{index.url}?scenario={quote(scenario.code)}"


def _synonyms() -> Iterator[tuple[str, str, str]]:
    address = reverse("search")
    for group in active_synonyms():
        for word in group:
            yield word, "synonym", f"{address}?q={quote(word)}"
