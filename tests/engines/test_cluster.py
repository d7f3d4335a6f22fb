"""Three nodes with one replica: one may die under load, and nobody notices.

The client knows all three addresses. A request that meets a dead node is sent again to another by
the client itself; a search that was under way when a shard's node died is sent on to the other copy
by the node that took it. Whole answers only: a partial one would be a failure here.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.helpers import bulk

from marketplace.setup.elasticsearch import Node

INDEX = "load"
KEPT = 1_000
# Searches that must have been answered before the node dies, and after it has.
ENOUGH = 200
SETTINGS = {
    "number_of_shards": 3,
    "number_of_replicas": 1,
    # Do not wait a minute for the dead node to come back.
    "index.unassigned.node_left.delayed_timeout": "0",
}


class Load:
    """Searches and writes that go on until they are told to end; what came of them."""

    def __init__(self, client: Elasticsearch) -> None:
        self.client = client
        self.totals: list[int] = []
        self.failures: list[Exception] = []
        self.acknowledged: list[str] = []
        self._ended = threading.Event()

    def search(self) -> None:
        """Count what was there before; the count must never change."""
        while not self._ended.is_set():
            try:
                answer = self.client.search(
                    index=INDEX,
                    query={"term": {"kept": True}},
                    size=1,
                    track_total_hits=True,
                    allow_partial_search_results=False,
                )
            except (ApiError, TransportError) as error:
                self.failures.append(error)
            else:
                self.totals.append(answer["hits"]["total"]["value"])

    def write(self) -> None:
        """Add documents; only what was acknowledged has to be there in the end."""
        for number in count():
            if self._ended.is_set():
                return
            try:
                self.client.index(index=INDEX, id=f"new-{number}", document={"kept": False})
            except (ApiError, TransportError):
                # Nobody was told that this one is safe; the caller sends it again, later.
                continue
            self.acknowledged.append(f"new-{number}")

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with ThreadPoolExecutor() as pool:
            workers = [pool.submit(each) for each in (self.search, self.search, self.write)]
            try:
                yield
            finally:
                self._ended.set()
        for worker in workers:
            worker.result()


def wait_until(reached: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end, f"{what}: not within a minute"
        time.sleep(0.05)


@pytest.fixture
def nodes(own_cluster: Callable[[], list[Node]]) -> list[Node]:
    return own_cluster()


def test_a_node_dies_under_load_and_nothing_fails_or_is_lost(nodes: list[Node]) -> None:
    client = Elasticsearch([node.url for node in nodes], retry_on_timeout=True, request_timeout=20)
    client.indices.create(
        index=INDEX,
        settings=SETTINGS,
        mappings={"dynamic": "strict", "properties": {"kept": {"type": "boolean"}}},
    )
    documents = ({"_index": INDEX, "_id": number, "kept": True} for number in range(KEPT))
    bulk(client, documents, refresh=True)
    client.cluster.health(index=INDEX, wait_for_status="green", timeout="30s")
    master = client.cat.master(format="json")[0]["node"]
    victim = next(node for node in nodes if node.settings["node.name"] == master)

    load = Load(client)
    with load.going_on():
        wait_until(lambda: len(load.totals) >= ENOUGH, "searches before")
        victim.kill()
        answered, written = len(load.totals), len(load.acknowledged)
        wait_until(lambda: load.failures or len(load.totals) >= answered + ENOUGH, "searches after")
        wait_until(lambda: len(load.acknowledged) > written, "writes after")

    assert not load.failures
    assert set(load.totals) == {KEPT}
    assert not victim.alive
    # A new master, and a second copy of everything on the two that are left.
    health = client.cluster.health(index=INDEX, wait_for_status="green", timeout="30s")
    assert (health["status"], health["number_of_nodes"]) == ("green", 2)
    client.indices.refresh(index=INDEX)
    found = client.mget(index=INDEX, ids=load.acknowledged)["docs"]
    assert [document["_id"] for document in found if not document["found"]] == []
    assert client.count(index=INDEX, query={"term": {"kept": True}})["count"] == KEPT
