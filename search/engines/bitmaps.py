"""Which entries carry which value, as Python integers: bit n stands for slot n.

A ``Snapshot`` describes one generation of the index and is never changed; a later generation is
made from it by copying what differs. Processes and threads therefore share it without locks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from search.entries import Entry

# Sorts after every real amount: an unknown delivery time, a price on request.
_LAST = float("inf")


class Row(NamedTuple):
    """What filters and sorts an entry."""

    kind: str
    codes: Mapping[str, tuple[str, ...]]
    tie: str
    published: float
    delivery: float
    price: float
    evidence: int

    def order(self, sort: str) -> tuple:
        """The sort key; equal rows follow their hash."""
        lead = {
            "newest": -self.published,
            "delivery": self.delivery,
            "price": self.price,
            "evidence": -self.evidence,
        }.get(sort, 0)
        return (lead, self.tie)


def facts_of(entry: Entry) -> str:
    """The entry's row as text."""
    published = entry.first_published_at
    return json.dumps(
        [
            entry.codes,
            entry.tie,
            published.timestamp() if published else 0,
            entry.delivery_days,
            None if entry.price_max_wan is None else float(entry.price_max_wan),
            entry.evidence,
        ],
        separators=(",", ":"),
        sort_keys=True,
    )


def row_from(kind: str, facts: str) -> Row:
    codes, tie, published, delivery, price, evidence = json.loads(facts)
    return Row(
        kind,
        {key: tuple(values) for key, values in codes.items()},
        tie,
        published,
        _LAST if delivery is None else delivery,
        _LAST if price is None else price,
        evidence,
    )


def bits_of(slots: Iterable[int]) -> int:
    """The integer with exactly these bits set."""
    listed = list(slots)
    if not listed:
        return 0
    cells = bytearray((max(listed) >> 3) + 1)
    for slot in listed:
        cells[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(cells, "little")


class Slots:
    """Membership test on a bitmap in constant time."""

    def __init__(self, bits: int) -> None:
        self.cells = bits.to_bytes((bits.bit_length() + 7) // 8, "little")

    def __contains__(self, slot: int) -> bool:
        at = slot >> 3
        return at < len(self.cells) and bool(self.cells[at] >> (slot & 7) & 1)


Bitmaps = dict[str, dict[str, int]]


class Snapshot:
    """Rows and bitmaps of one generation.

    ``bits`` maps a facet's key to code → bitmap; the pseudo facet ``""`` maps each kind to its
    entries.
    """

    def __init__(self, stamp: tuple[int, int], rows: dict[int, Row], bits: Bitmaps) -> None:
        self.stamp = stamp
        self.rows = rows
        self.bits = bits
        self._orders: dict[str, list[int]] = {}

    @classmethod
    def of(cls, stamp: tuple[int, int], rows: dict[int, Row]) -> Snapshot:
        slots: dict[tuple[str, str], list[int]] = {}
        for slot, row in rows.items():
            for place in _places(row):
                slots.setdefault(place, []).append(slot)
        bits: Bitmaps = {}
        for (key, code), listed in slots.items():
            bits.setdefault(key, {})[code] = bits_of(listed)
        return cls(stamp, rows, bits)

    def patched(self, stamp: tuple[int, int], changes: Mapping[int, Row | None]) -> Snapshot:
        """The next generation; None stands for a slot that is gone."""
        rows = dict(self.rows)
        bits = dict(self.bits)
        copied: set[str] = set()
        for slot, row in changes.items():
            before = rows.pop(slot, None)
            if row is not None:
                rows[slot] = row
            old = set(_places(before)) if before else set()
            new = set(_places(row)) if row else set()
            for key, code in old ^ new:
                if key not in copied:
                    bits[key] = dict(bits.get(key, {}))
                    copied.add(key)
                bits[key][code] = bits[key].get(code, 0) ^ (1 << slot)
        return Snapshot(stamp, rows, bits)

    def of_kind(self, kind: str | None) -> int:
        kinds = self.bits.get("", {})
        if kind is not None:
            return kinds.get(kind, 0)
        found = 0
        for bitmap in kinds.values():
            found |= bitmap
        return found

    def any_of(self, key: str, codes: Iterable[str]) -> int:
        """Entries that carry at least one of the codes."""
        found = 0
        values = self.bits.get(key, {})
        for code in codes:
            found |= values.get(code, 0)
        return found

    def ordered(self, sort: str) -> list[int]:
        """All slots in the order of a sort; computed when first wanted."""
        if sort not in self._orders:
            self._orders[sort] = sorted(self.rows, key=lambda slot: self.rows[slot].order(sort))
        return self._orders[sort]


def _places(row: Row) -> Iterable[tuple[str, str]]:
    yield "", row.kind
    for key, codes in row.codes.items():
        for code in codes:
            yield key, code


class Counted(NamedTuple):
    """The result of a choice of facets over a set of entries."""

    found: int
    # For each facet key with a selection: what would be found without it.
    without: Mapping[str, int]


def narrow(snapshot: Snapshot, candidates: int, chosen: Mapping[str, tuple[str, ...]]) -> Counted:
    """Apply the choices: OR within a facet, AND between facets."""
    selected = {key: snapshot.any_of(key, codes) for key, codes in chosen.items() if codes}
    found = candidates
    for bitmap in selected.values():
        found &= bitmap
    without = {}
    for key in selected:
        others = candidates
        for other, bitmap in selected.items():
            if other != key:
                others &= bitmap
        without[key] = others
    return Counted(found, without)


def counts(snapshot: Snapshot, counted: Counted, keys: Iterable[str]) -> dict[str, dict[str, int]]:
    """Code → count for each facet; a facet's own selection does not touch its counts."""
    result = {}
    for key in keys:
        mask = counted.without.get(key, counted.found)
        result[key] = {
            code: (bitmap & mask).bit_count() for code, bitmap in snapshot.bits.get(key, {}).items()
        }
    return result
