"""What workers do in an arena: the site's own draining, stalled, overlapping, or spoilt."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from elasticsearch import ConflictError

from search import embedded_engine, signal_handlers
from search.embedded_file import alias
from search.engines.elasticsearch.client import connect
from search.engines.elasticsearch.documents import tombstone
from search.fan_out import expand
from search.indexing import host_file, outbox, reindex, targets, versions, worker
from search.indexing.comparison import differences
from search.indexing.indices import IndexMissing, Outcome
from search.indexing.writers import IndexWriter, Writer, writer_for
from search.models import IndexTarget, OutboxRow, SearchVersion
from tests.truth.processes import PATIENCE, is_told, pause_at

# Where a process stops that has read documents.
READ = "read, not yet sent"
# Where a process stops that has a file locked.
HELD = "file locked"


def overlap() -> None:
    """Drain everything until told to stop, whoever else has taken it."""
    while not is_told(0.01):
        drain_once()


def drain_once() -> None:
    for target in IndexTarget.objects.order_by("pk"):
        try:
            done = worker.drain(target, writer_for(target), eager=True)
        except IndexMissing:
            continue  # an earlier index that a reindex has just dropped
        assert not (done.stopped or done.refused), done


def drain_all() -> None:
    """Drain until nothing waits."""
    until = time.monotonic() + PATIENCE
    while OutboxRow.objects.exists():
        assert time.monotonic() < until, list(OutboxRow.objects.all())
        drain_once()


def waiting() -> int:
    """How many rows wait for any target."""
    return OutboxRow.objects.count()


def differing() -> list[str]:
    """What differs between the database and its targets, with nothing drained any more."""
    found = []
    for target in IndexTarget.objects.order_by("pk"):
        if target.kind == IndexTarget.Kind.ELASTICSEARCH:
            holder = reindex.IndexHolder(reindex.cluster_indices(), target)
        elif target.name == host_file.name():
            holder = embedded_engine()
        else:
            continue
        found += [f"{target.kind} {each}" for each in differences(holder, lambda: None)]
    return found


def forget_deletions_soon() -> None:
    """Have the cluster forget after 200 ms what was deleted."""
    live = reindex.live_target()
    connect().indices.put_settings(index=live.name, settings={"index.gc_deletes": "200ms"})


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


def ids_as_versions() -> None:
    """Have this process take the outbox's ids for versions: what looks right and is wrong.

    A document that was put in the place of a row that stands for many has that row's id, which is
    the one that the change has drawn.
    """
    prepared = worker._prepared
    claimed: dict[str, int] = {}

    def spread(target: IndexTarget) -> None:
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

    outbox.spread = spread
    worker._prepared = remember
    versions._draw = draw


def expand_at_once() -> None:
    """Have this process write rows for the documents that the database names before its commit."""
    signal_handlers.record = lambda keys: outbox.record(expand(keys))


def leave_it_to_workers() -> None:
    """Have this process tell no target of its own changes."""
    outbox._drain_soon = lambda: None


def do_without_lock() -> None:
    """Have this process neither wait for those that register a target nor keep them waiting."""
    targets._lock = lambda function: None


def take_few() -> None:
    """Have this process send so few documents at once that it sends several batches."""
    outbox.BATCH = 10


def do_without_cluster() -> None:
    """Have this process be one of a site with the embedded engine alone."""
    settings.SEARCH_ENGINE = "embedded"


def targets_known() -> list[str]:
    return sorted(IndexTarget.objects.values_list("name", flat=True))


def add_host(name: str, days: float) -> None:
    """Another host with a file, which was last there so many days ago."""
    target = IndexTarget.objects.create(
        name=name, kind=IndexTarget.Kind.EMBEDDED, state=IndexTarget.State.LIVE
    )
    then = timezone.now() - timedelta(days=days)
    target.rows.create(key="solution:1", created_at=then)


def hold_file() -> None:
    """Keep this host's file locked as one who writes into it does."""
    with transaction.atomic(using=alias()):
        pause_at(HELD)


def seconds_of(act: Callable, *args: object) -> float:
    began = time.monotonic()
    act(*args)
    return time.monotonic() - began


def let_an_hour_pass() -> None:
    now = timezone.now
    timezone.now = lambda: now() + timedelta(hours=1, seconds=1)


def let_a_minute_pass() -> None:
    """Have everything be over that dead processes have claimed, or have begun to fill."""
    OutboxRow.objects.update(due_at=timezone.now())
    IndexTarget.objects.update(seen_at=timezone.now() - timedelta(minutes=1, seconds=1))


def standing() -> dict[str, list[str]]:
    """What lies in the cluster, and what the database knows of it."""
    known = reindex.cluster_targets()
    live = [target.name for target in known if target.state == IndexTarget.State.LIVE]
    indices = connect().indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*")
    return {
        "indices": sorted(indices),
        "targets": sorted(target.name for target in known),
        "searched": sorted(reindex.cluster_indices().searched()),
        "live": live,
    }


def live_in_the_future() -> None:
    """Have this process draw versions of tomorrow."""
    versions.time = SimpleNamespace(time_ns=lambda: time.time_ns() + 86_400 * 10**9)


def stand_still_before_sending() -> None:
    """Have this process stop when it has read documents for an index."""
    prepare = IndexWriter.prepare

    def prepare_and_wait(self: IndexWriter, keys: Sequence[str]) -> Callable[[], Outcome]:
        send = prepare(self, keys)
        pause_at(READ)
        return send

    IndexWriter.prepare = prepare_and_wait


def see_waiting_for_lock() -> None:
    """Wait until some process waits for the lock of the targets."""
    until = time.monotonic() + PATIENCE
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s"
    with connection.cursor() as cursor:
        while not cursor.execute(waiting, [targets._LOCK]).fetchone():
            assert time.monotonic() < until
            time.sleep(0.01)


def delete_for_good(key: str) -> None:
    """Delete a document from the searched index as clusters delete, without a tombstone of ours."""
    live = reindex.live_target()
    held = connect().get(index=live.name, id=key)
    connect().delete(
        index=live.name, id=key, version=held["_version"] + 1, version_type="external"
    )


def see_deletions_forgotten() -> None:
    """Wait until the cluster takes an older version of what was deleted after this has begun."""
    index, until = reindex.live_target().name, time.monotonic() + PATIENCE
    probe = {"index": index, "id": "solution:0", "version_type": "external"}
    document = tombstone("solution:0", timezone.now())
    connect().index(**probe, version=2, document=document)
    connect().delete(**probe, version=3)
    while True:
        try:
            connect().index(**probe, version=1, document=document)
        except ConflictError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return
