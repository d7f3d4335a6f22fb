"""Questions in Elasticsearch's language; nothing here talks to a server.

What matches stands in ``bool.filter`` and decides every count, as on every engine; what ranks
stands in ``bool.should`` and decides the order alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain

from elasticsearch.dsl import FacetedSearch, Search, TermsFacet
from elasticsearch.dsl.query import (
    Bool,
    MatchNone,
    MatchPhrase,
    MatchPhrasePrefix,
    Prefix,
    Query,
    Range,
    Term,
)

from search.engines.base import HINTED_WORDS, WEIGHTS
from search.engines.elasticsearch.documents import facet_field, moment
from search.facets import FACETS, KIND_FACETS
from search.pinyin import typed
from search.question import KINDS, LAST_PAGE, PAGE_SIZE, Question
from search.synonyms import WordGroup
from search.words import Phrase, phrases

# More values than any facet has; an answer that leaves some out is no answer.
BUCKETS = 10_000
# Entries whose time has come that one answer names.
DUE_KEYS = 100
# Words that may begin with the last, still open word of a phrase: all there are.
_EXPANSIONS = 1_000_000
# To rank a variant costs three times what it costs to match it: a question with more variants than
# this is matched whole and ranked by the first.
_RANKED_VARIANTS = 100

_RANKED_FIELDS = {
    "words_title": WEIGHTS["title"],
    "words_summary": WEIGHTS["summary"],
    "words": WEIGHTS["body"],
}
_SORTS: dict[str, dict] = {
    "newest": {"published": {"order": "desc", "missing": "_last"}},
    "delivery": {"delivery": {"order": "asc", "missing": "_last"}},
    "price": {"price": {"order": "asc", "missing": "_last"}},
    "evidence": {"evidence": {"order": "desc", "missing": "_last"}},
}
# Names inside an answer.
SHARED = "_filter"
COUNTS = "counts"
_FACETS = {key: TermsFacet(field=facet_field(key), size=BUCKETS) for key in FACETS}
# Made once: a page asks for a dozen of them.
_COUNTING = {key: facet.get_aggregation() for key, facet in _FACETS.items()}


def own(key: str) -> str:
    """Where an answer holds the counts of a facet with a choice."""
    return f"_filter_{key}"


def shown(now: datetime) -> Bool:
    """Entries that are not gone and still tell the truth by themselves."""
    return Bool(filter=[Term(gone=False)], must_not=[_due(now)])


def _due(now: datetime) -> Query:
    return Range(stale_on={"lte": moment(now)})


def phrase_query(
    field: str, phrase: Phrase, *, boost: float | None = None, still_typing: bool = False
) -> Query:
    """The phrase's words side by side, the last one perhaps only the beginning of a word."""
    terms = phrase.terms
    options = {} if boost is None else {"boost": boost}
    if not (phrase.is_prefix or still_typing):
        return MatchPhrase(**{field: {"query": " ".join(terms), **options}})
    if len(terms) == 1:
        return Prefix(**{field: {"value": terms[0], **options}})
    options["max_expansions"] = _EXPANSIONS
    return MatchPhrasePrefix(**{field: {"query": " ".join(terms), **options}})


class Asked:
    """The parts of a question as filters, at the moment at which it is asked."""

    def __init__(self, question: Question, groups: Sequence[WordGroup], now: datetime) -> None:
        self.question = question
        self.groups = groups
        self.now = now

    @cached_property
    def has_text(self) -> bool:
        return bool(self.question.text.strip())

    @cached_property
    def words(self) -> list[Query]:
        """One filter for each word of the text; a text without a word finds nothing."""
        if self.has_text and not self.groups:
            return [MatchNone()]
        return [
            _any_of([phrase_query("words", variant) for variant in group.variants])
            for group in self.groups
        ]

    @cached_property
    def kind(self) -> list[Query]:
        return [Term(kind=self.question.kind)] if self.question.kind else []

    @cached_property
    def chosen(self) -> dict[str, Query]:
        """A filter for each facet with a choice."""
        return {
            key: _FACETS[key].add_filter(list(codes))
            for key, codes in self.question.chosen.items()
            if codes
        }

    def chosen_but(self, left_out: str) -> list[Query]:
        return [choice for key, choice in self.chosen.items() if key != left_out]

    @cached_property
    def ranking(self) -> list[Query]:
        """What makes one entry that matches better than another."""
        if self.question.sort != "relevance":
            return []
        variants = [variant for group in self.groups for variant in group.variants]
        return [
            phrase_query(field, variant, boost=weight)
            for variant in variants[:_RANKED_VARIANTS]
            for field, weight in _RANKED_FIELDS.items()
        ]

    @property
    def order(self) -> list[str | dict]:
        """The sort; equal entries follow their hash."""
        if self.question.sort in _SORTS:
            return [_SORTS[self.question.sort], "tie"]
        return [{"_score": "desc"}, "tie"] if self.ranking else ["tie"]


