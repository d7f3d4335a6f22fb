"""The arms of the comparison: one question each, asked in several ways.

Every arm shows what it counted, and only one that counts right is timed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.test import Client

import search
from search import advice, views
from search.engines.elasticsearch.client import (
    SEARCH_DEADLINE,
    Unavailable,
    connect,
    search_within,
)
from search.engines.elasticsearch.documents import alias
from search.entries import Entry
from search.forms import read_question
from search.labels import Catalogue
from search.question import Answer, Question
from tests.bench.names import BLANK, ENGINE, RAW, RIVAL
from tests.bench.questions import LIST

if TYPE_CHECKING:
    from tests.bench.rival.searching import Rival

KIND = "solution"
_ATTEMPTS = 5
Given = TypeVar("Given")


class NotAnswered(Exception):
    """Another engine answered than the one that is measured: there is no sample."""


def insist(attempt: Callable[[], Given]) -> Given:
    """What the engine itself gives; a machine that is busy may be late more than once."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except NotAnswered:
            search.cluster_breaker().path.unlink(missing_ok=True)
    return attempt()


def answer_of(engine: str, question: Question) -> Answer:
    """The answer of the engine that the setting names, and of no other in its place."""
    settings.SEARCH_ENGINE = engine
    answer = search.get_engine().ask(question)
    if answer.degraded:
        raise NotAnswered(answer.engine)
    return answer


@dataclass(eq=False)
class Recorded:
    """A question with what was recorded of it: the answer, further totals, and the request."""

    address: str
    question: Question
    answer: Answer
    totals: dict[str, list[int]] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.answer.total


def question_of(address: str, catalogue: Catalogue) -> Question:
    """The question that the page reads from an address."""
    data = QueryDict(address.removeprefix(LIST).removeprefix("?"))
    question, _form = read_question(data, KIND, catalogue)
    return question


def counts_of(answer: Answer) -> tuple[int, dict[str, dict[str, int]]]:
    """What all arms must agree on: the total and every facet's values that are found."""
    return answer.total, {key: _found(codes) for key, codes in answer.facets.items()}


def _found(codes: dict[str, int]) -> dict[str, int]:
    return {code: count for code, count in codes.items() if count}


class Arm(Protocol):
    name: str

    def prepare(self, recorded: Recorded) -> None:
        """What belongs to a question and is not timed."""

    def run(self, recorded: Recorded) -> Any:
        """What is timed."""

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        """What this arm counts for the question."""


class PageArm:
    """Our page as a visitor gets it, on the engine that the setting names.

    ``answers`` is the engine that then really answers.
    """

    def __init__(self, name: str, engine: str, answers: str = "") -> None:
        self.name = name
        self.engine = engine
        self.answers = answers or engine
        self.client = Client()

    def prepare(self, recorded: Recorded) -> None:
        settings.SEARCH_ENGINE = self.engine

    def run(self, recorded: Recorded) -> bytes:
        return content_of(self.client.get(recorded.address), self.answers)

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        return counts_of(answer_of(self.engine, recorded.question))


def content_of(response: HttpResponse, engine: str) -> bytes:
    """The page, when it is one and this engine has answered."""
    if response.status_code != 200:
        raise RuntimeError(f"A page was answered with {response.status_code}.")
    if response["X-Search-Engine"] != engine:
        raise NotAnswered(response["X-Search-Engine"])
    return response.content


class RecordedEngine:
    """Answers with what was recorded, at once."""

    name = "recorded"

    def __init__(self) -> None:
        self.recorded: Recorded | None = None

    def ask(self, question: Question) -> Answer:
        return replace(self.recorded.answer, question=question, engine=self.name)

    def totals(self, questions: Sequence[Question]) -> list[int]:
        return self.recorded.totals[names_of(questions)]

    def suggest(self, text: str, limit: int) -> list[Entry]:
        raise NotImplementedError("Pages of results do not suggest.")


def names_of(questions: Sequence[Question]) -> str:
    return json.dumps([[question.text, dict(question.chosen)] for question in questions])


class BlankArm:
    """Our view and template fed the recorded answer: the pure cost of the framework."""

    name = BLANK

    def __init__(self) -> None:
        self.engine = RecordedEngine()
        self.client = Client()

    def prepare(self, recorded: Recorded) -> None:
        self.engine.recorded = recorded

    def run(self, recorded: Recorded) -> bytes:
        with answering(self.engine):
            return content_of(self.client.get(recorded.address), self.engine.name)

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        self.prepare(recorded)
        return counts_of(self.engine.ask(recorded.question))


@contextmanager
def answering(engine: Any) -> Iterator[None]:
    """Have the page's view ask this engine."""
    before = views.get_engine, advice.get_engine
    views.get_engine = advice.get_engine = lambda: engine
    try:
        yield
    finally:
        views.get_engine, advice.get_engine = before


class RawArm:
    """The very request of our page through the same client, the response decoded, nothing made."""

    name = RAW

    def prepare(self, recorded: Recorded) -> None:
        pass

    def run(self, recorded: Recorded) -> dict[str, Any]:
        try:
            return search_within(connect(), SEARCH_DEADLINE, index=alias(), body=recorded.body)
        except Unavailable as error:
            raise NotAnswered(str(error)) from error

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        response = self.run(recorded)
        return response["hits"]["total"]["value"], dict(_tables(response["aggregations"]))


def _tables(aggregations: dict[str, Any]) -> Iterator[tuple[str, dict[str, int]]]:
    """The facets' tables wherever they stand in the response."""
    for name, part in aggregations.items():
        if not name.startswith("_filter"):
            continue
        for key, inner in part.items():
            if isinstance(inner, dict) and "buckets" in inner:
                yield key, {bucket["key"]: bucket["doc_count"] for bucket in inner["buckets"]}


class EngineArm:
    """Our engine from question to answer, without the page."""

    name = ENGINE

    def prepare(self, recorded: Recorded) -> None:
        pass

    def run(self, recorded: Recorded) -> Answer:
        return answer_of("elasticsearch", recorded.question)

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        return counts_of(self.run(recorded))


class RefusedArm(PageArm):
    """Our page while the cluster's port is closed, and nobody has noticed yet."""

    def prepare(self, recorded: Recorded) -> None:
        super().prepare(recorded)
        search.cluster_breaker().path.unlink(missing_ok=True)


class OpenArm(PageArm):
    """Our page when the breaker knows that the cluster is down."""

    def prepare(self, recorded: Recorded) -> None:
        super().prepare(recorded)
        breaker = search.cluster_breaker()
        breaker.path.unlink(missing_ok=True)
        breaker.failed(breaker.admit(), "the benchmark says so", timed_out=True)


class RivalArm:
    """The same question through modelsearch: total, rows and facets, without a page."""

    name = RIVAL

    def __init__(self, rival: Rival) -> None:
        self.rival = rival

    def prepare(self, recorded: Recorded) -> None:
        pass

    def run(self, recorded: Recorded) -> Any:
        return self.rival.answer(recorded.question)

    def counts(self, recorded: Recorded) -> tuple[int, dict[str, dict[str, int]]]:
        total, _rows, facets = self.run(recorded)
        return total, facets
