"""Two engines as one: where the first gives no whole answer in time, the second does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from search.engines.base import Engine
from search.engines.breaker import Breaker
from search.engines.elasticsearch.client import SEARCH_DEADLINE, Unavailable
from search.engines.elasticsearch.deadline import Deadline
from search.entries import Entry
from search.question import Answer, Question

logger = logging.getLogger(__name__)

Given = TypeVar("Given")


class Hindered(Exception):
    """The primary engine is well, but something else that it needs is not to be had now."""


class FallbackEngine:
    """Asks ``primary`` unless the breaker knows better; whatever fails there, ``fallback`` answers.

    The answers are equal but for the order of equally good results; an answer of ``fallback`` says
    that it is one. While ``is_behind`` says that ``primary`` has missed a change it is not asked.
    """

    def __init__(
        self,
        primary: Engine,
        fallback: Engine,
        breaker: Breaker,
        is_behind: Callable[[], bool] = lambda: False,
    ) -> None:
        self.name = primary.name
        self.primary = primary
        self.fallback = fallback
        self.breaker = breaker
        self.is_behind = is_behind

    def ask(self, question: Question) -> Answer:
        answer = self._given(lambda: self.primary.ask(question))
        return answer or replace(self.fallback.ask(question), degraded=True)

    def totals(self, questions: Sequence[Question]) -> list[int]:
        totals = self._given(lambda: self.primary.totals(questions))
        return self.fallback.totals(questions) if totals is None else totals

    def suggest(self, text: str, limit: int) -> list[Entry]:
        entries = self._given(lambda: self.primary.suggest(text, limit))
        return self.fallback.suggest(text, limit) if entries is None else entries

    def _given(self, ask: Callable[[], Given]) -> Given | None:
        """What the primary engine gives, or None; all its requests share one deadline."""
        admission = None if self.is_behind() else self.breaker.admit()
        if admission is None:
            return None
        try:
            with Deadline(SEARCH_DEADLINE):
                given = ask()
        except Unavailable as failure:
            self.breaker.failed(admission, str(failure), timed_out=failure.timed_out)
            return None
        except Hindered as hindrance:
            logger.info("The embedded engine answers, through no fault of the other: %s", hindrance)
            given = None
        self.breaker.succeeded(admission)
        return given
