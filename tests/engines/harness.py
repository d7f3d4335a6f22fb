"""An engine together with what writes its index, so that one test can ask any of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from django.utils import timezone
from elasticsearch import Elasticsearch

from search.engines.base import Engine
from search.engines.elasticsearch.documents import document_of, tombstone
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.entries import Entry
from search.question import Answer, Question
from tests.engines.corpus import SYNONYMS

# Seconds for an answer, on a machine that is busy with other tests.
PATIENCE = 30.0


def solution(number: int, title: str = "追溯", **facts) -> Entry:
    return Entry(key=f"solution:{number}", title=title, url=f"/s/{number}/", **facts)


def keys(answer: Answer) -> list[str]:
    return [hit.entry.key for hit in answer.hits]


def nonzero(answer: Answer) -> dict[str, dict[str, int]]:
    """The counts of the facets; an engine may leave out what it counts zero times."""
    return {
        key: {code: count for code, count in counts.items() if count}
        for key, counts in answer.facets.items()
    }


class Content(dict[str, Entry]):
    """Stands for the site's content: what may be public now, by key."""

    def read(self, keys: Iterable[str]) -> list[Entry]:
        return [self[key] for key in keys if key in self]


class Harness(ABC):
    """What was put or dropped is seen by the next question; ``synonyms`` may be replaced."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.synonyms: Sequence[Sequence[str]] = SYNONYMS
        self.engine = self.started_anew()

    @abstractmethod
    def started_anew(self) -> Engine:
        """The engine as another process has it, over the same index."""

    @abstractmethod
    def put(self, entries: Iterable[Entry]) -> None:
        """Index these entries."""

    @abstractmethod
    def drop(self, keys: Iterable[str]) -> None:
        """Have these entries gone."""

    def ask(self, question: Question) -> Answer:
        return self.engine.ask(question)

    def totals(self, questions: Sequence[Question]) -> list[int]:
        return self.engine.totals(questions)

    def suggest(self, text: str, limit: int) -> list[Entry]:
        return self.engine.suggest(text, limit)


def everything(harness: Harness, question: Question) -> list[str]:
    """The keys of all pages."""
    first = harness.ask(question)
    others = (replace(question, page=page) for page in range(2, first.pages + 1))
    return [*keys(first), *(key for other in others for key in keys(harness.ask(other)))]


class EmbeddedHarness(Harness):
    engine: EmbeddedEngine

    def started_anew(self) -> EmbeddedEngine:
        return EmbeddedEngine(self.content.read, lambda: self.synonyms)

    def put(self, entries: Iterable[Entry]) -> None:
        self.engine.put(entries)

    def drop(self, keys: Iterable[str]) -> None:
        self.engine.drop(keys)


class ElasticsearchHarness(Harness):
    engine: ElasticsearchEngine

    def __init__(self, content: Content, client: Elasticsearch, index: str) -> None:
        self.client = client
        self.index = index
        super().__init__(content)

    def started_anew(self) -> ElasticsearchEngine:
        return ElasticsearchEngine(
            self.client, self.index, lambda: self.synonyms, self.read_again, deadline=PATIENCE
        )

    def put(self, entries: Iterable[Entry]) -> None:
        self._write((entry.key, document_of(entry)) for entry in entries)

    def drop(self, keys: Iterable[str]) -> None:
        self._write((key, tombstone(key, timezone.now())) for key in keys)

    def read_again(self, keys: list[str]) -> bool:
        """What the site does with entries whose time has come."""
        self.put(self.content.read(keys))
        self.drop(key for key in keys if key not in self.content)
        return True

    def _write(self, documents: Iterable[tuple[str, dict]]) -> None:
        for batch in _batches(documents, 500):
            operations = [
                line for key, document in batch for line in ({"index": {"_id": key}}, document)
            ]
            answer = self.client.bulk(index=self.index, operations=operations, refresh=True)
            assert not answer["errors"], answer


def _batches(items: Iterable, size: int) -> Iterator[list]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
