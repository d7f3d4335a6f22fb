"""The cluster's indices: made, filled, compared, put behind the alias, removed.

Documents are sent to an alias that only this one index has, and the cluster is told to refuse
anything but an alias: an index that somebody removed would otherwise come back by itself, with a
mapping of its own making.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from search.engines.elasticsearch.documents import (
    alias,
    document_of,
    index_body,
    tombstone,
)
from search.indexing.versions import Reading

logger = logging.getLogger(__name__)

# Errors that lie in the document itself; every other one passes.
_REFUSALS = frozenset(
    {"document_parsing_exception", "mapper_parsing_exception", "strict_dynamic_mapping_exception"}
)
# Tombstones younger than this stay: a worker may have stalled for so long.
TOMBSTONES_KEPT = timedelta(days=1)
_SCAN_PAGE = 2000
_SCAN_KEPT = "5m"


class Unreachable(Exception):
    """The target cannot be told anything now; the message says why.

    ``timed_out``: it was waited for as long as can be borne.
    """

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class IndexMissing(Unreachable):
    """The index is gone: only a new one helps."""


class Outcome(NamedTuple):
    """What became of a batch: keys told, keys to try again, keys refused, with reasons."""

    told: set[str]
    failed: Mapping[str, str]
    refused: Mapping[str, str]
    # Keys whose version in the index is not lower than the one sent.
    conflicting: set[str]


def new_name() -> str:
    """The name of an index made now: the alias and the moment (UTC)."""
    return f"{alias()}-{timezone.now():%Y%m%d%H%M%S%f}"


def fits(index: str) -> bool:
    """Whether the index was made with this code's mapping, which its name tells."""
    return index.startswith(f"{alias()}-")


def write_alias(index: str) -> str:
    """The alias that belongs to this index alone."""
    return f"{index}-write"


class Indices:
    """The indices of one cluster, through one client."""

    def __init__(self, client: Elasticsearch) -> None:
        self.client = client

    def create(self, index: str) -> None:
        body = index_body()
        self.client.indices.create(index=index, aliases={write_alias(index): {}}, **body)

    def remove(self, index: str) -> None:
        """Remove an index that may be gone already."""
        self.client.indices.delete(index=index, ignore_unavailable=True)

    def exists(self, index: str) -> bool:
        return bool(self.client.indices.exists(index=index))

    def takes_documents(self, index: str) -> bool:
        """Whether there is such an index, with the alias under which documents are sent."""
        return bool(self.client.indices.exists_alias(name=write_alias(index)))

    def searched(self) -> set[str]:
        """The indices behind the alias that is searched."""
        try:
            return set(self.client.indices.get_alias(name=alias()))
        except NotFoundError:
            return set()

    def swap(self, index: str) -> None:
        """Put the alias on this index and take it from every other, in one call."""
        others = self.searched() - {index}
        actions = [{"remove": {"index": other, "alias": alias()}} for other in sorted(others)]
        actions.append({"add": {"index": index, "alias": alias()}})
        self.client.indices.update_aliases(actions=actions)

    # -- sending ----------------------------------------------------------------------------------

    def send(self, index: str, operations: Sequence[dict], keys: Sequence[str]) -> Outcome:
        """Send a batch that ``operations_of`` made; raises ``Unreachable``."""
        try:
            answer = self.client.bulk(
                operations=operations, index=write_alias(index), require_alias=True
            )
            return self._outcome(index, keys, answer["items"])
        except (ApiError, TransportError) as error:
            late = isinstance(error, ConnectionTimeout)
            raise Unreachable(str(error), timed_out=late) from error
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable(f"The answer has another form than it should: {error!r}") from error

    def _outcome(self, index: str, keys: Sequence[str], items: Sequence[dict]) -> Outcome:
        outcome = Outcome(set(), {}, {}, set())
        failed: dict[str, str] = {}
        refused: dict[str, str] = {}
        for key, item in zip(keys, items, strict=True):
            result = item["index"]
            error = result.get("error")
            if error is None:
                outcome.told.add(key)
            elif result["status"] == 409:
                outcome.conflicting.add(key)
            elif error["type"] == "index_not_found_exception":
                raise IndexMissing(f"There is no index {index}.")
            elif error["type"] in _REFUSALS:
                refused[key] = _sentence(error)
            else:
                failed[key] = _sentence(error)
        return outcome._replace(failed=failed, refused=refused)

    def versions(self, index: str, keys: Sequence[str]) -> dict[str, int]:
        """The versions under which the index holds these documents, as far as it says."""
        try:
            answer = self.client.mget(index=index, ids=list(keys), source=False)
        except (ApiError, TransportError) as error:
            raise Unreachable(str(error)) from error
        return {doc["_id"]: doc["_version"] for doc in answer["docs"] if doc.get("found")}

    # -- comparing --------------------------------------------------------------------------------

    def refresh(self, index: str) -> None:
        """Make everything that was sent visible to searches."""
        self.client.indices.refresh(index=index)

    def digests(self, index: str) -> dict[str, str]:
        """Key and content's digest of every entry, tombstones left out, as one moment has it."""
        self.refresh(index)
        found: dict[str, str] = {}
        moment = self.client.open_point_in_time(index=index, keep_alive=_SCAN_KEPT)["id"]
        after = None
        try:
            while True:
                hits = self.client.search(
                    pit={"id": moment, "keep_alive": _SCAN_KEPT},
                    query={"bool": {"filter": {"term": {"gone": False}}}},
                    size=_SCAN_PAGE,
                    sort=[{"key": "asc"}],
                    search_after=after,
                    source=False,
                    docvalue_fields=["digest"],
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )["hits"]["hits"]
                if not hits:
                    return found
                found.update((hit["_id"], hit["fields"]["digest"][0]) for hit in hits)
                after = hits[-1]["sort"]
        finally:
            self.client.close_point_in_time(id=moment)

    def digests_of(self, index: str, keys: Iterable[str]) -> dict[str, str]:
        """The same for some entries, up to the moment."""
        ids = list(keys)
        found: dict[str, str] = {}
        for start in range(0, len(ids), _SCAN_PAGE):
            answer = self.client.mget(
                index=index, ids=ids[start : start + _SCAN_PAGE], source=["digest", "gone"]
            )
            for doc in answer["docs"]:
                if doc.get("found") and not doc["_source"]["gone"]:
                    found[doc["_id"]] = doc["_source"]["digest"]
        return found

    def purge_tombstones(self, index: str) -> int:
        """Remove tombstones that no late writer can contradict any more; returns their number."""
        before = timezone.now() - TOMBSTONES_KEPT
        answer = self.client.delete_by_query(
            index=index,
            query={
                "bool": {
                    "filter": [
                        {"term": {"gone": True}},
                        {"range": {"gone_at": {"lt": before.isoformat()}}},
                    ]
                }
            },
            conflicts="proceed",
        )
        return answer["deleted"]


def operations_of(readings: Sequence[Reading]) -> list[dict]:
    """The body of a bulk request for these readings: an action and a document each."""
    now = timezone.now()
    operations: list[dict] = []
    for reading in readings:
        action = {"_id": reading.key, "version": reading.version, "version_type": "external"}
        operations.append({"index": action})
        operations.append(
            document_of(reading.entry) if reading.entry else tombstone(reading.key, now)
        )
    return operations


def _sentence(error: Mapping) -> str:
    """The cluster's error as one line, innermost cause last."""
    parts = []
    while error:
        parts.append(f"{error.get('type')}: {error.get('reason')}")
        error = error.get("caused_by")
    return "; ".join(parts)
