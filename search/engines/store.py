"""The embedded engine's tables: how entries are written, dropped and checked.

Where the site's database is SQLite they lie in it and are written in the change's own transaction,
so an entry can neither be lost nor appear too early; elsewhere they lie in a file of the host's,
which a worker tells. A slot is an entry's number in words and bitmaps; it is never used again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from search.embedded_file import alias
from search.engines.base import EntryReader
from search.engines.bitmaps import facts_of
from search.entries import Entry
from search.models import IndexChange, IndexedEntry, TypedForm
from search.pinyin import typed_forms
from search.words import words

# Changes kept for processes that are behind; one further behind reads all rows once.
KEPT_CHANGES = 20_000
_BATCH = 100


class EmbeddedStore:
    """The writing half of ``search.engines.embedded.EmbeddedEngine``."""

    def __init__(self, read_entries: EntryReader) -> None:
        self.read_entries = read_entries
        self.using = alias()

    def put(self, entries: Iterable[Entry]) -> None:
        self._put(entries, anew=False)

    def put_or_drop(self, keys: Iterable[str]) -> None:
        """Read these keys again: index what is public, forget the rest.

        Both happen under the lock of one writing transaction, so whoever writes later has read
        later.
        """
        asked = list(keys)
        with transaction.atomic(using=self.using):
            entries = list(self.read_entries(asked))
            self.put(entries)
            self.drop({*asked} - {entry.key for entry in entries})

    def read_due_again(self) -> int:
        """Read the entries again whose time has come; their number."""
        due = IndexedEntry.objects.using(self.using).filter(stale_on__lte=timezone.now())
        keys = list(due.values_list("key", flat=True))
        if keys:
            self.put_or_drop(keys)
        return len(keys)

    def drop(self, keys: Iterable[str]) -> None:
        with transaction.atomic(using=self.using):
            for batch in _batches(keys, 500):
                gone = IndexedEntry.objects.using(self.using).filter(key__in=batch)
                slots = list(gone.values_list("pk", flat=True))
                if not slots:
                    continue
                with connections[self.using].cursor() as cursor:
                    cursor.executemany(
                        "DELETE FROM search_words WHERE rowid = %s", [(slot,) for slot in slots]
                    )
                gone.delete()
                self._note_changes(slots)

    def rebuild(self, entries: Iterable[Entry], progress: Callable[[int], None]) -> None:
        with transaction.atomic(using=self.using):
            held = set(self.digests())
            with connections[self.using].cursor() as cursor:
                cursor.execute("DELETE FROM search_words")
            done = 0
            for batch in _batches(entries, _BATCH):
                self._put(batch, anew=True)
                held -= {entry.key for entry in batch}
                done += len(batch)
                progress(done)
            self.drop(held)

    def _put(self, entries: Iterable[Entry], *, anew: bool) -> None:
        with transaction.atomic(using=self.using):
            for batch in _batches(entries, _BATCH):
                self._put_batch({entry.key: entry for entry in batch}, anew=anew)

    def _put_batch(self, entries: dict[str, Entry], *, anew: bool) -> None:
        stored = IndexedEntry.objects.using(self.using)
        known = {row.key: row for row in stored.filter(key__in=entries).only("pk", "key", "digest")}
        changed = {
            key: entry
            for key, entry in entries.items()
            if anew or key not in known or known[key].digest != entry.digest
        }
        if not changed:
            return
        rows = [
            IndexedEntry(
                pk=known[key].pk if key in known else None,
                key=key,
                kind=entry.kind,
                facts=facts_of(entry),
                content=entry.to_json(),
                digest=entry.digest,
                stale_on=entry.stale_on,
            )
            for key, entry in changed.items()
        ]
        stored.bulk_update(
            [row for row in rows if row.pk], ["facts", "content", "digest", "stale_on"]
        )
        stored.bulk_create([row for row in rows if not row.pk])
        slots = {row.key: row.pk for row in rows}
        self._write_words((slots[key], entry) for key, entry in changed.items())
        forms = TypedForm.objects.using(self.using)
        forms.filter(entry__in=slots.values()).delete()
        forms.bulk_create(
            TypedForm(entry_id=slots[key], form=form, text=text[:255])
            for key, entry in changed.items()
            for text in entry.suggestions
            for form in typed_forms(text)
        )
        self._note_changes(slots.values())

    def _write_words(self, entries: Iterable[tuple[int, Entry]]) -> None:
        rows = [
            (slot, *(" ".join(words(text)) for text in _columns(entry))) for slot, entry in entries
        ]
        with connections[self.using].cursor() as cursor:
            cursor.executemany(
                "DELETE FROM search_words WHERE rowid = %s", [(row[0],) for row in rows]
            )
            cursor.executemany(
                "INSERT INTO search_words (rowid, title, summary, body) VALUES (%s, %s, %s, %s)",
                rows,
            )

    def _note_changes(self, slots: Iterable[int]) -> None:
        changes = IndexChange.objects.using(self.using)
        noted = changes.bulk_create(
            IndexChange(nonce=secrets.randbits(62), slot=slot) for slot in slots
        )
        changes.filter(generation__lte=noted[-1].generation - KEPT_CHANGES).delete()

    # -- checking -------------------------------------------------------------------------------

    def digests(self) -> dict[str, str]:
        """Key and content's digest of every entry held."""
        return dict(IndexedEntry.objects.using(self.using).values_list("key", "digest"))

    def digests_of(self, keys: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for batch in _batches(keys, 500):
            rows = IndexedEntry.objects.using(self.using).filter(key__in=batch)
            found.update(rows.values_list("key", "digest"))
        return found

    def faults(self) -> list[str]:
        found = []
        with connections[self.using].cursor() as cursor:
            try:
                cursor.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")
            except DatabaseError as error:
                found.append(f"The table of words is damaged: {error}")
                return found
            cursor.execute(
                "SELECT id FROM search_indexedentry EXCEPT SELECT rowid FROM search_words"
            )
            found += [f"Slot {slot} has no words." for (slot,) in cursor.fetchall()]
            cursor.execute(
                "SELECT rowid FROM search_words EXCEPT SELECT id FROM search_indexedentry"
            )
            found += [f"Slot {slot} has words but no entry." for (slot,) in cursor.fetchall()]
        return found


def _columns(entry: Entry) -> tuple[str, str, str]:
    """The texts of an entry's columns; what is not quoted is found in the body all the same."""
    return entry.title, entry.summary, f"{entry.body}\n{entry.unquoted}"


def _batches(items: Iterable, size: int) -> Iterator[list]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
