import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from elasticsearch import Elasticsearch

import search
from search.indexing import worker
from tests.faults.proxy import Proxy
from tests.faults.site import OpenSite, Site, own_time


@pytest.fixture
def proxy(elasticsearch: str) -> Iterator[Proxy]:
    """What stands between the site and the shared server."""
    proxy = Proxy(elasticsearch)
    yield proxy
    proxy.close()


@pytest.fixture
def site(proxy: Proxy, elasticsearch: str, open_site: OpenSite) -> Iterator[Site]:
    """The demonstration on the shared server, behind the proxy."""
    with open_site(proxy.url, elasticsearch) as site:
        yield site


@pytest.fixture
def open_site(demo_site: None, settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenSite]:
    """Open the demonstration on a cluster, with an index in use and the one before it."""

    @contextmanager
    def opened(url: str, past_faults: str) -> Iterator[Site]:
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.ELASTICSEARCH_URL = url
        settings.ELASTICSEARCH_INDEX = f"test-faults-{secrets.token_hex(6)}"
        forget_engines(settings)
        with Elasticsearch(past_faults) as cluster:
            site = Site(cluster)
            monkeypatch.setattr(worker, "drain_soon", timed(worker.drain_soon, site.holds))
            try:
                for _ in range(2):
                    call_command("search_reindex", verbosity=0)
                # A process's first page loads what the others use.
                site.client.get("/search/")
                yield site
            finally:
                for index in site.indices():
                    cluster.indices.delete(index=index)

    yield opened
    forget_engines(settings)


def timed(work: Callable[[], None], seconds: list[float]) -> Callable[[], None]:
    """The same work; how long it takes is added to a list."""

    def measured() -> None:
        begun = own_time()
        work()
        seconds.append(own_time() - begun)

    return measured


def forget_engines(settings) -> None:
    """Begin like a process that has just started, on a host that knows nothing of the cluster."""
    for left in settings.DATA_DIR.glob("search-*"):
        left.unlink()
    for known in (search._engine, search.embedded_engine, search.cluster_breaker):
        known.cache_clear()
