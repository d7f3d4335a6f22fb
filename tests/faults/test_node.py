"""A server that is killed, loses its data, or runs out of space: a node of the tests' own."""

import json
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from marketplace.setup.elasticsearch import Node
from marketplace.setup.machine import until
from search.indexing import outbox, reindex
from search.reading import public_keys
from tests.faults.processes import started
from tests.faults.site import OpenSite, Site
from tests.servers import allow_loopback, temporary_node

pytestmark = [allow_loopback, pytest.mark.django_db(transaction=True)]

# Within which a disk's space is looked at, and a server does what it was told (seconds).
SOON = 60


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """One server for all of these tests; each leaves it running."""
    # How much space there is, it looks as often as it can be told to.
    with temporary_node(settings={"cluster.info.update.interval": "10s"}) as node:
        yield node


@pytest.fixture
def site(node: Node, open_site: OpenSite) -> Iterator[Site]:
    if not node.alive:
        node.start()
    with open_site(node.url, node.url) as site:
        yield site


def test_killed_in_mid_drain(node: Node, site: Site) -> None:
    """A worker tells of one document at a time when the server dies; it ends in good order."""
    live = reindex.live_target()
    outbox.enqueue(live, public_keys() * 40)
    enqueued = live.rows.count()
    with started("search_worker", "--once", batch=1) as worker:
        assert until(lambda: live.rows.count() < enqueued - 50, SOON)
        node.kill()
        worker.wait(timeout=SOON)
        assert worker.returncode == 0, worker.stderr.read()
    assert 0 < live.rows.count() < enqueued - 50
    site.change_everything()
    assert site.look_around() == {"embedded"}
    node.start()
    site.is_whole_again()


def test_killed_during_a_reindex(node: Node, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.live

    def kill(done: int, total: int) -> None:
        if done >= 10:
            node.kill()

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "BATCH", 5)
        with pytest.raises(reindex.Unreachable):
            reindex.reindex(kill)
    assert site.live == before
    site.change_everything()
    assert site.look_around() == {"embedded"}
    node.start()
    site.is_whole_again()
    assert site.live == before
    assert site.indices() == set(site.targets) == {before, site.previous}
    call_command("search_reindex", verbosity=0)
    assert site.live != before


def test_restarted_empty(node: Node, site: Site) -> None:
    lost = site.indices()
    node.kill()
    site.change_everything()
    assert site.look_around() == {"embedded"}
    node.restart(empty=True)
    site.edit()
    assert site.look_around() == {"embedded"}
    assert site.indices() == set()
    site.is_whole_again()
    assert not site.indices() & lost


def test_a_full_disk(site: Site) -> None:
    """The server itself finds out, and blocks the indices; later it takes the block away."""
    # No disk has so much free space.
    watermarks = dict.fromkeys(("low", "high", "flood_stage"), "1000tb")
    disk = {"threshold_enabled": True, "watermark": watermarks}
    prefix = "cluster.routing.allocation.disk"
    site.cluster.cluster.put_settings(persistent={prefix: disk})
    try:
        assert until(lambda: is_full(site), SOON)
        site.change_everything()
        site.work()
        assert site.look_around() == {"embedded"}
    finally:
        site.cluster.cluster.put_settings(persistent={f"{prefix}.*": None})
    assert until(lambda: not is_full(site), SOON)
    site.is_whole_again()


def is_full(site: Site) -> bool:
    blocks = site.cluster.indices.get_settings(index=site.live, name="index.blocks.*")
    return "read_only_allow_delete" in json.dumps(blocks.body)


def test_a_cluster_that_is_read_only(site: Site) -> None:
    site.cluster.cluster.put_settings(persistent={"cluster.blocks.read_only": True})
    try:
        site.change_everything()
        site.work()
        assert site.look_around() == {"embedded"}
    finally:
        site.cluster.cluster.put_settings(persistent={"cluster.blocks.read_only": None})
    site.is_whole_again()
