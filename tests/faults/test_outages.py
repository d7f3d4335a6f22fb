"""The cluster is away, slow, or refuses what it is asked: the site goes on, and catches up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from elasticsearch import Elasticsearch

from catalog.models import SolutionPage
from search import embedded_engine
from search.engines.elasticsearch.documents import alias
from search.indexing import reindex, writers
from tests.engines.faulty import WRONG, Behaviour
from tests.faults.proxy import Proxy, cuts, drips, passes, says_nothing, striking
from tests.faults.site import Site, publish

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def soon_given_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker finds out sooner than in earnest that it gets no answer (seconds)."""
    with monkeypatch.context() as patch:
        patch.setattr(writers, "PATIENCE", 1)
        patch.setattr(reindex, "_REQUEST_TIMEOUT", 1)
        yield


class Fault(NamedTuple):
    """``begin`` and ``end`` are given the proxy, the cluster past it, and the live index."""

    begin: Callable[[Proxy, Elasticsearch, str], object]
    end: Callable[[Proxy, Elasticsearch, str], object]


def _behaves(behaviour: Behaviour) -> Fault:
    return Fault(lambda proxy, *_: proxy.behave(behaviour), lambda proxy, *_: proxy.behave(passes))


def _block(name: str) -> Fault:
    def put(value: bool | None) -> Callable[[Proxy, Elasticsearch, str], object]:
        return lambda _proxy, cluster, _live: cluster.indices.put_settings(
            index=f"{alias()}-*", settings={f"index.blocks.{name}": value}
        )

    return Fault(put(True), put(None))


FAULTS = {
    # On the way to the cluster.
    "drips": _behaves(drips),
    "says nothing": _behaves(says_nothing),
    "takes no connection": Fault(
        lambda proxy, *_: proxy.refuse(), lambda proxy, *_: proxy.listen()
    ),
    "has too much to do": _behaves(WRONG["too many requests"]),
    "has no master": _behaves(WRONG["no master"]),
    "is another service": _behaves(WRONG["JSON of another service"]),
    "loses half of each answer": _behaves(cuts),
    "takes changes and does not say so": _behaves(striking("_bulk", cuts)),
    # In the cluster: 403, 403, 429, 400.
    "takes no writes": _block("write"),
    "is read-only": _block("read_only"),
    "is full": _block("read_only_allow_delete"),
    "is closed": Fault(
        lambda _proxy, cluster, live: cluster.indices.close(index=live),
        lambda _proxy, cluster, live: cluster.indices.open(index=live),
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_site_goes_on_and_catches_up(
    fault: Fault, site: Site, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = (proxy, site.cluster, site.live)
    fault.begin(*ground)
    try:
        site.change_everything()
        assert site.look_around() == {"embedded"}
        with soon_given_up(monkeypatch):
            site.work()
        assert site.look_around() == {"embedded"}
    finally:
        fault.end(*ground)
    site.is_whole_again()


@pytest.mark.parametrize("name", ["takes no connection", "takes no writes", "is closed"])
def test_the_check_names_what_it_cannot_compare(name: str, site: Site, proxy: Proxy) -> None:
    ground = (proxy, site.cluster, site.live)
    site.edit()
    FAULTS[name].begin(*ground)
    try:
        site.edit()
        assert any(site.live in sentence for sentence in site.check())
    finally:
        FAULTS[name].end(*ground)
    # It waits for no back-off.
    assert site.check() == []


@pytest.mark.parametrize("name", ["says nothing", "has too much to do"])
def test_pages_alone_find_out_and_others_notice_nothing(
    name: str, site: Site, proxy: Proxy
) -> None:
    """Nobody changes anything: the index is never behind, only out of reach."""
    FAULTS[name].begin(proxy, site.cluster, site.live)
    assert site.look_around() == {"embedded"}
    asked = len(proxy.seen)
    assert site.look_around() == {"embedded"}
    assert len(proxy.seen) == asked, "the cluster is left alone"
    site.look_elsewhere()
    FAULTS[name].end(proxy, site.cluster, site.live)
    assert site.look_around() == {"embedded"}
    site.let_pause_end()
    assert site.asks_the_cluster()
    assert site.check() == []


def test_looking_around_notices_what_the_embedded_engine_leaves_out(
    site: Site, proxy: Proxy
) -> None:
    """Otherwise its answers would be compared with themselves while the cluster is away."""
    proxy.refuse()
    assert site.look_around() == {"embedded"}
    left_out = SolutionPage.objects.listed().order_by("pk").first()
    embedded_engine().drop([f"solution:{left_out.pk}"])
    with pytest.raises(AssertionError):
        site.look_around()


@pytest.mark.parametrize("behaviour", [cuts, says_nothing, WRONG["forbidden"]])
@pytest.mark.parametrize("struck", ["_bulk", "_refresh"])
def test_what_has_expired_is_not_shown_though_the_index_cannot_be_told(
    behaviour: Behaviour,
    struck: str,
    site: Site,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solution = SolutionPage.objects.listed().order_by("pk").first()
    solution.expire_at = timezone.now() + timedelta(hours=1)
    publish(solution)
    assert site.check() == []
    assert site.asks_the_cluster()

    proxy.behave(striking(struck, behaviour))
    later = solution.expire_at + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not SolutionPage.objects.listed().filter(pk=solution.pk).exists()
    site.look_around()
    proxy.behave(passes)
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(minutes=1))
    site.is_whole_again()
