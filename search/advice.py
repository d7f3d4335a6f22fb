"""What to try instead when a word of the question finds nothing.

People type whole sentences without spaces (我要排产). The result stays what it is, nothing; the
page offers the parts of the word that have a name here or stand in a title, each with the number of
results that it finds, and the common problems that the question seems to speak of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from django.db.models import Q
from wagtail.models import Page

from catalog.models import PainPoint
from search import get_engine
from search.building import MODELS
from search.labels import Catalogue
from search.question import Answer, Question
from search.synonyms import expand
from search.words import Phrase, fold, marked_spans, phrases

# Bounds of one page: words that are looked at, characters of a word, parts of it that are counted,
# problems; with filters each part is counted a second time, without them.
MOST_WORDS = 4
MOST_CHARACTERS = 24
MOST_PARTS = 6
MOST_PROBLEMS = 3
# Titles read to find parts of a word in them.
_MOST_TITLES = 300

_LIST_MARKS = re.compile("[、，,]")


@dataclass(frozen=True)
class Offer:
    """Another question, and how much it finds; ``text`` names it."""

    text: str
    question: Question
    count: int


@dataclass(frozen=True)
class Advice:
    """Both are empty unless the question has a text and finds nothing."""

    parts: tuple[Offer, ...] = ()
    problems: tuple[Offer, ...] = ()


def advice_on(answer: Answer, catalogue: Catalogue) -> Advice:
    """Three statements at most, and one call of the engine, ``totals``."""
    question = answer.question
    asked = phrases(question.text)
    if answer.total or not asked:
        return Advice()
    # Where the text finds something without the filters, its words are not to blame.
    if any(hint.what in ("facet", "facets") for hint in answer.hints):
        return Advice()
    words = asked[:MOST_WORDS]
    points = list(PainPoint.objects.offered().prefetch_related("scenarios"))
    cut = _parts_of_words(words, _known_terms(catalogue, points))
    alone = {word: replace(question, text=word.written, chosen={}) for word in words}
    parts = [
        (word, replace(question, text=_with(asked, word, text)))
        for word, texts in zip(words, cut, strict=True)
        for text in texts
    ][:MOST_PARTS]
    unfiltered = [(word, replace(other, chosen={})) for word, other in parts if question.chosen]
    problems = [
        (point.name, _about(point, question)) for point in _touched(points, words, cut, catalogue)
    ]
    every = [*alone.values(), *(other for _name, other in (*parts, *unfiltered, *problems))]
    totals = dict(zip(map(_identity, every), get_engine().totals(every), strict=True))

    def offer(text: str, other: Question) -> Offer:
        return Offer(text, other, totals[_identity(other)])

    # A word that finds something by itself stays whole: there is something else to loosen.
    silent = {word for word, single in alone.items() if not totals[_identity(single)]}
    tried, everywhere = (
        [offer(other.text, other) for word, other in pairs if word in silent]
        for pairs in (parts, unfiltered)
    )
    named = [offer(name, other) for name, other in problems if silent]
    return Advice(_finding(tried) or _finding(everywhere), _finding(named))


def _identity(question: Question) -> tuple:
    return question.text, tuple(question.chosen.items())


def _finding(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    return tuple(offer for offer in offers if offer.count)


def _with(asked: Iterable[Phrase], word: Phrase, text: str) -> str:
    """The question's text with another text in place of one word."""
    return " ".join(text if other == word else other.written for other in asked)


# -- parts of words --------------------------------------------------------------------------------


def _known_terms(catalogue: Catalogue, points: Iterable[PainPoint]) -> dict[str, str]:
    """Folded form → writing of everything that has a name here."""
    values = (*catalogue.of("scenario").values(), *catalogue.of("industry").values())
    written = [
        *(word for group in catalogue.synonyms for word in group),
        *(value.label for value in values),
        *(part for point in points for part in _label_parts(point)),
    ]
    return {fold(text).strip(): text for text in reversed(written)}


