"""What an Elasticsearch index holds of an entry.

The words come from ``search.words``, as for every engine, so the fields that hold them only split
at white space. They stand beside the content, not in ``_source``: nobody reads them back.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from django.conf import settings
from elasticsearch.dsl import (
    Boolean,
    Date,
    Document,
    Double,
    Keyword,
    Long,
    MetaField,
    Text,
)

from search.entries import Entry
from search.facets import FACETS
from search.pinyin import READINGS_VERSION, typed_forms
from search.words import RULE_VERSION, words

# Read back: the content for a page of results, the rest to compare and to tidy up.
_READ_BACK = ("key", "digest", "gone", "gone_at", "content")


def _words() -> Text:
    """Words of one or several texts; no phrase reaches from one text into the next.

    The first character of every word is indexed as well, for a question that ends in a single
    Han character.
    """
    return Text(
        analyzer="whitespace",
        index_prefixes={"min_chars": 1, "max_chars": 1},
        position_increment_gap=100,
    )


class EntryDocument(Document):
    """An entry, or the mark of one that is gone: ``key``, ``gone`` and ``gone_at`` alone.

    ``published`` counts microseconds, because a date of Elasticsearch ends at milliseconds and
    entries are sorted by it. ``words`` holds title, summary and the rest and is what matches;
    ``words_title`` and ``words_summary`` rank.
    """

    key = Keyword()
    kind = Keyword()
    gone = Boolean()
    gone_at = Date()
    stale_on = Date()
    digest = Keyword(index=False)
    tie = Keyword(index=False)
    published = Long(index=False)
    delivery = Long(index=False)
    price = Double(index=False)
    evidence = Long(index=False)
    words = _words()
    words_title = _words()
    words_summary = _words()
    typed = Keyword()
    content = Text(index=False)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(includes=list(_READ_BACK))


def facet_field(key: str) -> str:
    """The field that holds a facet's codes."""
    return f"f_{key}"


for _key in FACETS:
    EntryDocument._doc_type.mapping.field(facet_field(_key), Keyword())


def index_body() -> dict:
    """Settings and mapping for ``indices.create``.

    One shard, so that counts of terms are exact. A copy wherever there is a second node. An
    interval that is written down keeps an index refreshing that nobody has asked for a while.
    """
    return {
        "settings": {
            "number_of_shards": 1,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "1s",
        },
        "mappings": {**_mapping(), "_meta": {"fingerprint": fingerprint()}},
    }


def _mapping() -> dict:
    return EntryDocument._doc_type.mapping.to_dict()


@cache
def fingerprint() -> str:
    """Hash of the mapping, the rules of words and how a document is made of an entry.

    An index whose fingerprint is another was filled by other code and has to be filled anew.
    """
    sample = Entry(
        key="solution:1",
        title="智能排产 MES",
        url="/",
        summary="一句话",
        body="第一行\n第二行",
        unquoted="C++",
        values={key: frozenset({"code"}) for key in FACETS},
        first_published_at=datetime(2026, 1, 1, tzinfo=UTC),
        delivery_days=15,
        price_max_wan=Decimal("4.8"),
        stale_on=datetime(2026, 1, 1, tzinfo=UTC),
        suggestions=("智能排产",),
    )
    parts = [_mapping(), RULE_VERSION, READINGS_VERSION, document_of(sample)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def alias() -> str:
    """What is searched; every index is named after it.

    It carries the fingerprint, so that code never searches or writes an index made by other code.
    """
    return f"{settings.ELASTICSEARCH_INDEX}-{fingerprint()[:8]}"


def document_of(entry: Entry) -> dict:
    """What is sent for an entry; its ``_id`` is the entry's key."""
    title, summary = " ".join(words(entry.title)), " ".join(words(entry.summary))
    # What is not quoted is found in the body all the same.
    body = " ".join(words(f"{entry.body}\n{entry.unquoted}"))
    document = {
        "key": entry.key,
        "kind": entry.kind,
        "gone": False,
        "digest": entry.digest,
        "tie": entry.tie,
        "evidence": entry.evidence,
        "words": [title, summary, body],
        "words_title": title,
        "words_summary": summary,
        "typed": sorted({form for text in entry.suggestions for form in typed_forms(text)}),
        "content": entry.to_json(),
    }
    for key, codes in entry.codes.items():
        document[facet_field(key)] = codes
    if entry.first_published_at is not None:
        document["published"] = _microseconds(entry.first_published_at)
    if entry.delivery_days is not None:
        document["delivery"] = entry.delivery_days
    if entry.price_max_wan is not None:
        document["price"] = float(entry.price_max_wan)
    if entry.stale_on is not None:
        document["stale_on"] = moment(entry.stale_on)
    return document


def tombstone(key: str, at: datetime) -> dict:
    """What is sent for an entry that is gone; it keeps older writes from bringing it back."""
    return {"key": key, "gone": True, "gone_at": moment(at)}


def moment(at: datetime) -> str:
    """A point in time for Elasticsearch, which rounds up what is left out of a limit."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
