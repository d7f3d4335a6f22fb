"""A worker process reads its part of the index before anybody asks."""

import logging

import pytest
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext

import search
from search.embedded_file import alias
from search.engines.embedded import EmbeddedEngine
from search.question import Question
from search.reading import read_entries
from search.synonyms import active_synonyms


def rows_read(engine: EmbeddedEngine) -> int:
    """How many statements of an answer read the facts of the whole index."""
    with CaptureQueriesContext(connections[alias()]) as statements:
        assert engine.ask(Question(kind="solution")).total
    return sum('"facts"' in statement["sql"] for statement in statements)


@pytest.mark.parametrize(("is_warm", "reads"), [(False, 1), (True, 0)])
def test_a_warm_engine_answers_without_reading_the_index(
    demo_site: None, is_warm: bool, reads: int
) -> None:
    engine = EmbeddedEngine(read_entries, active_synonyms)
    if is_warm:
        engine.warm()
    assert rows_read(engine) == reads


def test_a_process_starts_without_a_database_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the first migration, and while a database server restarts."""

    class Broken:
        def warm(self) -> None:
            raise DatabaseError("no such table: search_indexchange")

    closed: list[bool] = []
    monkeypatch.setattr(search, "embedded_engine", Broken)
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(True))
    with caplog.at_level(logging.WARNING, "search"):
        search.make_ready()
    assert "no such table" in caplog.text
    assert closed