def _label_parts(point: PainPoint) -> list[str]:
    """The problems that one label names side by side: 账实不符、找料难."""
    return [part.strip() for part in _LIST_MARKS.split(point.label) if part.strip()]


def _parts_of_words(words: Iterable[Phrase], known: dict[str, str]) -> list[list[str]]:
    """For each word the texts to try in its place: all parts together, then one by one."""
    pieces: list[list[tuple[bool, str]]] = []
    for word in words:
        single = len(word.runs) == 1
        pieces.append([])
        for text, pairs in word.runs:
            if pairs:
                run = text[:MOST_CHARACTERS]
                pieces[-1] += _split(run, known, whole=not single)
            elif not single:
                pieces[-1].append((True, known.get(text, text)))
    rests = [text for found in pieces for is_known, text in found if not is_known]
    titles = _titles_with(rests)
    cut = []
    for found in pieces:
        parts = [
            part
            for is_known, text in found
            for part in ([text] if is_known else _split_by_titles(text, titles))
        ]
        named = [text for is_known, text in found if is_known]
        together = [" ".join(parts)] if len(parts) > 1 else []
        # What has a name says more than what merely stands in a title.
        cut.append(list(dict.fromkeys([*together, *named, *parts])))
    return cut


def _split(run: str, known: dict[str, str], *, whole: bool) -> Iterator[tuple[bool, str]]:
    """The run's known terms, longest first from the left, and what lies between them.

    ``whole``: whether the run itself may be the term.
    """
    at = start = 0
    while at < len(run):
        for end in range(len(run), at + 1, -1):
            term = known.get(run[at:end])
            if term and (whole or end - at < len(run)):
                if at - start > 1:
                    yield False, run[start:at]
                yield True, term
                at = start = end
                break
        else:
            at += 1
    if at - start > 1:
        yield False, run[start:at]


def _titles_with(texts: Iterable[str]) -> list[str]:
    """Folded titles that hold a pair of characters of the texts, in one statement."""
    pairs = dict.fromkeys(text[at : at + 2] for text in texts for at in range(len(text) - 1))
    if not pairs:
        return []
    holding = reduce(or_, (Q(title__contains=pair) for pair in pairs))
    pages = Page.objects.live().type(*MODELS.values()).filter(holding).order_by("pk")
    return [fold(title) for title in pages.values_list("title", flat=True)[:_MOST_TITLES]]


def _split_by_titles(text: str, titles: Iterable[str]) -> Iterator[str]:
    """The longest parts of the text, two characters at least, that stand in a title."""
    at = 0
    while at < len(text) - 1:
        for end in range(len(text), at + 1, -1):
            if any(text[at:end] in title for title in titles):
                yield text[at:end]
                at = end
                break
        else:
            at += 1


# -- problems --------------------------------------------------------------------------------------


def _touched(
    points: Iterable[PainPoint],
    words: list[Phrase],
    cut: list[list[str]],
    catalogue: Catalogue,
) -> list[PainPoint]:
    """Problems whose label holds a word of the question, a part of one or a synonym of either.

    The first two characters of what a label names say what it is about (交期总拖延), so they count
    wherever they stand in the question.
    """
    texts = [word.written for word in words] + [text for parts in cut for text in parts]
    variants = {
        variant
        for text in texts
        for group in expand(text, catalogue.synonyms)
        for variant in group.variants
    }
    asked = " ".join(word.text for word in words)

    def touches(point: PainPoint) -> bool:
        if any(marked_spans(label, variants) for label in (point.label, point.label_en)):
            return True
        return any(fold(part)[:2] in asked for part in _label_parts(point))

    return [point for point in points if _scenarios(point) and touches(point)][:MOST_PROBLEMS]


def _scenarios(point: PainPoint) -> tuple[str, ...]:
    return tuple(term.pk for term in point.scenarios.all() if term.is_active)


def _about(point: PainPoint, question: Question) -> Question:
    """Everything of the question's kind for the scenarios of a problem."""
    return replace(question, text="", chosen={"scenario": _scenarios(point)})
