"""The recorded questions: as visitors ask them, the same in every run and for every engine.

Five classes in equal parts: browsing without a text, one term of the trade, two terms, a rare word,
a Latin acronym. Each has none to three facets with one or two values. Most questions start from
a solution that exists, as a visitor's choice among offered values does; a few do not, and find
little or nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from search.entries import Entry
from search.facets import KIND_FACETS
from tests.bench.corpus import ACRONYMS, RARE_RANK, SEED, TERMS, Corpus, filler

LIST = "/solutions/"
CLASSES = ("browse", "term", "terms", "rare", "latin")

# Share of questions that start from no solution, and of those for a later page.
_AT_RANDOM = 0.08
_LATER = 0.15
_LAST_LATER_PAGE = 5


def addresses(corpus: Corpus, count: int) -> list[str]:
    """The addresses of ``count`` questions in their one fixed order, without page numbers."""
    chance = random.Random(SEED + corpus.size)
    anchors = list(corpus.entries([chance.randint(1, corpus.size) for _ in range(count)]))
    asked = [
        _address(chance, corpus, CLASSES[number % len(CLASSES)], anchor)
        for number, anchor in enumerate(anchors)
    ]
    chance.shuffle(asked)
    return asked


def with_later_pages(asked: list[tuple[str, int]]) -> list[str]:
    """The addresses, some of them for a later page; given with the pages that each result has."""
    chance = random.Random(SEED)
    return [_paged(chance, address, pages) for address, pages in asked]


def _paged(chance: random.Random, address: str, pages: int) -> str:
    last = min(pages, _LAST_LATER_PAGE)
    if chance.random() >= _LATER or last < 2:
        return address
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}page={chance.randint(2, last)}"


def _address(chance: random.Random, corpus: Corpus, kind: str, anchor: Entry) -> str:
    held = chance.random() >= _AT_RANDOM
    words = _words(chance, kind, f"{anchor.title}\n{anchor.summary}\n{anchor.body}", held)
    parameters = [("q", " ".join(words))] if words else []
    parameters += _choices(chance, corpus, anchor, held)
    return f"{LIST}?{urlencode(parameters)}" if parameters else LIST


def _words(chance: random.Random, kind: str, text: str, held: bool) -> list[str]:
    vocabulary, count = {
        "browse": ((), 0),
        "term": (TERMS, 1),
        "terms": (TERMS, 2),
        "rare": (filler()[RARE_RANK:], 1),
        "latin": (ACRONYMS, 1),
    }[kind]
    standing = [word for word in vocabulary if held and word in text]
    return chance.sample(standing if len(standing) >= count else vocabulary, count)


def _choices(
    chance: random.Random, corpus: Corpus, anchor: Entry, held: bool
) -> Iterator[tuple[str, str]]:
    """The chosen facets as parameters: the solution's own value, and sometimes another."""
    offered = [key for key in KIND_FACETS["solution"] if anchor.codes.get(key)]
    for key in chance.sample(offered, chance.choice((0, 1, 1, 2, 3))):
        own = chance.choice(anchor.codes[key])
        others = [code for code in corpus.values_of(key) if code != own]
        if held or not others:
            yield key, own
        if others and (not held or chance.random() < 0.3):
            yield key, chance.choice(others)
