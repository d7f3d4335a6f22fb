"""The worker: takes rows of the outbox, reads what they name, tells the target.

Rows of one target go out in batches; while one batch is on its way, the next is read. A batch that
cannot be sent at all goes back as it was, and the pass ends: the target is down, not the document.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from search.indexing import outbox
from search.indexing.indices import IndexMissing, Outcome, Unreachable
from search.indexing.writers import Writer, writer_for
from search.models import IndexTarget, OutboxRow

logger = logging.getLogger(__name__)

# How long a request that has just changed something may spend on telling the index (seconds).
SOON = 1.0


@dataclass
class Drained:
    """What a pass did, in documents; ``stopped`` says why it ended early."""

    told: int = 0
    failed: int = 0
    refused: int = 0
    stopped: str = ""


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
    begun after ``until`` (``time.monotonic()``). ``progress`` is told how many documents the target
    has been told of so far. Raises ``IndexMissing``; any other trouble stands in the answer.
    """
    done = Drained()
    outbox.spread(target)
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
    except IndexMissing:
        raise
    except Unreachable as error:
        done.stopped = str(error)
    finally:
        exchanges.close()
    return done


def _exchanges(
    target: IndexTarget, writer: Writer, eager: bool, until: float | None
) -> Iterator[tuple[list[OutboxRow], Future[Outcome]]]:
    """Batches on their way to the target, one read ahead of the answer."""
    under_way: deque[tuple[list[OutboxRow], Future[Outcome]]] = deque()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-sending") as thread:
        try:
            for rows in outbox.claims(target, eager=eager):
                under_way.append((rows, thread.submit(_prepared(writer, rows))))
                if len(under_way) > 1:
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
        return writer.prepare(sorted({row.key for row in rows}))
    except Unreachable:
        outbox.put_back(rows)
        raise


def _outcome(writer: Writer, rows: list[OutboxRow], sending: Future[Outcome]) -> Outcome:
    try:
        return writer.resolve(sending.result())
    except Unreachable:
        outbox.put_back(rows)
        raise


def drain_soon() -> None:
    """Tell every target that answers, right after a change, for a second at most.

    What is left then, or cannot be told now, is the worker's.
    """
    until = time.monotonic() + SOON
    for target in IndexTarget.objects.order_by("pk"):
        writer = writer_for(target, hurried=True)
        if writer is None:
            continue
        try:
            drained = drain(target, writer, until=until)
        except IndexMissing as error:
            logger.warning("%s The worker makes a new one.", error)
            continue
        if drained.stopped:
            logger.warning("The change waits for %s: %s", target, drained.stopped)
