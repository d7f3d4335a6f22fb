"""Entries that the clock has made untrue, found while a question is answered."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django.db import DatabaseError

from search.indexing import outbox
from search.indexing.indices import Unreachable
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter, writer_for
from search.models import IndexTarget

logger = logging.getLogger(__name__)

# How long the visitor waits for them (seconds).
_WAIT = 0.5


def read_again(keys: Sequence[str]) -> bool:
    """Read these entries again and tell the searched index; returns whether that was done.

    Until it is, they are not shown rather than shown when they should not be.
    """
    until = time.monotonic() + _WAIT
    try:
        outbox.record(keys)
        target = IndexTarget.objects.filter(
            kind=IndexTarget.Kind.ELASTICSEARCH, state=IndexTarget.State.LIVE
        ).first()
        writer = writer_for(target, hurried=True) if target else None
        if not isinstance(writer, IndexWriter):
            return False
        done = drain(target, writer, until=until)
        writer.indices.refresh(target.name)
    except (DatabaseError, Unreachable):
        logger.exception("Entries whose time has come could not be read again")
        return False
    return not (done.stopped or done.failed or done.refused)
