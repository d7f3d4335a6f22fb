"""Somebody removes an index or moves an alias: pages stay right, and the worker makes it good."""

import pytest

from search.engines.elasticsearch.documents import alias
from search.indexing.indices import write_alias
from search.models import IndexTarget
from tests.faults.site import Site

pytestmark = pytest.mark.django_db(transaction=True)

LIVE, PREVIOUS = IndexTarget.State.LIVE, IndexTarget.State.PREVIOUS


@pytest.mark.parametrize("lost", [[LIVE], [PREVIOUS], [LIVE, PREVIOUS]])
def test_an_index_that_was_removed_does_not_come_back_by_itself(
    lost: list[str], site: Site
) -> None:
    gone = {index for index, state in site.targets.items() if state in lost}
    left = site.indices() - gone
    for index in gone:
        site.cluster.indices.delete(index=index)
    site.change_everything()
    if LIVE in lost:
        assert site.look_around() == {"embedded"}
    else:
        # Whatever a slow cluster has left waiting is told.
        assert site.check()
        assert site.asks_the_cluster()
    assert site.indices() == left

    site.is_whole_again()
    assert not gone & site.indices()
    assert set(site.targets) == site.indices()
    mapping = site.cluster.indices.get_mapping(index=site.live)[site.live]["mappings"]
    assert mapping["dynamic"] == "strict"


def test_an_alias_that_was_removed_is_put_back(site: Site) -> None:
    live = site.live
    site.cluster.indices.delete_alias(index=live, name=alias())
    site.change_everything()
    assert site.look_around() == {"embedded"}
    site.is_whole_again()
    assert site.live == live


def test_an_alias_on_the_index_before_is_put_back(site: Site) -> None:
    """That one is kept up to date, so what it answers is right."""
    live = site.live
    move_alias(site, site.previous)
    site.change_everything()
    assert site.check() == [f"elasticsearch: searches ask {site.previous} in place of {live}."]
    assert site.asks_the_cluster()
    site.is_whole_again()
    assert site.live == live


def test_an_alias_on_an_index_of_another_kind_is_put_back(site: Site) -> None:
    other = f"{alias()}-other"
    site.cluster.index(index=other, document={"title": "排产"}, refresh=True)
    move_alias(site, other)
    site.change_everything()
    assert site.look_around() == {"embedded"}
    site.is_whole_again()
    assert site.cluster.count(index=other)["count"] == 1, "whose it is knows somebody else"


def test_the_alias_of_writers_removed_is_an_index_lost(site: Site) -> None:
    live = site.live
    site.cluster.indices.delete_alias(index=live, name=write_alias(live))
    left = site.indices()
    site.change_everything()
    assert site.look_around() == {"embedded"}
    assert site.indices() == left
    site.is_whole_again()
    assert live not in site.indices()


def move_alias(site: Site, index: str) -> None:
    site.cluster.indices.update_aliases(
        actions=[
            {"remove": {"index": site.live, "alias": alias()}},
            {"add": {"index": index, "alias": alias()}},
        ]
    )
