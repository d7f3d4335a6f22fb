"""Elasticsearch as an engine: asks what ``query`` builds, understands what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from search.engines.base import expansions_of, groups_of, hits_of
from search.engines.elasticsearch.client import SEARCH_DEADLINE, Unavailable, search_within
from search.engines.elasticsearch.deadline import Deadline
from search.engines.elasticsearch.query import (
    COUNTS,
    SHARED,
    Asked,
    EntrySearch,
    hint_search,
    hints,
    own,
    suggestion_search,
    totals_search,
)
from search.entries import Entry
from search.facets import KIND_FACETS
from search.question import KINDS, Answer, Hint, Question, pages_of
from search.synonyms import WordGroup

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch
    from elasticsearch.dsl import Search


class ElasticsearchEngine:
    """See ``search.engines.base.Engine``; raises ``Unavailable`` for all but a whole answer.

    ``on_due`` is given the keys of entries whose time has come; True says that they have been
    indexed again. Until they are, they are not shown. ``deadline`` is how long an answer may take,
    in seconds.
    """

    name = "elasticsearch"

    def __init__(
        self,
        client: Elasticsearch,
        index: str,
        read_synonyms: Callable[[], Iterable[Sequence[str]]],
        on_due: Callable[[list[str]], bool],
        deadline: float = SEARCH_DEADLINE,
    ) -> None:
        self.client = client
        self.index = index
        self.read_synonyms = read_synonyms
        self.on_due = on_due
        self.deadline = deadline

    def ask(self, question: Question) -> Answer:
        groups = groups_of(question, self.read_synonyms)
        answer, due = self._answer(question, groups)
        if due and self.on_due(due):
            answer, _still_due = self._answer(question, groups)
        return answer

    def totals(self, questions: Sequence[Question]) -> list[int]:
        if not questions:
            return []
        now = timezone.now()
        asked = [Asked(q, groups_of(q, self.read_synonyms), now) for q in questions]
        return self._counts(totals_search(asked, now))

    def suggest(self, text: str, limit: int) -> list[Entry]:
        search = suggestion_search(text, limit, timezone.now())
        if search is None:
            return []
        raw = self._raw(search)
        with _well_formed():
            return _entries(raw)

    def _answer(self, question: Question, groups: Sequence[WordGroup]) -> tuple[Answer, list[str]]:
        """The answer in one request, two when nothing is found, and the keys of entries due."""
        asked = Asked(question, groups, timezone.now())
        with Deadline(self.deadline):
            raw = self._raw(EntrySearch(asked))
            with _well_formed():
                page = _page(raw, question.kind)
            hints_given = () if page.total else self._hints(asked)
        answer = Answer(
            question=question,
            total=page.total,
            pages=pages_of(page.total),
            hits=hits_of(page.entries, groups),
            facets=page.facets,
            kind_counts=page.kind_counts,
            hints=hints_given,
            expansions=expansions_of(groups),
            engine=self.name,
        )
        return answer, page.due

    def _hints(self, asked: Asked) -> tuple[Hint, ...]:
        """What to drop for some result; asked only when nothing was found."""
        hinted = hints(asked)
        if not hinted:
            return ()
        counts = self._counts(hint_search(asked, (left for _what, _key, left in hinted)))
        return tuple(
            Hint(what, key, count)
            for (what, key, _left), count in zip(hinted, counts, strict=True)
            if count
        )

    def _counts(self, search: Search) -> list[int]:
        raw = self._raw(search)
        with _well_formed():
            numbered = raw["aggregations"][COUNTS]["buckets"]
            return [numbered[str(number)]["doc_count"] for number in range(len(numbered))]

    def _raw(self, search: Search | EntrySearch) -> dict:
        body = search.to_dict()
        return search_within(self.client, self.deadline, index=self.index, body=body)


class Page(NamedTuple):
    """What an answer says of a question."""

    total: int
    entries: list[Entry]
    facets: dict[str, dict[str, int]]
    kind_counts: dict[str, int]
    # Keys of entries whose time has come.
    due: list[str]


@contextmanager
def _well_formed() -> Iterator[None]:
    """Whoever stands behind the address may answer anything."""
    try:
        yield
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"The answer has another form than it should: {error!r}") from error


def _page(raw: dict, kind: str | None) -> Page:
    total = raw["hits"]["total"]
    found = raw["aggregations"]
    others = found["kinds"]["buckets"]
    if total["relation"] != "eq":
        raise Unavailable("The number of results is an estimate.")
    return Page(
        total=total["value"],
        entries=_entries(raw),
        facets={key: _codes(found.get(own(key), found[SHARED])[key]) for key in KIND_FACETS[kind]},
        kind_counts={
            each: total["value"] if each == kind else others[each]["doc_count"] for each in KINDS
        },
        due=[bucket["key"] for bucket in found["everything"]["due"]["keys"]["buckets"]],
    )


def _entries(raw: dict) -> list[Entry]:
    return [Entry.from_json(hit["_source"]["content"]) for hit in raw["hits"]["hits"]]


def _codes(terms: dict) -> dict[str, int]:
    """Code → count of a facet."""
    if terms["sum_other_doc_count"]:
        raise Unavailable("A facet has more values than were counted.")
    return {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
