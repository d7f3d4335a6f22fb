"""How fast a new index is filled: our worker against the bare bulk helper.

The helper is fed with documents that are ready. Our worker does all of its work: claims the rows of
the outbox, draws versions, builds the documents with their words and pinyin, sends, acknowledges.
Only the entries themselves come from memory, for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from time import perf_counter
from unittest import mock

from elasticsearch import Elasticsearch, helpers

from search.engines.elasticsearch.documents import index_body
from search.entries import Entry
from search.indexing import outbox, targets, versions
from search.indexing.indices import Indices, new_name
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter
from search.models import IndexTarget, SearchVersion
from search.pinyin import typed_forms
from tests.bench.corpus import Corpus
from tests.bench.filling import action_of
from tests.bench.results import RUNS, Bulk

ENTRIES = 3000
_CORPUS = 10_000


def bulk(client: Elasticsearch, say: Callable[[str], None]) -> Bulk:
    """Five runs of each, alternating, each into a new index."""
    entries = list(Corpus(_CORPUS).entries(range(1, ENTRIES + 1)))
    ready = [action_of(entry) for entry in entries]
    found = Bulk(len(entries), [], [])
    for number in range(RUNS):
        say(f"Filling an index, {number + 1} of {RUNS}")
        found.bare.append(_bare(client, ready))
        found.ours.append(_ours(client, entries))
    return found


def _bare(client: Elasticsearch, ready: list[dict]) -> float:
    index = new_name()
    client.indices.create(index=index, **index_body())
    try:
        start = perf_counter()
        helpers.bulk(client, ready, index=index)
        return perf_counter() - start
    finally:
        client.indices.delete(index=index)


def _ours(client: Elasticsearch, entries: Iterable[Entry]) -> float:
    # What an entry or a process remembers of an earlier run would spare it work.
    fresh = {entry.key: replace(entry) for entry in entries}
    typed_forms.cache_clear()
    SearchVersion.objects.all().delete()
    indices = Indices(client)
    target = targets.register(new_name(), IndexTarget.Kind.ELASTICSEARCH)
    indices.create(target.name)
    try:
        with mock.patch.object(versions, "read_entries", lambda keys: [fresh[key] for key in keys]):
            start = perf_counter()
            outbox.enqueue(target, fresh)
            done = drain(target, IndexWriter(indices, target.name))
            seconds = perf_counter() - start
        if done.told != len(fresh):
            raise RuntimeError(f"{done.told} of {len(fresh)} documents were told: {done.stopped}")
        return seconds
    finally:
        indices.remove(target.name)
        targets.drop(target)
