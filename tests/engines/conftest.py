import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone
from elasticsearch import Elasticsearch

from search.engines.elasticsearch.client import connect
from search.engines.elasticsearch.documents import index_body
from tests.engines.corpus import random_entry
from tests.engines.harness import Content, ElasticsearchHarness, EmbeddedHarness, Harness
from tests.servers import allow_loopback


@pytest.fixture(scope="session")
def client(elasticsearch: str) -> Elasticsearch:
    with override_settings(ELASTICSEARCH_URL=elasticsearch):
        return connect()


@pytest.fixture(scope="session")
def own_index(client: Elasticsearch) -> Iterator[str]:
    """An index of this process."""
    name = f"test-engines-{uuid.uuid4().hex}"
    client.indices.create(index=name, **index_body())
    yield name
    client.indices.delete(index=name)


@pytest.fixture
def content() -> Content:
    return Content()


@pytest.fixture
def embedded(content: Content, db: None) -> EmbeddedHarness:
    """The embedded engine, empty."""
    return EmbeddedHarness(content)


@pytest.fixture
def on_server(content: Content, client: Elasticsearch, own_index: str) -> ElasticsearchHarness:
    """Elasticsearch, empty."""
    client.delete_by_query(index=own_index, query={"match_all": {}}, refresh=True)
    return ElasticsearchHarness(content, client, own_index)


@pytest.fixture(
    params=[
        pytest.param("embedded", id="embedded"),
        pytest.param("on_server", id="elasticsearch", marks=allow_loopback),
    ]
)
def harness(request: pytest.FixtureRequest, db: None) -> Harness:
    """Every engine in turn, empty."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def filled(harness: Harness) -> Harness:
    """The engine holding 120 random entries."""
    chance = random.Random(7)
    entries = [random_entry(chance, number) for number in range(1, 121)]
    harness.content.update({entry.key: entry for entry in entries})
    harness.put(entries)
    return harness


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass, without passing it."""
    true_now = timezone.now

    def passes(by: timedelta) -> None:
        def later() -> datetime:
            return true_now() + by

        monkeypatch.setattr(timezone, "now", later)

    return passes
