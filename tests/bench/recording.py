"""Records what each question is answered, and lets no arm pass that counts otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from unittest import mock

from django.test import Client
from elastic_transport import Urllib3HttpNode

import search
from search.engines.base import Engine
from search.labels import load_catalogue
from search.question import Answer, Question
from tests.bench.arms import (
    Arm,
    Recorded,
    answer_of,
    answering,
    counts_of,
    insist,
    names_of,
    question_of,
)
from tests.bench.corpus import Corpus
from tests.bench.questions import addresses, with_later_pages


class Listening:
    """An engine that remembers what it answered."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = engine.name
        self.answer: Answer | None = None
        self.totals_given: dict[str, list[int]] = {}

    def ask(self, question: Question) -> Answer:
        self.answer = self.engine.ask(question)
        return self.answer

    def totals(self, questions: Sequence[Question]) -> list[int]:
        totals = self.totals_given[names_of(questions)] = self.engine.totals(questions)
        return totals


def record(corpus: Corpus, count: int) -> list[Recorded]:
    """The questions of a corpus with the embedded engine's answers, as the page gets them."""
    catalogue = load_catalogue()
    engine = search.embedded_engine()
    asked = addresses(corpus, count)
    pages = [engine.ask(question_of(address, catalogue)).pages for address in asked]
    client = Client()
    return [
        _recorded(address, engine, client)
        for address in with_later_pages(list(zip(asked, pages, strict=True)))
    ]


def _recorded(address: str, engine: Engine, client: Client) -> Recorded:
    listening = Listening(engine)
    with answering(listening):
        response = client.get(address)
    if response.status_code != 200 or listening.answer is None:
        raise RuntimeError(f"{address}: {response.status_code}")
    answer = listening.answer
    return Recorded(address, answer.question, answer, listening.totals_given)


def record_requests(recorded: Iterable[Recorded]) -> None:
    """Add to each question the body that our engine sends for it."""
    for item in recorded:
        item.body = insist(partial(_first_body, item.question))


def _first_body(question: Question) -> dict[str, Any]:
    """The body of the first request that this question makes leave."""
    bodies: list[bytes] = []
    exchange = Urllib3HttpNode.perform_request

    def overheard(
        node: Urllib3HttpNode, method: str, target: str, body: bytes, *args: Any, **kwargs: Any
    ) -> Any:
        bodies.append(body)
        return exchange(node, method, target, body, *args, **kwargs)

    with mock.patch.object(Urllib3HttpNode, "perform_request", overheard):
        answer_of("elasticsearch", question)
    return json.loads(bodies[0])


def wrong(arm: Arm, recorded: Iterable[Recorded]) -> list[str]:
    """The questions that this arm counts otherwise than was recorded, with both totals."""
    found = []
    for item in recorded:
        expected, counted = counts_of(item.answer), insist(partial(arm.counts, item))
        if counted != expected:
            tables = [key for key in expected[1] if counted[1].get(key) != expected[1][key]]
            found.append(
                f"{item.address}: {counted[0]} instead of {expected[0]}, other tables: {tables}"
            )
    return found
