"""Entries: what the index holds of a listing, all of it public."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property

import orjson

from search.facets import facets_of
from search.pinyin import READINGS_VERSION
from search.words import RULE_VERSION

# Part of every hash below, so that no one can choose a name that sorts first.
_SALT = b"marketplace.search.order"


@dataclass(frozen=True)
class Entry:
    """One listing as it is searched, filtered, sorted and shown on a card.

    ``key`` is kind and primary key (``solution:12``). ``body`` holds one paragraph or list item a
    line; ``unquoted`` as well, found like the body but never shown. ``values`` maps a facet's key
    to codes. ``stale_on`` is the moment from which the entry no longer tells the truth by itself
    and must be read again: its page expires, a qualification begins or ends. ``card`` holds the
    facts of the result card and of the API, ready for JSON.
    """

    key: str
    title: str
    url: str
    summary: str = ""
    body: str = ""
    unquoted: str = ""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    first_published_at: datetime | None = None
    delivery_days: int | None = None
    price_max_wan: Decimal | None = None
    evidence: int = 0
    stale_on: datetime | None = None
    suggestions: tuple[str, ...] = ()
    card: Mapping = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def pk(self) -> int:
        return int(self.key.partition(":")[2])

    @cached_property
    def tie(self) -> str:
        """Orders entries that are equal otherwise: stable, and nobody's name is favoured."""
        return hashlib.sha256(_SALT + self.key.encode()).hexdigest()

    @property
    def public_id(self) -> str:
        """The entry's name in the API: stable and not sequential."""
        return f"{self.kind}-{self.tie[:16]}"

    @cached_property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """The codes of every facet of the entry's kind, sorted."""
        read = {facet.key: facet.read(self) for facet in facets_of(self.kind)}
        return {key: tuple(sorted(codes)) for key, codes in read.items() if codes}

    def to_json(self) -> str:
        """All of the entry as text that is the same for the same content."""
        return json.dumps(
            {
                "key": self.key,
                "title": self.title,
                "url": self.url,
                "summary": self.summary,
                "body": self.body,
                "unquoted": self.unquoted,
                "values": {key: sorted(codes) for key, codes in self.values.items()},
                "first_published_at": _iso(self.first_published_at),
                "delivery_days": self.delivery_days,
                "price_max_wan": None if self.price_max_wan is None else str(self.price_max_wan),
                "evidence": self.evidence,
                "stale_on": _iso(self.stale_on),
                "suggestions": list(self.suggestions),
                "card": self.card,
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Entry:
        stored = orjson.loads(text)
        price = stored["price_max_wan"]
        stored["values"] = {key: frozenset(codes) for key, codes in stored["values"].items()}
        stored["price_max_wan"] = None if price is None else Decimal(price)
        stored["suggestions"] = tuple(stored["suggestions"])
        for name in ("first_published_at", "stale_on"):
            stored[name] = stored[name] and datetime.fromisoformat(stored[name])
        return cls(**stored)

    @cached_property
    def digest(self) -> str:
        """Fingerprint of the content and the rules, to tell whether an index holds it as it is."""
        described = f"{RULE_VERSION}:{READINGS_VERSION}:{self.to_json()}"
        return hashlib.sha256(described.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    """The moment in UTC, so that the same moment is the same text."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
