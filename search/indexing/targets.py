"""The targets: which indices and files every change must reach.

Writers hold a shared lock from reading the targets to the end of their transaction; registering,
swapping and dropping one takes the lock alone. A lock on the rows themselves would not do: who
waits for a row does not see the row that was added meanwhile. SQLite lets one writer in at a time,
which is stronger.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import OperationalError, connection, transaction
from django.db.models import Case, When
from django.utils import timezone

from search.models import IndexTarget
from search.patience import patience

# Any number, the same in every process: it names the lock in the whole database.
_LOCK = 7_244_001
# Whoever wants the lock alone stands in the queue for so long at a time, and then lets others pass
# (seconds).
_IN_QUEUE = 0.25
_ASIDE = 0.25
# PostgreSQL's word for a lock that was not given in time.
_LOCK_NOT_AVAILABLE = "55P03"


def for_writing() -> list[int]:
    """Primary keys of all targets, locked until the caller's transaction ends."""
    _lock("pg_advisory_xact_lock_shared")
    return list(IndexTarget.objects.order_by("pk").values_list("pk", flat=True))


def by_urgency() -> list[IndexTarget]:
    """All targets in the order in which they are told.

    Files come first: they answer while the cluster does not, and must not wait for it. Of the
    indices the one that is searched does.
    """
    return list(
        IndexTarget.objects.order_by(
            Case(When(kind=IndexTarget.Kind.EMBEDDED, then=0), default=1),
            Case(When(state=IndexTarget.State.LIVE, then=0), default=1),
            "pk",
        )
    )


class AlreadyFilling(Exception):
    """Somebody else is filling a new index."""


class Dropped(Exception):
    """Somebody has dropped the target meanwhile."""


def register(name: str, kind: IndexTarget.Kind) -> IndexTarget:
    """A new target; every change that commits after this writes a row for it.

    Of several processes that register the same file at a time one makes the target.
    Of the cluster's indices one is filled at a time: another one raises ``AlreadyFilling``.
    """
    with _alone():
        filling = IndexTarget.objects.filter(
            kind=IndexTarget.Kind.ELASTICSEARCH, state=IndexTarget.State.FILLING
        )
        if kind == IndexTarget.Kind.ELASTICSEARCH and (other := filling.first()):
            raise AlreadyFilling(f"{other} is being filled.")
        return IndexTarget.objects.get_or_create(name=name, defaults={"kind": kind})[0]


def drop(target: IndexTarget) -> None:
    """Forget a target with all rows that wait for it."""
    with _alone():
        # One after the other, as workers lock them: nobody waits in a circle.
        list(target.rows.order_by("pk").select_for_update().values_list("pk"))
        target.rows.all().delete()
        target.delete()


def promote(target: IndexTarget) -> None:
    """Make a complete target the live one of its kind; the one before is kept for a roll-back.

    Raises ``Dropped``; then nothing has changed.
    """
    with _alone():
        same_kind = IndexTarget.objects.filter(kind=target.kind)
        if not same_kind.filter(pk=target.pk).update(state=IndexTarget.State.LIVE):
            raise Dropped(f"{target} was dropped meanwhile.")
        same_kind.filter(state=IndexTarget.State.LIVE).exclude(pk=target.pk).update(
            state=IndexTarget.State.PREVIOUS
        )
    target.state = IndexTarget.State.LIVE


def settle(target: IndexTarget) -> None:
    """Mark one host's file as complete; other hosts' files stay what they are."""
    IndexTarget.objects.filter(pk=target.pk).update(state=IndexTarget.State.LIVE)
    target.refresh_from_db()


def show_life(target: IndexTarget) -> None:
    """Note that somebody still works on this target."""
    IndexTarget.objects.filter(pk=target.pk).update(seen_at=timezone.now())


def give_up(target: IndexTarget) -> None:
    """Note that whoever filled this target has ended without success."""
    IndexTarget.objects.filter(pk=target.pk).update(seen_at=datetime.min.replace(tzinfo=UTC))


@contextmanager
def _alone() -> Iterator[None]:
    """A transaction in which nobody else reads or changes targets.

    All who come later stand in the queue behind one who waits for that. Where a transaction is open
    for long, editors and visitors would wait for its end as well; so the queue is left again and
    again, and they pass.
    """
    while True:
        with transaction.atomic():
            if _locked_alone():
                yield
                return
        time.sleep(_ASIDE)


def _locked_alone() -> bool:
    try:
        with patience(_IN_QUEUE), transaction.atomic():
            _lock("pg_advisory_xact_lock")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_LOCK])
