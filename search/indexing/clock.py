"""Entries that the clock alone makes untrue: an expiry, the end of a qualification."""

from __future__ import annotations

from search import embedded_engine
from search.indexing import host_file, outbox


def read_what_is_due() -> int:
    """Have every index read again what is due by the clock; how many entries that were.

    Questions do so for themselves; this keeps the index true while nobody asks.
    """
    due = outbox.record_due()
    # A host's own file is told by its worker, and by the question that finds it behind.
    if not host_file.is_needed():
        due = max(due, embedded_engine().read_due_again())
    return due
