"""What tells a target of documents: one class for each kind of target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError

from search import embedded_engine
from search.engines.elasticsearch.client import connect
from search.engines.store import EmbeddedStore
from search.indexing import host_file
from search.indexing.indices import Indices, Outcome, Unreachable, fits, operations_of
from search.indexing.versions import raise_to, read
from search.models import IndexTarget
from search.patience import patience

# How long one request that writes may take where nobody waits for it (seconds).
PATIENCE = 30.0


class Writer(Protocol):
    """Tells one target of documents."""

    def prepare(self, keys: Sequence[str]) -> Callable[[], Outcome]:
        """Read the documents now; what is returned sends them, in any thread.

        Both may raise ``Unreachable``.
        """

    def resolve(self, outcome: Outcome) -> Outcome:
        """Decide what became of documents whose version the target did not take.

        May raise ``Unreachable`` as well.
        """


class IndexWriter:
    """Writes into one index of the cluster."""

    def __init__(self, indices: Indices, index: str) -> None:
        self.indices = indices
        self.index = index

    def prepare(self, keys: Sequence[str]) -> Callable[[], Outcome]:
        readings = read(keys)
        operations = operations_of(readings)
        ordered = [reading.key for reading in readings]
        return lambda: self.indices.send(self.index, operations, ordered)

    def resolve(self, outcome: Outcome) -> Outcome:
        """A higher version in the index was drawn by a later reading, and then nothing is lost.

        Or nobody here has drawn it, because the database was replaced by an older copy; another
        worker may have taken it over meanwhile, so versions alone do not tell. Whatever it is, a
        still later reading goes out now, and what is not taken then is tried again.
        """
        if not outcome.conflicting:
            return outcome
        keys = sorted(outcome.conflicting)
        raise_to(self.indices.versions(self.index, keys))
        again = self.prepare(keys)()
        late = dict.fromkeys(again.conflicting, "The index holds a higher version than was sent.")
        return Outcome(
            told=outcome.told | again.told,
            failed={**outcome.failed, **again.failed, **late},
            refused={**outcome.refused, **again.refused},
            conflicting=set(),
        )


class FileWriter:
    """Writes into this host's file of the embedded engine.

    The file's own lock is held from before the reading until after the writing, so readings and
    writings have one order and need no versions.
    """

    def __init__(self, store: EmbeddedStore, patience: float) -> None:
        self.store = store
        self.patience = patience

    def prepare(self, keys: Sequence[str]) -> Callable[[], Outcome]:
        try:
            with patience(self.patience, self.store.using):
                self.store.put_or_drop(keys)
        except DatabaseError as error:
            raise Unreachable(str(error)) from error
        return lambda: Outcome(told=set(keys), failed={}, refused={}, conflicting=set())

    def resolve(self, outcome: Outcome) -> Outcome:
        return outcome


def writer_for(target: IndexTarget, *, patience: float | None = None) -> Writer | None:
    """What writes into this target from here; None when nothing here does.

    Another host's file is written by its own host, and an index that other code has made by that
    code. ``patience`` is how long one request may take, and waiting for others who write into the
    file, in seconds.
    """
    if target.kind == IndexTarget.Kind.EMBEDDED:
        mine = target.name == host_file.name()
        return FileWriter(embedded_engine(), patience or PATIENCE) if mine else None
    if settings.SEARCH_ENGINE != "elasticsearch" or not fits(target.name):
        return None
    client = connect().options(request_timeout=patience or PATIENCE)
    return IndexWriter(Indices(client), target.name)
