"""What workers do in an arena, and what shows how things stand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from elasticsearch import ConflictError

from search import Question, cluster_breaker, embedded_engine, get_engine
from search.embedded_file import alias
from search.engines.elasticsearch.client import connect
from search.engines.elasticsearch.documents import tombstone
from search.indexing import host_file, outbox, reindex, targets, worker
from search.indexing.comparison import differences
from search.indexing.indices import IndexMissing
from search.indexing.writers import writer_for
from search.models import IndexTarget, OutboxRow
from tests.truth.editing import OPEN
from tests.truth.processes import PATIENCE, is_told, pause_at

# Where a process stops that has a file or the targets locked.
HELD = "locked"

_WAITING = """
SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted AND objid = %s
"""


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
        assert not done.stopped, done.stopped
        assert not done.refused


def drain_all() -> None:
    """Drain until nothing waits."""
    until = time.monotonic() + PATIENCE
    while OutboxRow.objects.exists():
        assert time.monotonic() < until, list(OutboxRow.objects.all())
        drain_once()


def take_and_return(seed: str, eager: bool) -> None:
    """Take rows until none is left, and each time have told a target of some of them by chance."""
    chance = random.Random(seed)
    target = IndexTarget.objects.first()
    while target.rows.exists():
        for rows in outbox.claims(target, eager=eager):
            outbox.acknowledge(target, rows, {row.key for row in rows if chance.random() < 0.2})
            outbox.put_back(rows)


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


def targets_known() -> list[str]:
    return sorted(IndexTarget.objects.values_list("name", flat=True))


def forget_deletions_soon() -> None:
    """Have the cluster forget after 200 ms what was deleted."""
    live = reindex.live_target()
    connect().indices.put_settings(index=live.name, settings={"index.gc_deletes": "200ms"})


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


def delete_for_good(key: str) -> None:
    """Delete a document from the searched index as clusters delete, without a tombstone of ours."""
    live = reindex.live_target()
    held = connect().get(index=live.name, id=key)
    connect().delete(index=live.name, id=key, version=held["_version"] + 1, version_type="external")


def see_waiting_for_lock() -> None:
    """Wait until some process waits for the lock of the targets."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_WAITING, [targets._LOCK])
            if cursor.fetchone():
                return
            assert time.monotonic() < until
            time.sleep(0.01)


def hold_targets() -> None:
    """Keep the targets locked as one who registers one does."""
    with targets._alone():
        pause_at(HELD)


def ask() -> tuple[str, float]:
    """Ask for everything; which engine has answered, and after how many seconds."""
    began = time.monotonic()
    answer = get_engine().ask(Question())
    return answer.engine, time.monotonic() - began


def is_left_alone() -> bool:
    """Whether something is held against the cluster."""
    return cluster_breaker().path.exists()


def enqueue_slowly(key: str) -> None:
    """Write a row for the searched index and stop before the commit."""
    with transaction.atomic():
        outbox.enqueue(reindex.live_target(), [key])
        pause_at(OPEN)


def drop_live() -> None:
    targets.drop(reindex.live_target())


def hold_file() -> None:
    """Keep this host's file locked as one who writes into it does."""
    with transaction.atomic(using=alias()):
        pause_at(HELD)


def seconds_of(act: Callable, *args: object) -> float:
    began = time.monotonic()
    act(*args)
    return time.monotonic() - began


def let_minutes_pass() -> None:
    """Have everything be over that dead processes have claimed, or have begun to fill."""
    OutboxRow.objects.update(due_at=timezone.now())
    IndexTarget.objects.update(seen_at=timezone.now() - timedelta(minutes=5, seconds=1))


def add_host(name: str, days: float) -> None:
    """Another host with a file, which was last there so many days ago."""
    target = IndexTarget.objects.create(
        name=name, kind=IndexTarget.Kind.EMBEDDED, state=IndexTarget.State.LIVE
    )
    then = timezone.now() - timedelta(days=days)
    target.rows.create(key="solution:1", created_at=then)


def fill_outbox(count: int) -> None:
    """Have many documents wait, in an order of their own."""
    keys = [f"solution:{number}" for number in range(count)]
    random.Random(count).shuffle(keys)
    outbox.enqueue(IndexTarget.objects.first(), keys)
