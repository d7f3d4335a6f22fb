"""Synonyms, applied to the question: an edit of the bureau's list works at once.

A question becomes AND over its words of OR over each word's variants. Only a whole word of the
question is replaced (排产, not the 排产 in 排产软件), so nobody's results change by surprise. A
term of several words (OPC UA) is recognised where its words follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.words import Phrase, phrase, phrases

Runs = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class WordGroup:
    """A word of the question with the synonyms that may stand for it."""

    word: Phrase
    synonyms: tuple[Phrase, ...] = ()

    @property
    def variants(self) -> tuple[Phrase, ...]:
        return (self.word, *self.synonyms)


def expand(text: str, synonyms: Iterable[Sequence[str]]) -> tuple[WordGroup, ...]:
    """The words of the question, all of which must be found, each with its synonyms."""
    groups_of_term = _by_term(tuple(map(tuple, synonyms)))
    asked = phrases(text)
    found: list[WordGroup] = []
    at = 0
    while at < len(asked):
        # The longest term first: 制造执行 系统 before 制造执行.
        for end in range(len(asked), at, -1):
            runs = tuple(run for part in asked[at:end] for run in part.runs)
            if runs in groups_of_term:
                word = Phrase(
                    " ".join(part.text for part in asked[at:end]),
                    runs,
                    " ".join(part.written for part in asked[at:end]),
                )
                others = (term for term in groups_of_term[runs] if term.runs != runs)
                found.append(WordGroup(word, tuple(others)))
                at = end
                break
        else:
            found.append(WordGroup(asked[at]))
            at += 1
    return tuple(found)


# The list seldom changes, and is the same for every question until it does.
@lru_cache(maxsize=4)
def _by_term(synonyms: tuple[tuple[str, ...], ...]) -> Mapping[Runs, list[Phrase]]:
    """For each term, all terms of the groups it stands in, in their order."""
    found: dict[Runs, dict[Runs, Phrase]] = {}
    for group in synonyms:
        terms = [term for text in group if (term := phrase(text))]
        for term in terms:
            found.setdefault(term.runs, {}).update({other.runs: other for other in terms})
    return {runs: list(others.values()) for runs, others in found.items()}


def active_synonyms() -> list[list[str]]:
    """The groups of words that the bureau keeps."""
    from catalog.models import Synonym

    return [group.variants for group in Synonym.objects.filter(is_active=True)]
