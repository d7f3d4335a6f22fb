"""What every engine does, and what all of them share so that they answer alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from search.entries import Entry
from search.question import Answer, Expansion, Hit, Question
from search.synonyms import WordGroup, expand
from search.words import excerpt, highlight

# Reads the entries behind keys from the site's content; a key without an entry is not public.
EntryReader = Callable[[Iterable[str]], Iterable[Entry]]
# Weights of title, summary and body in the ranking.
WEIGHTS = {"title": 8.0, "summary": 3.0, "body": 1.0}
# With more words than this, a question that finds nothing gets no hint for each of them.
HINTED_WORDS = 6


class Engine(Protocol):
    name: str

    def ask(self, question: Question) -> Answer:
        """Answer from the content as it is indexed.

        The embedded engine, where its tables lie in the site's own database, holds everything
        committed so far and the caller's own transaction. An index, or a host's file, is told after
        the commit, and a cluster shows what it was told within another second.
        """

    def totals(self, questions: Sequence[Question]) -> list[int]:
        """How many entries each question finds; asked once for a handful of questions."""

    def suggest(self, text: str, limit: int) -> list[Entry]:
        """Entries whose title holds what was typed, or begins so in pinyin or initials."""


def groups_of(
    question: Question, read_synonyms: Callable[[], Iterable[Sequence[str]]]
) -> tuple[WordGroup, ...]:
    """The words of the question with their synonyms; the site's where it brings none."""
    if not question.text.strip():
        return ()
    known = question.synonyms
    return expand(question.text, read_synonyms() if known is None else known)


def hits_of(entries: Iterable[Entry], groups: Sequence[WordGroup]) -> tuple[Hit, ...]:
    """The entries of a page with the found words marked; equal for all engines."""
    asked = [variant for group in groups for variant in group.variants]
    return tuple(
        Hit(
            entry=entry,
            title_html=highlight(entry.title, asked),
            summary_html=highlight(entry.summary, asked),
            excerpt_html=excerpt(entry.body, asked),
        )
        for entry in entries
    )


def expansions_of(groups: Sequence[WordGroup]) -> tuple[Expansion, ...]:
    return tuple(
        Expansion(group.word.written, tuple(synonym.written for synonym in group.synonyms))
        for group in groups
        if group.synonyms
    )
