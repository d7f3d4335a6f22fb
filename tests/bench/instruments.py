"""What a page costs besides time: requests to the engine, statements to the database."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from unittest import mock

from django.db import connections
from elastic_transport import Urllib3HttpNode

# The packages whose code asks the database; what lies between them and it is Django's and
# Wagtail's.
_PROJECT = ("marketplace", "catalog", "providers", "cases", "search", "tests")


@dataclass
class Wire:
    """Requests since ``clear()``, and the seconds from the first byte sent to the last received."""

    requests: int = 0
    seconds: float = 0.0

    def clear(self) -> None:
        self.requests = 0
        self.seconds = 0.0


@contextmanager
def watched_wire() -> Iterator[Wire]:
    """Count every exchange of every client with a cluster."""
    wire = Wire()
    exchange = Urllib3HttpNode.perform_request

    def counted(node: Urllib3HttpNode, *args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        try:
            return exchange(node, *args, **kwargs)
        finally:
            wire.seconds += time.perf_counter() - start
            wire.requests += 1

    with mock.patch.object(Urllib3HttpNode, "perform_request", counted):
        yield wire


@dataclass
class Statements:
    """Statements by who wanted them: search itself, or the frame that every page has."""

    search: Counter[str] = field(default_factory=Counter)
    frame: Counter[str] = field(default_factory=Counter)


@contextmanager
def watched_statements() -> Iterator[Statements]:
    """Tell every statement of every database by the project's code nearest to it.

    What no project code asked for belongs to the frame: Wagtail's routing, Django's middleware.
    What the results' own template reads counts as search.
    """
    seen = Statements()

    def counted(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        owner = seen.search if _asked_by_search(sys._getframe(1)) else seen.frame
        owner[sql] += 1
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(counted))
        yield seen


def _asked_by_search(frame: FrameType | None) -> bool:
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package in _PROJECT:
            return package == "search"
        frame = frame.f_back
    return False
