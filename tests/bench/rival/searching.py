"""The question of a results page, asked through modelsearch.

It has no facets that leave out their own choice, so each facet is asked by itself, with the
choices of the others as filters. Two things are set right, because the counts would be wrong or the
times meaningless: it asks for ten values of a facet, here for all; and the cluster would
answer a repeated request from its cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from modelsearch.backends.elasticsearch8 import (
    Elasticsearch8SearchBackend,
    Elasticsearch8SearchResults,
)
from modelsearch.query import MATCH_ALL, And, Or, Phrase, SearchQuery

from search.entries import Entry
from search.facets import KIND_FACETS
from search.question import PAGE_SIZE, Question
from search.synonyms import expand
from tests.bench.rival.models import Listing

# More values than any facet has.
_BUCKETS = 10_000


class EveryValue(Elasticsearch8SearchResults):
    def _backend_do_search(self, body: dict[str, Any], **kwargs: Any) -> Any:
        for aggregation in body.get("aggregations", {}).values():
            aggregation["terms"]["size"] = _BUCKETS
        return super()._backend_do_search(body, **kwargs)


class Backend(Elasticsearch8SearchBackend):
    results_class = EveryValue


class Rival:
    """The rival's index in the cluster, and its answers."""

    def __init__(self, url: str, prefix: str) -> None:
        self.backend = Backend(
            {
                "URLS": [url],
                "INDEX_PREFIX": prefix,
                "TIMEOUT": 60,
                "INDEX_SETTINGS": {
                    "settings": {
                        "number_of_shards": 1,
                        "number_of_replicas": 0,
                        "index.requests.cache.enable": False,
                    }
                },
            }
        )
        self.index = self.backend.get_index_for_model(Listing)

    def begin(self) -> None:
        Listing.objects.all().delete()
        self.index.reset()
        self.index.add_model(Listing)

    def add(self, entries: Iterable[Entry]) -> None:
        listings = [Listing.of(entry) for entry in entries]
        Listing.objects.bulk_create(listings)
        self.index.add_items(Listing, listings)

    def finish(self) -> None:
        self.index.refresh()

    def end(self) -> None:
        self.index.delete()

    def answer(self, question: Question) -> tuple[int, list[Listing], dict[str, dict[str, int]]]:
        """Total, the page's rows, and for every facet code → count."""
        query = wanted(question)
        found = self._search(query, question.chosen)
        start = (question.page - 1) * PAGE_SIZE
        rows = list(found[start : start + PAGE_SIZE])
        facets = {}
        for key in KIND_FACETS["solution"]:
            others = {other: codes for other, codes in question.chosen.items() if other != key}
            counted = self._search(query, others).facet(key)
            # Entries without a value stand under a number that no facet has for a code.
            facets[key] = {
                code: count for code, count in counted.items() if code not in (None, "0")
            }
        return found.count(), rows, facets

    def _search(
        self, query: SearchQuery, chosen: Mapping[str, Sequence[str]]
    ) -> Elasticsearch8SearchResults:
        filters = {f"{key}__in": list(codes) for key, codes in chosen.items()}
        return self.backend.search(query, Listing.objects.filter(**filters))


def wanted(question: Question) -> SearchQuery:
    """All words of the text, each by itself or by one of its synonyms."""
    words: list[SearchQuery] = []
    for group in expand(question.text, question.synonyms or ()):
        variants = [Phrase(variant.text) for variant in group.variants]
        words.append(Or(variants) if len(variants) > 1 else variants[0])
    if not words:
        return MATCH_ALL
    return And(words) if len(words) > 1 else words[0]
