"""Whether a target holds exactly what is public: sets of documents, and their contents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from search.reading import all_entries, read_entries

# While the site is being edited, a document may change between two readings; by the last round
# only what is really wrong is left.
ROUNDS = 3
# Entries between two signs of life.
_SIGN_OF_LIFE = 1000


class Difference(NamedTuple):
    """``what``: missing, not public, or outdated."""

    what: str
    key: str

    def __str__(self) -> str:
        return f"{self.what}: {self.key}"


class Holder(Protocol):
    """What holds documents: key → digest of their content."""

    def digests(self) -> Mapping[str, str]: ...

    def digests_of(self, keys: Iterable[str]) -> Mapping[str, str]: ...


def differences(
    holder: Holder, drain: Callable[[], None], alive: Callable[[], None] = lambda: None
) -> list[Difference]:
    """What differs and still does after everything that waited was told to the target.

    ``drain`` tells it. Each round looks only at what differed in the round before. ``alive`` is
    called now and then, since reading everything may take minutes.
    """
    drain()
    public = {}
    for number, entry in enumerate(all_entries()):
        public[entry.key] = entry.digest
        if number % _SIGN_OF_LIFE == 0:
            alive()
    found = _compared(public, holder.digests())
    for _ in range(ROUNDS - 1):
        if not found:
            break
        drain()
        keys = [difference.key for difference in found]
        public = {entry.key: entry.digest for entry in read_entries(keys)}
        found = _compared(public, holder.digests_of(keys))
    return found


def _compared(public: Mapping[str, str], held: Mapping[str, str]) -> list[Difference]:
    missing = sorted(public.keys() - held.keys())
    too_many = sorted(held.keys() - public.keys())
    outdated = sorted(key for key in public.keys() & held.keys() if public[key] != held[key])
    return [
        *(Difference("missing", key) for key in missing),
        *(Difference("not public", key) for key in too_many),
        *(Difference("outdated", key) for key in outdated),
    ]
