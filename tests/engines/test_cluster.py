"""Three nodes with one replica: one may die under load, and nobody notices.

The site knows all three addresses, and everything here goes through its own client and engine. A
request that meets a dead node is sent again to another; a search that was under way when the node
of its shard died is sent on to the other copy by the node that took it. Whole answers only: a
partial one would be a failure here.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import pytest
from elasticsearch import Elasticsearch

from marketplace.setup.elasticsearch import Node
from search.engines.elasticsearch.client import Unavailable, connect
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.entries import Entry
from search.indexing.indices import Indices, Unreachable, operations_of
from search.indexing.versions import Reading
from search.question import Question
from tests.engines.corpus import SYNONYMS, expected_keys, random_entry
from tests.engines.harness import PATIENCE

INDEX = "load"
KEPT = 400
# Searches that must have been answered before the node dies, and after it has.
ENOUGH = 200
# No entry of the corpus holds this word.
NEW = "新来"
# Do not wait a minute for the dead node to come back.
SETTINGS = {"index.unassigned.node_left.delayed_timeout": "0"}


class Load:
    """Searches and writes that go on until they are told to end; what came of them."""

    def __init__(self, client: Elasticsearch, question: Question) -> None:
        # Five processes beside this one may be slower than a page is allowed to be.
        self.engine = ElasticsearchEngine(
            client, INDEX, lambda: SYNONYMS, lambda keys: False, deadline=PATIENCE
        )
        self.indices = Indices(client)
        self.question = question
        self.totals: list[int] = []
        self.failures: list[Unavailable] = []
        self.acknowledged: list[str] = []
        self._ended = threading.Event()

    def search(self) -> None:
        """Count what was there before; the count must never change."""
        while not self._ended.is_set():
            try:
                self.totals.append(self.engine.ask(self.question).total)
            except Unavailable as failure:
                self.failures.append(failure)

    def write(self) -> None:
        """Add entries; only what was acknowledged has to be there in the end."""
        for number in count(KEPT + 1):
            if self._ended.is_set():
                return
            entry = Entry(key=f"solution:{number}", title=NEW, url="/")
            # What nobody was told to be safe the worker sends again, later.
            self.acknowledged += put(self.indices, [entry])

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


def put(indices: Indices, entries: list[Entry]) -> list[str]:
    """Send entries as the worker does; the keys that the index holds now."""
    operations = operations_of([Reading(entry.key, 1, entry) for entry in entries])
    try:
        outcome = indices.send(INDEX, operations, [entry.key for entry in entries])
    except Unreachable:
        return []
    # One that conflicts was sent twice, because the first answer was lost.
    return [*outcome.told, *outcome.conflicting]


def wait_until(reached: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < end, f"{what}: not within a minute"
        time.sleep(0.05)


@pytest.fixture
def nodes(own_cluster: Callable[[], list[Node]]) -> list[Node]:
    return own_cluster()


def test_a_node_dies_under_load_and_nothing_fails_or_is_lost(nodes: list[Node], settings) -> None:
    settings.ELASTICSEARCH_URL = ",".join(node.url for node in nodes)
    client = connect().options(request_timeout=PATIENCE)
    indices = Indices(client)
    indices.create(INDEX)
    client.indices.put_settings(index=INDEX, settings=SETTINGS)
    chance = random.Random(3)
    kept = [random_entry(chance, number) for number in range(1, KEPT + 1)]
    assert len(put(indices, kept)) == KEPT
    indices.refresh(INDEX)
    client.cluster.health(index=INDEX, wait_for_status="green", timeout="30s")
    master = client.cat.master(format="json")[0]["node"]
    victim = next(node for node in nodes if node.settings["node.name"] == master)

    question = Question("追溯")
    load = Load(client, question)
    with load.going_on():
        wait_until(lambda: len(load.totals) >= ENOUGH, "searches before")
        victim.kill()
        answered, written = len(load.totals), len(load.acknowledged)
        wait_until(lambda: load.failures or len(load.totals) >= answered + ENOUGH, "searches after")
        wait_until(lambda: len(load.acknowledged) > written, "writes after")

    assert not load.failures
    assert set(load.totals) == {len(expected_keys(kept, question))}
    assert not victim.alive
    # A new master, and a second copy of everything on the two that are left.
    health = client.cluster.health(index=INDEX, wait_for_status="green", timeout="30s")
    assert (health["status"], health["number_of_nodes"]) == ("green", 2)
    indices.refresh(INDEX)
    assert indices.digests(INDEX).keys() >= {*load.acknowledged, *(entry.key for entry in kept)}
    assert load.engine.ask(question).total == load.totals[0]
    assert load.engine.ask(Question(NEW)).total >= len(load.acknowledged)
