"""Points at which a worker or a reindex is killed, in the order in which they are passed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple

from search.engines.store import EmbeddedStore
from search.indexing import outbox, reindex, targets, versions
from search.indexing.indices import Indices
from search.indexing.writers import FileWriter, IndexWriter
from search.models import IndexTarget


def always(*args: Any) -> bool:
    return True


def for_an_index(target: IndexTarget, *args: Any) -> bool:
    return target.kind == IndexTarget.Kind.ELASTICSEARCH


class Point(NamedTuple):
    """Before or after a call of something: which one of those that count."""

    owner: Any
    name: str
    when: str
    call: int = 1
    counts: Callable[..., bool] = always


# While a host's file and the first index are made.
AT_FIRST = {
    "file registered": Point(targets, "register", "after"),
    "file half filled": Point(EmbeddedStore, "_put_batch", "after"),
    "file filled": Point(targets, "settle", "before"),
    "first index made": Point(Indices, "create", "after"),
}
# While changes are carried to a file and to an index.
AT_WORK = {
    "fan-out read": Point(outbox, "_add", "before"),
    "fan-out spread, not committed": Point(outbox, "_add", "after"),
    "fan-out spread": Point(outbox, "spread", "after"),
    "file written, not committed": Point(EmbeddedStore, "put", "after"),
    "file written": Point(FileWriter, "prepare", "after"),
    "rows claimed": Point(IndexWriter, "prepare", "before"),
    "versions drawn": Point(versions, "_draw", "after"),
    "documents read, not committed": Point(versions, "_note_stale", "after"),
    "documents read": Point(IndexWriter, "prepare", "after"),
    "second batch read, first one sent": Point(IndexWriter, "prepare", "after", call=2),
    "documents about to be sent": Point(Indices, "send", "before"),
    "documents sent": Point(Indices, "send", "after"),
    "answer understood": Point(outbox, "acknowledge", "before", counts=for_an_index),
    "rows deleted": Point(outbox, "acknowledge", "after", counts=for_an_index),
}
# While another index is made and takes the place of the one before, and an older one is removed.
AT_REINDEX = {
    "file half rebuilt": Point(EmbeddedStore, "_put_batch", "after"),
    "index registered": Point(targets, "register", "after"),
    "index made": Point(Indices, "create", "after"),
    "rows written": Point(outbox, "enqueue", "after"),
    "index half filled": Point(Indices, "send", "after", call=2),
    "index filled": Point(reindex, "_require_equal", "before"),
    "index compared": Point(reindex, "_require_equal", "after"),
    "index promoted": Point(targets, "promote", "after"),
    "index searched": Point(Indices, "swap", "after"),
    "old index removed": Point(Indices, "remove", "after"),
    "old index forgotten": Point(targets, "drop", "after"),
}
POINTS = {**AT_FIRST, **AT_WORK, **AT_REINDEX}


def die_at(name: str) -> None:
    """Have this process killed where it comes to this point."""
    point = POINTS[name]
    passed = getattr(point.owner, point.name)
    calls = 0

    def last(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += point.counts(*args)
        if point.when == "before" and calls == point.call:
            _die()
        answer = passed(*args, **kwargs)
        if point.when == "after" and calls == point.call:
            _die()
        return answer

    setattr(point.owner, point.name, last)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
