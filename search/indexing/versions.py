"""Entries with the version under which they were read.

The version is drawn before the entry is read and inside the same transaction, which holds the
version's row: whoever draws a higher one reads later and therefore reads something as new or newer.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from search.entries import Entry
from search.models import SearchVersion
from search.reading import read_entries

# PostgreSQL reads every statement anew at its default level READ COMMITTED, which this relies on.
_DRAW = """
INSERT INTO search_searchversion (key, version) VALUES {values}
ON CONFLICT (key) DO UPDATE
SET version = {greatest}(search_searchversion.version + 1, excluded.version)
"""


class Reading(NamedTuple):
    """A document as it was read: ``entry`` is None when it is not public."""

    key: str
    version: int
    entry: Entry | None


def read(keys: Iterable[str]) -> list[Reading]:
    """Draw a version for each key and read its entry, in one transaction."""
    # In one order everywhere, so that two workers cannot wait for each other.
    ordered = sorted(set(keys))
    if not ordered:
        return []
    with transaction.atomic():
        versions = _draw(ordered)
        entries = {entry.key: entry for entry in read_entries(ordered)}
        _note_stale(versions, entries)
    return [Reading(key, versions[key].version, entries.get(key)) for key in ordered]


def raise_to(found: Mapping[str, int]) -> None:
    """Take over versions of an index that are higher than any drawn here.

    They stand there when the database was restored from an older copy.
    """
    ordered = sorted(found)
    with transaction.atomic():
        locked = SearchVersion.objects.select_for_update().filter(key__in=ordered).order_by("key")
        behind = [row for row in locked if row.version < found[row.key]]
        for row in behind:
            row.version = found[row.key]
        SearchVersion.objects.bulk_update(behind, ["version"])


def _draw(keys: Sequence[str]) -> dict[str, SearchVersion]:
    now = time.time_ns() // 1000
    statement = _DRAW.format(
        values=", ".join(["(%s, %s)"] * len(keys)),
        greatest="GREATEST" if connection.vendor == "postgresql" else "max",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for key in keys for value in (key, now)])
    return SearchVersion.objects.in_bulk(keys)


def _note_stale(versions: Mapping[str, SearchVersion], entries: Mapping[str, Entry]) -> None:
    """Remember when an entry must be read again although nobody changes anything."""
    turned = []
    for key, row in versions.items():
        stale_on: datetime | None = entries[key].stale_on if key in entries else None
        if row.stale_on != stale_on:
            row.stale_on = stale_on
            turned.append(row)
    if turned:
        SearchVersion.objects.bulk_update(turned, ["stale_on"])
