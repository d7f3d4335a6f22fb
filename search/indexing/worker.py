"""The worker: takes rows of the outbox, reads what they name, tells the target.

Rows of one target go out in batches; while one batch is on its way, the next is read. A batch that
cannot be sent at all goes back as it was, and the pass ends: the target is down, not the document.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from django.db import DatabaseError

from search import cluster_breaker
from search.indexing import lag, outbox, targets
from search.indexing.indices import IndexMissing, Outcome, Unreachable
from search.indexing.writers import IndexWriter, Writer, writer_for
from search.models import IndexTarget, OutboxRow

logger = logging.getLogger(__name__)

# How long a request that has just changed something waits for one answer of an index (seconds).
SOON = 1.0
# Documents that such a request puts in the place of rows that stand for many, for each target.
_MOST_SPREAD_SOON = 200


@dataclass
class Drained:
    """What a pass did, in documents; ``stopped`` says why it ended early."""

    told: int = 0
    failed: int = 0
    refused: int = 0
    stopped: str = ""
    # It ended because an answer took too long.
    timed_out: bool = False


def drain(
    target: IndexTarget,
    writer: Writer,
    *,
    eager: bool = False,
    until: float | None = None,
    progress: Callable[[int], None] | None = None,
) -> Drained:
    """One pass over everything that waits for a target.

    ``eager`` waits neither for what another worker holds nor for the end of a back-off. No batch is
    begun after ``until`` (``time.monotonic()``), and what changed very much at once is left to a
    worker. ``progress`` is told how many documents the target has been told of so far. Raises
    ``IndexMissing`` and the database's errors; any other trouble stands in the answer.
    """
    done = Drained()
    outbox.spread(target, most=None if until is None else _MOST_SPREAD_SOON)
    exchanges = _exchanges(target, writer, eager, until)
    try:
        for rows, sending in exchanges:
            outcome = _outcome(writer, rows, sending)
            outbox.acknowledge(target, rows, outcome.told)
            outbox.postpone(rows, outcome.failed)
            outbox.set_aside(rows, outcome.refused)
            done.told += len(outcome.told)
            done.failed += len(outcome.failed)
            done.refused += len(outcome.refused)
            if progress:
                progress(done.told)
    except IndexMissing as error:
        lag.judge(target, str(error))
        raise
    except Unreachable as error:
        done.stopped = str(error)
        done.timed_out = error.timed_out
    finally:
        exchanges.close()
    lag.judge(target, done.stopped)
    return done


def _exchanges(
    target: IndexTarget, writer: Writer, eager: bool, until: float | None
) -> Iterator[tuple[list[OutboxRow], Future[Outcome]]]:
    """Batches on their way to the target, one read ahead of the answer unless there is a hurry."""
    ahead = 1 if until is None else 0
    under_way: deque[tuple[list[OutboxRow], Future[Outcome]]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-sending") as thread:
        try:
            for rows in outbox.claims(target, eager=eager):
                # The caller's deadline goes with it.
                send = copy_context().run
                under_way.append((rows, thread.submit(send, _prepared(writer, rows))))
                if len(under_way) > ahead:
                    yield under_way.popleft()
                if until is not None and time.monotonic() >= until:
                    break
            while under_way:
                yield under_way.popleft()
        finally:
            # What is still on its way when a pass ends early may arrive or not; it goes out again.
            for rows, _sending in under_way:
                outbox.put_back(rows)


def _prepared(writer: Writer, rows: list[OutboxRow]) -> Callable[[], Outcome]:
    try:
        sends = _built(writer, sorted({row.key for row in rows}))
    except (Unreachable, DatabaseError):
        outbox.put_back(rows)
        raise
    return sends[0] if len(sends) == 1 else lambda: _merged(send() for send in sends)


def _built(writer: Writer, keys: Sequence[str]) -> list[Callable[[], Outcome]]:
    """What sends these documents.

    One that cannot be built, for whatever reason, must not keep the others from being told: they
    are halved until it stands alone.
    """
    try:
        return [writer.prepare(keys)]
    except (Unreachable, DatabaseError):
        raise
    except Exception as error:
        if len(keys) == 1:
            logger.exception("%s cannot be built", keys[0])
            failed = {keys[0]: repr(error)}
            return [lambda: Outcome(told=set(), failed=failed, refused={}, conflicting=set())]
    half = len(keys) // 2
    return [*_built(writer, keys[:half]), *_built(writer, keys[half:])]


def _merged(outcomes: Iterable[Outcome]) -> Outcome:
    """What became of a batch that went out in parts."""
    told, failed, refused, conflicting = set(), {}, {}, set()
    for part in outcomes:
        told |= part.told
        failed |= part.failed
        refused |= part.refused
        conflicting |= part.conflicting
    return Outcome(told, failed, refused, conflicting)


def _outcome(writer: Writer, rows: list[OutboxRow], sending: Future[Outcome]) -> Outcome:
    try:
        return writer.resolve(sending.result())
    except (Unreachable, DatabaseError):
        outbox.put_back(rows)
        raise
    except Exception as error:
        logger.exception("What became of a batch is not known; it goes out again")
        failed = {row.key: repr(error) for row in rows}
        return Outcome(told=set(), failed=failed, refused={}, conflicting=set())


def drain_soon() -> None:
    """Tell every target that answers, right after a change, for about a second.

    What is left then, or cannot be told now, is the worker's; and those that are still being filled
    are told by whoever fills them.
    """
    # What is begun may take its time.
    until = time.monotonic() + SOON / 2
    indices: list[tuple[IndexTarget, Writer]] = []
    for target in targets.by_urgency():
        writer = writer_for(target, patience=SOON)
        if writer is None or target.state == IndexTarget.State.FILLING:
            continue
        if isinstance(writer, IndexWriter):
            indices.append((target, writer))
        else:
            _tell_soon(target, writer, until)
    if indices:
        _tell_cluster_soon(indices, until)


def _tell_cluster_soon(indices: Sequence[tuple[IndexTarget, Writer]], until: float) -> None:
    """Tell the indices, unless the cluster is left alone; pages learn what came of it."""
    breaker = cluster_breaker()
    admission = breaker.admit()
    if admission is None:
        lag.judge(indices[0][0], "The cluster gave no answer a moment ago.")
        return
    told = 0
    for target, writer in indices:
        done = _tell_soon(target, writer, until)
        if done.stopped:
            breaker.failed(admission, done.stopped, timed_out=done.timed_out)
            return
        told += done.told
        if time.monotonic() >= until:
            break
    if told:
        breaker.succeeded(admission)


def _tell_soon(target: IndexTarget, writer: Writer, until: float) -> Drained:
    try:
        done = drain(target, writer, until=until)
    except IndexMissing as error:
        logger.warning("%s The worker makes a new one.", error)
        return Drained()
    if done.stopped:
        logger.warning("The change waits for %s: %s", target, done.stopped)
    return done
