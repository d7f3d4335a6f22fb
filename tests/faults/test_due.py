"""Entries whose time has come while somebody writes into the database for long."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from catalog.models import SolutionPage
from search import Question, cluster_breaker, embedded_engine, get_engine
from search.embedded_file import alias
from search.indexing import outbox, worker
from search.indexing.due import read_again
from tests.faults.site import PAGE_LIMIT, Site, own_time, publish

pytestmark = pytest.mark.django_db(transaction=True)

Hold = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def hold() -> Hold:
    """Write into the file of the embedded engine's tables, with SQLite the site's database."""

    @contextmanager
    def held() -> Iterator[None]:
        file = connections[alias()].settings_dict["NAME"]
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    return held


@pytest.fixture
def expired(demo_site: None) -> SolutionPage:
    """A solution that will be public for an hour only."""
    solution = SolutionPage.objects.listed().order_by("pk").first()
    solution.expire_at = timezone.now() + timedelta(hours=1)
    publish(solution)
    return solution


def seconds_of(ask: Callable[[], object]) -> float:
    begun = own_time()
    ask()
    return own_time() - begun


def test_the_embedded_engine_leaves_them_out(
    expired: SolutionPage, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = embedded_engine()
    worker.drain_soon()
    before = engine.ask(Question()).total
    monkeypatch.setattr(timezone, "now", lambda: expired.expire_at + timedelta(seconds=1))
    answers = []
    with hold():
        assert seconds_of(lambda: answers.append(engine.ask(Question()))) < PAGE_LIMIT
    # What tells something of it is left out as well.
    assert [answer.total for answer in answers] < [before]
    assert engine.ask(Question()).total == before - 1
    # Others who write wait as long as ever.
    with connections[alias()].cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (20_000,)


@pytest.mark.skipif(alias() != "default", reason="tests/truth tries it on PostgreSQL")
def test_the_cluster_is_not_blamed(
    site: Site, expired: SolutionPage, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.is_whole_again()
    before = embedded_engine().ask(Question()).total
    monkeypatch.setattr(timezone, "now", lambda: expired.expire_at + timedelta(seconds=1))
    answers = []
    with hold():
        for _ in range(3):
            assert seconds_of(lambda: answers.append(get_engine().ask(Question()))) < PAGE_LIMIT
    assert {answer.engine for answer in answers} == {"embedded"}
    assert not cluster_breaker().path.exists()
    answer = get_engine().ask(Question())
    assert (answer.engine, answer.total) == ("elasticsearch", before - 1)
    site.is_whole_again()


def test_one_that_the_index_refuses_hides_alone(site: Site, expired: SolutionPage) -> None:
    site.is_whole_again()
    key = f"solution:{expired.pk}"
    live = worker.targets.by_urgency()[0]
    outbox.enqueue(live, [key])
    (rows,) = outbox.claims(live, eager=False)
    outbox.set_aside(rows, {key: "strict_dynamic_mapping_exception"})
    assert read_again([key]) is False
