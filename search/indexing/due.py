"""Entries that the clock has made untrue, found while a question is answered."""

from __future__ import annotations

import time

from django.db import DatabaseError
from elasticsearch import ApiError, TransportError

from search.engines.elasticsearch.client import Unavailable
from search.engines.elasticsearch.deadline import Deadline
from search.indexing import outbox, reindex
from search.indexing.indices import Unreachable
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter, writer_for

# How long the visitor waits for them (seconds).
_WAIT = 0.5


def read_again(keys: list[str]) -> bool:
    """Read these entries again and tell the searched index; whether there is one here.

    Raises ``Unavailable`` when that cannot be done now: the embedded engine reads them from the
    database.
    """
    until = time.monotonic() + _WAIT
    target = reindex.live_target()
    writer = writer_for(target) if target else None
    if not isinstance(writer, IndexWriter):
        return False
    try:
        with Deadline(_WAIT):
            outbox.record(keys)
            drain(target, writer, until=until)
            writer.indices.refresh(target.name)
    except (DatabaseError, Unreachable, ApiError, TransportError) as error:
        raise Unavailable(f"Entries whose time has come were not read again: {error}") from error
    if target.rows.filter(key__in=keys).exists():
        raise Unavailable("Entries whose time has come could not be told to the index.")
    return True