def _all_of(*parts: Iterable[Query]) -> Bool:
    return Bool(filter=list(chain(*parts)))


def _any_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Bool(should=queries, minimum_should_match=1)


class EntrySearch(FacetedSearch):
    """One page of results with all that stands around it, in one request.

    The kind narrows as the facets do, after the query, so that the same request counts the other
    kinds. Facets without a choice share one filter; each other one has its own, which leaves out
    its own choice.
    """

    facets = _FACETS

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        matching = Bool(filter=[shown(asked.now), *asked.words], should=asked.ranking)
        super().__init__(query=matching, sort=asked.order)

    def to_dict(self) -> dict:
        """The request's body."""
        return self._s.to_dict()

    def search(self) -> Search:
        page = self.asked.question.page
        start, size = ((page - 1) * PAGE_SIZE, PAGE_SIZE) if page <= LAST_PAGE else (0, 0)
        wanted = super().search().source(True)
        return wanted.extra(from_=start, size=size, track_total_hits=True)

    def query(self, search: Search, query: Query) -> Search:
        return search.query(query)

    def filter(self, search: Search) -> Search:
        asked = self.asked
        if not asked.kind and not asked.chosen:
            return search
        return search.post_filter(_all_of(asked.kind, asked.chosen.values()))

    def aggregate(self, search: Search) -> None:
        asked = self.asked
        shared = search.aggs.bucket(
            SHARED, "filter", filter=_all_of(asked.kind, asked.chosen.values())
        )
        for key in KIND_FACETS[asked.question.kind]:
            place = shared
            if key in asked.chosen:
                others = _all_of(asked.kind, asked.chosen_but(key))
                place = search.aggs.bucket(own(key), "filter", filter=others)
            place.bucket(key, _COUNTING[key])
        search.aggs.bucket("kinds", "filters", filters=self._kinds())
        # Whatever the question: an entry may come to match only when it has been read again.
        everything = search.aggs.bucket("everything", "global")
        due = everything.bucket(
            "due", "filter", filter=_all_of([Term(gone=False), _due(asked.now)])
        )
        due.bucket("keys", "terms", field="key", size=DUE_KEYS)

    def _kinds(self) -> dict[str, Query]:
        """Each other kind with those choices that it knows; of its own the total tells."""
        chosen = self.asked.chosen
        return {
            kind: _all_of(
                [Term(kind=kind)], (chosen[key] for key in KIND_FACETS[kind] if key in chosen)
            )
            for kind in KINDS
            if kind != self.asked.question.kind
        }


def hints(asked: Asked) -> list[tuple[str, str, Query]]:
    """What may be dropped for some result: ``what`` and ``key`` of a hint, and what is left."""
    chosen = asked.chosen.values()
    found = [("facet", key, _all_of(asked.words, asked.chosen_but(key))) for key in asked.chosen]
    if 1 < len(asked.groups) <= HINTED_WORDS:
        for at, group in enumerate(asked.groups):
            others = (*asked.words[:at], *asked.words[at + 1 :])
            found.append(("word", group.word.written, _all_of(others, chosen)))
    if len(asked.chosen) > 1:
        found.append(("facets", "", _all_of(asked.words)))
    if asked.has_text:
        found.append(("text", "", _all_of(chosen)))
    return found


def hint_search(asked: Asked, hinted: Iterable[Query]) -> Search:
    """How many results each of these would give, numbered."""
    return _counting([shown(asked.now), *asked.kind], hinted)


def totals_search(questions: Iterable[Asked], now: datetime) -> Search:
    """How many results each question has, numbered."""
    wanted = (_all_of(q.words, q.kind, q.chosen.values()) for q in questions)
    return _counting([shown(now)], wanted)


def _counting(common: list[Query], wanted: Iterable[Query]) -> Search:
    search = Search().query(_all_of(common)).extra(size=0, track_total_hits=False)
    numbered = {str(number): query for number, query in enumerate(wanted)}
    search.aggs.bucket(COUNTS, "filters", filters=numbered)
    return search


def suggestion_search(text: str, limit: int, now: datetime) -> Search | None:
    """Entries by title, then those whose title is typed so; None when nothing could be found."""
    asked = phrases(text)
    keyboard = typed(text)
    ways: list[Query] = []
    if asked:
        # The last word is still being typed.
        parts = [phrase_query("words_title", phrase) for phrase in asked[:-1]]
        parts.append(phrase_query("words_title", asked[-1], still_typing=True))
        ways.append(Bool(must=parts))
    titles = list(ways)
    if keyboard:
        ways.append(Prefix(typed={"value": keyboard}))
    if not ways:
        return None
    search = Search().query(Bool(filter=[shown(now), _any_of(ways)], should=titles))
    # Only titles have a score; the others follow in the order of the keyboard.
    ordered = search.sort({"_score": "desc"}, {"typed": {"order": "asc", "mode": "min"}}, "tie")
    return ordered.source(True).extra(size=limit, track_total_hits=False)
