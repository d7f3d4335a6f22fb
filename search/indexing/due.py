"""Entries that the clock has made untrue, found while a question is answered."""

from __future__ import annotations

import time

from django.db import DatabaseError
from elasticsearch import ApiError, TransportError

from search.engines.elasticsearch.client import Unavailable
from search.engines.elasticsearch.deadline import Deadline
from search.engines.fallback import Hindered
from search.indexing import outbox, reindex
from search.indexing.indices import Unreachable
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter, writer_for
from search.models import IndexTarget
from search.patience import DUE_PATIENCE, patience

# How long the visitor waits for them (seconds).
_WAIT = 0.5


def read_again(keys: list[str]) -> bool:
    """Read these entries again and tell the searched index; whether that was done here.

    Raises ``Unavailable`` when the cluster cannot be told now, and ``Hindered`` when others hold
    the database or the entries: the embedded engine reads them from the database.
    """
    try:
        with patience(DUE_PATIENCE):
            target = reindex.live_target()
            writer = writer_for(target) if target else None
            if not isinstance(writer, IndexWriter):
                return False
            return _tell(target, writer, keys)
    except DatabaseError as error:
        raise Hindered(f"Entries whose time has come were not read again: {error}") from error
    except (Unreachable, ApiError, TransportError) as error:
        raise Unavailable(f"Entries whose time has come were not read again: {error}") from error


def _tell(target: IndexTarget, writer: IndexWriter, keys: list[str]) -> bool:
    """Tell the searched index; the other targets are left to a worker."""
    rows = target.rows.filter(key__in=keys)
    refused = set(rows.filter(is_poison=True).values_list("key", flat=True))
    if not (wanted := set(keys) - refused):
        # They stay hidden until somebody has made them fit; nothing else is the worse for it.
        return False
    with Deadline(_WAIT):
        outbox.record_missing(wanted)
        done = drain(target, writer, until=time.monotonic() + _WAIT)
        writer.indices.refresh(target.name)
    if rows.filter(is_poison=False).exists():
        if done.stopped or done.failed:
            raise Unavailable("Entries whose time has come could not be told to the index.")
        raise Hindered("Another process holds entries whose time has come.")
    return True
