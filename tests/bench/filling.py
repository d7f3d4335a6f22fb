"""Brings the entries of a corpus into every engine, each entry made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from elasticsearch import Elasticsearch, helpers

from search import embedded_engine
from search.engines.elasticsearch.documents import alias, document_of, index_body
from search.entries import Entry
from tests.bench.corpus import Corpus
from tests.bench.rival.searching import Rival

_BATCH = 1000


class Index:
    """The index of our own engine, behind the alias that the settings name."""

    def __init__(self, client: Elasticsearch, *, merge: bool) -> None:
        self.client = client
        self.merge = merge
        self.alias = alias()
        self.name = f"{self.alias}-index"

    def begin(self) -> None:
        self.end()
        self.client.indices.create(index=self.name, aliases={self.alias: {}}, **index_body())

    def add(self, entries: list[Entry]) -> None:
        helpers.bulk(self.client, (action_of(entry) for entry in entries), index=self.name)

    def finish(self) -> None:
        self.client.indices.refresh(index=self.name)
        if self.merge:
            merge_segments(self.client, self.name)

    def end(self) -> None:
        self.client.indices.delete(index=self.name, ignore_unavailable=True)


def merge_segments(client: Elasticsearch, index: str) -> None:
    """One segment, as an index has that rests: the time of a search is then its own."""
    client.options(request_timeout=600).indices.forcemerge(index=index, max_num_segments=1)


def action_of(entry: Entry) -> dict:
    return {"_id": entry.key, "_source": document_of(entry)}


def fill(corpus: Corpus, index: Index, rival: Rival, progress: Callable[[int], None]) -> None:
    """Have every engine hold exactly this corpus."""
    embedded = embedded_engine()
    embedded.rebuild((), lambda done: None)
    index.begin()
    rival.begin()
    done = 0
    for batch in batches(corpus.entries(), _BATCH):
        embedded.put(batch)
        index.add(batch)
        rival.add(batch)
        done += len(batch)
        progress(done)
    index.finish()
    rival.finish()
    if index.merge:
        merge_segments(rival.index.es, rival.index.name)


def batches(entries: Iterator[Entry], size: int) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, size)):
        yield batch
