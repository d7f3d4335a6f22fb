"""What makes a process of an arena slow, hasty or wrong; each lasts as long as the process."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from search import signal_handlers
from search.fan_out import expand
from search.indexing import outbox, targets, versions, worker
from search.indexing.indices import Outcome
from search.indexing.writers import IndexWriter, Writer
from search.models import IndexTarget, OutboxRow, SearchVersion
from tests.truth.processes import pause_at

# Where a process stops that has read documents.
READ = "read, not yet sent"


def leave_it_to_workers() -> None:
    """Have this process tell no target of its own changes."""
    outbox._drain_soon = lambda: None


def take_few() -> None:
    """Have this process send so few documents at once that it sends several batches."""
    outbox.BATCH = 10


def stall(seed: str) -> None:
    """Have this process stand still by chance before it sends and before it acknowledges."""
    chance = random.Random(seed)
    prepare, resolve = IndexWriter.prepare, IndexWriter.resolve

    def prepare_slowly(self: IndexWriter, keys: Sequence[str]) -> Callable[[], Outcome]:
        send = prepare(self, keys)
        time.sleep(chance.choice((0, 0, 0.05, 0.3)))
        return send

    def resolve_slowly(self: IndexWriter, outcome: Outcome) -> Outcome:
        time.sleep(chance.choice((0, 0, 0.05, 0.3)))
        return resolve(self, outcome)

    IndexWriter.prepare, IndexWriter.resolve = prepare_slowly, resolve_slowly


def stand_still_before_sending() -> None:
    """Have this process stop when it has read documents for an index, the first time."""
    prepare = IndexWriter.prepare

    def prepare_and_wait(self: IndexWriter, keys: Sequence[str]) -> Callable[[], Outcome]:
        IndexWriter.prepare = prepare
        send = prepare(self, keys)
        pause_at(READ)
        return send

    IndexWriter.prepare = prepare_and_wait


def live_in_the_future() -> None:
    """Have this process draw versions of tomorrow."""
    versions.time = SimpleNamespace(time_ns=lambda: time.time_ns() + 86_400 * 10**9)


def let_an_hour_pass() -> None:
    now = timezone.now
    timezone.now = lambda: now() + timedelta(hours=1, seconds=1)


def do_without_cluster() -> None:
    """Have this process be one of a site with the embedded engine alone."""
    settings.SEARCH_ENGINE = "embedded"


def ids_as_versions() -> None:
    """Have this process take the outbox's ids for versions: what looks right and is wrong.

    A document that was put in the place of a row that stands for many has that row's id, which is
    the one that the change has drawn. A higher one in the index then counts as a newer document.
    """
    prepared = worker._prepared
    claimed: dict[str, int] = {}

    def spread(target: IndexTarget, most: int | None = None) -> None:
        for pk in target.rows.exclude(outbox._ONE).values_list("pk", flat=True):
            with transaction.atomic():
                row = target.rows.select_for_update().filter(pk=pk).first()
                if row:
                    keys = sorted(expand([row.key]))
                    OutboxRow.objects.bulk_create(
                        OutboxRow(target=target, key=key, error=row.pk) for key in keys
                    )
                    row.delete()

    def remember(writer: Writer, rows: list[OutboxRow]) -> Callable[[], Outcome]:
        claimed.clear()
        for row in rows:
            claimed[row.key] = max(claimed.get(row.key, 0), int(row.error or row.pk))
        return prepared(writer, rows)

    def draw(keys: Sequence[str]) -> dict[str, SearchVersion]:
        return {key: SearchVersion(key=key, version=claimed[key]) for key in keys}

    def believe(self: IndexWriter, outcome: Outcome) -> Outcome:
        return outcome._replace(told=outcome.told | outcome.conflicting, conflicting=set())

    outbox.spread = spread
    IndexWriter.resolve = believe
    worker._prepared = remember
    versions._draw = draw


def expand_at_once() -> None:
    """Have this process write rows for the documents that the database names before its commit."""
    signal_handlers.record = lambda keys: outbox.record(expand(keys))


def do_without_lock() -> None:
    """Have this process neither wait for those that register a target nor keep them waiting."""
    targets._lock = lambda function: None
