"""What is asked and what is answered, whichever engine stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from search.entries import Entry

KINDS = ("solution", "provider", "case")

# Results on a page.
PAGE_SIZE = 20
# No engine is asked for results beyond this page (10,000 results).
LAST_PAGE = 500
# A question's text is cut here, in characters; the page says so.
TEXT_LENGTH = 200

SORTS = {
    "relevance": _("Relevance"),
    "newest": _("Newest first"),
    "delivery": _("Fastest delivery"),
    "price": _("Lowest price"),
    "evidence": _("Most evidence"),
}
# The sorts that say something about each kind; the others would only shuffle.
KIND_SORTS = {
    "solution": tuple(SORTS),
    "provider": ("relevance", "newest", "evidence"),
    "case": ("relevance", "newest"),
    None: ("relevance", "newest"),
}


@dataclass(frozen=True)
class Ignored:
    """A part of the request that was dropped; ``reason`` is a sentence that names it."""

    key: str
    value: str
    reason: str


@dataclass(frozen=True)
class Question:
    """``kind`` is None for all kinds; ``chosen`` maps a facet's key to the chosen codes.

    ``synonyms`` are the groups of words to search with; without them the engine reads the site's.
    """

    text: str = ""
    kind: str | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    ignored: tuple[Ignored, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] | None = None


@dataclass(frozen=True)
class Hit:
    """A result: the entry and, as safe HTML, its texts with what was found marked."""

    entry: Entry
    title_html: str
    summary_html: str
    excerpt_html: str


@dataclass(frozen=True)
class Hint:
    """What to change when nothing was found, and how many results that would give.

    ``what``: ``facet`` (drop the facet ``key``), ``word`` (drop the word ``key``), ``text`` (drop
    the whole text), ``facets`` (drop all facets).
    """

    what: str
    key: str
    count: int


@dataclass(frozen=True)
class Expansion:
    """A word of the question and the synonyms that were searched with it."""

    word: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """``facets`` maps each facet's key to code → count; codes counted zero times may be left out.

    A facet's counts ignore its own selection. ``kind_counts`` says how many entries of each kind
    the text and those chosen facets find that the kind knows. ``degraded`` says that another engine
    than the site's own stepped in; results and counts are the same, their order may differ.
    """

    question: Question
    total: int
    pages: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    kind_counts: Mapping[str, int]
    hints: tuple[Hint, ...]
    expansions: tuple[Expansion, ...]
    engine: str
    degraded: bool = False

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        return self.question.ignored


def pages_of(total: int) -> int:
    """Number of pages for a total; an empty result still has its first page."""
    return min(max(1, -(-total // PAGE_SIZE)), LAST_PAGE)
