"""The outbox: rows that say which target must be told of which document."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from math import inf
from operator import or_

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from search.building import MODELS
from search.fan_out import expand
from search.indexing import targets
from search.models import IndexTarget, OutboxRow, SearchVersion

logger = logging.getLogger(__name__)

# Documents that are read, sent and acknowledged together.
BATCH = 100
# Another worker may take a row again after so long; by then the first one is dead or stalled.
_LEASE = timedelta(seconds=60)
# The longest wait between two attempts. There is no last attempt.
_LONGEST_WAIT = timedelta(seconds=60)
_ERROR_LENGTH = 500
# Entries whose time has come that are noted in one transaction.
_DUE_AT_ONCE = 500
# Rows that name one document; the others stand for many.
_ONE = reduce(or_, (Q(key__startswith=f"{kind}:") for kind in MODELS))


def record(keys: Iterable[str]) -> None:
    """Write the rows for these documents, in the caller's transaction, for every target."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    with transaction.atomic():
        receiving = targets.for_writing()
        if not receiving:
            return
        _add(wanted, receiving)
        # One hook a transaction: a hook of a savepoint that is undone goes with its rows.
        if not any(hook[1] is _drain_soon for hook in connection.run_on_commit):
            transaction.on_commit(_drain_soon, robust=True)


def record_missing(keys: Iterable[str]) -> None:
    """Write rows for these documents where none waits that nobody holds.

    Such a row is read later than now, which is all that is wanted: whoever asks many times a second
    does not make the outbox grow. Other targets than the caller's are left to their workers.
    """
    with transaction.atomic():
        receiving = targets.for_writing()
        free = OutboxRow.objects.filter(is_poison=False, due_at__lte=timezone.now())
        waiting = set(free.filter(key__in=keys).values_list("target_id", "key"))
        OutboxRow.objects.bulk_create(
            OutboxRow(target_id=target, key=key)
            for target in receiving
            for key in sorted(keys)
            if (target, key) not in waiting
        )


def record_due() -> int:
    """Write rows for entries that the clock has made untrue; returns their number."""
    number, last = 0, ""
    while keys := _record_some_due(last):
        number, last = number + len(keys), keys[-1]
    return number


def _record_some_due(after: str) -> list[str]:
    """Write rows once for each due entry: its moment is forgotten until it has been read again."""
    with transaction.atomic():
        due = SearchVersion.objects.filter(stale_on__lte=timezone.now(), key__gt=after)
        # Of several workers one notes it.
        locked = due.order_by("key").select_for_update()
        keys = list(locked.values_list("key", flat=True)[:_DUE_AT_ONCE])
        record(keys)
        SearchVersion.objects.filter(key__in=keys).update(stale_on=None)
    return keys


def enqueue(target: IndexTarget, keys: Iterable[str]) -> None:
    """Write rows for one target only, unless it was dropped meanwhile."""
    with transaction.atomic():
        if target.pk in targets.for_writing():
            _add(keys, [target.pk])


def _add(keys: Iterable[str], receiving: Sequence[int]) -> None:
    rows = [OutboxRow(target_id=target, key=key) for target in receiving for key in keys]
    OutboxRow.objects.bulk_create(rows, batch_size=1000)


def _drain_soon() -> None:
    from search.indexing.worker import drain_soon

    drain_soon()


# -- the worker's side -----------------------------------------------------------------------------


def spread(target: IndexTarget, most: int | None = None) -> None:
    """Put the documents themselves in place of the rows that stand for many.

    With ``most``, rows that stand for more than so many altogether stay for somebody with time.
    """
    left = inf if most is None else most
    listed = target.rows.filter(is_poison=False).exclude(_ONE)
    for pk in list(listed.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Nobody may drop the target before its new rows are committed.
            targets.for_writing()
            row = target.rows.select_for_update().filter(pk=pk).first()
            # Without the row another worker has put the documents in its place.
            if row is not None:
                left -= _replace(row, left)


def _replace(row: OutboxRow, most: float) -> int:
    """Put documents in place of a row that stands for many; how many, or 0 when there are more."""
    try:
        keys = sorted(expand([row.key]))
    except (ValueError, LookupError) as error:
        # Another version of the site may have written it. The others must not wait for it.
        set_aside([row], {row.key: repr(error)})
        return 0
    if len(keys) > most:
        return 0
    _add(keys, [row.target_id])
    row.delete()
    return len(keys)


def claims(target: IndexTarget, *, eager: bool) -> Iterator[list[OutboxRow]]:
    """Take the target's rows in batches, each once.

    ``eager`` takes those as well that wait after a failure or are in another worker's hands, and
    leaves them there: telling a target twice does no harm.
    """
    last = 0
    while True:
        waiting = target.rows.filter(is_poison=False, pk__gt=last).filter(_ONE).order_by("pk")
        rows = list(waiting[:BATCH]) if eager else _lease(waiting)
        if not rows:
            return
        last = rows[-1].pk
        yield rows


def _lease(waiting: QuerySet[OutboxRow]) -> list[OutboxRow]:
    """The first rows that nobody holds, held from now on."""
    with transaction.atomic():
        now = timezone.now()
        free = waiting.filter(due_at__lte=now)
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        rows = list(free[:BATCH])
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + _LEASE)
    return rows


def _locked(rows: QuerySet[OutboxRow]) -> QuerySet[OutboxRow]:
    """These rows, locked one after the other as everybody does: nobody waits in a circle."""
    keys = rows.order_by("pk").select_for_update().values_list("pk", flat=True)
    return OutboxRow.objects.filter(pk__in=list(keys))


def acknowledge(target: IndexTarget, rows: Iterable[OutboxRow], told: set[str]) -> None:
    """Delete the rows whose documents the target holds now, and what was set aside of them."""
    done = [row for row in rows if row.key in told]
    if done:
        last = max(row.pk for row in done)
        set_aside_before = Q(is_poison=True, key__in=told, pk__lt=last)
        with transaction.atomic():
            _locked(
                target.rows.filter(Q(pk__in=[row.pk for row in done]) | set_aside_before)
            ).delete()


def put_back(rows: Iterable[OutboxRow]) -> None:
    """Leave the rows for whoever comes next."""
    with transaction.atomic():
        mine = OutboxRow.objects.filter(pk__in=[row.pk for row in rows])
        _locked(mine).update(due_at=timezone.now())


def postpone(rows: Sequence[OutboxRow], failures: Mapping[str, str]) -> None:
    """Try documents again later, each failure doubling the wait."""
    for row in rows:
        if row.key in failures:
            wait = min(timedelta(seconds=2 ** min(row.attempts, 10)), _LONGEST_WAIT)
            OutboxRow.objects.filter(pk=row.pk).update(
                attempts=F("attempts") + 1,
                due_at=timezone.now() + wait,
                error=failures[row.key][:_ERROR_LENGTH],
            )


def set_aside(rows: Sequence[OutboxRow], refusals: Mapping[str, str]) -> None:
    """Keep documents that the target refuses for what they are, out of the others' way."""
    for key, reason in refusals.items():
        logger.error("%s is set aside: %s", key, reason)
        mine = [row.pk for row in rows if row.key == key]
        last = max(mine)
        # What was set aside before is the same document, as it was then.
        set_aside_before = Q(target=rows[0].target_id, key=key, is_poison=True, pk__lt=last)
        with transaction.atomic():
            held = _locked(OutboxRow.objects.filter(Q(pk__in=mine) | set_aside_before))
            held.exclude(pk=last).delete()
            held.filter(pk=last).update(is_poison=True, error=reason[:_ERROR_LENGTH])
