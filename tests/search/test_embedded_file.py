"""Beside a database that is not SQLite, each host keeps the embedded engine's tables in a file."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from search import embedded_file
from search.models import IndexedEntry, IndexTarget
from search.routers import EMBEDDED, EmbeddedRouter
from tests.test_architecture import ROOT

# The file is made without a word with the site's own database.
NOBODY_THERE = "postgres://nobody@127.0.0.1:1/nothing"
PREPARE = """
import django
django.setup()
from search.embedded_file import alias, prepare
prepare()
print(alias())
"""


def start(*command: str, data: Path, database: str = NOBODY_THERE) -> subprocess.Popen[str]:
    """A process of a site on PostgreSQL."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "DEBUG": "1",
        "DATA_DIR": str(data),
        "DATABASE_URL": database,
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def ended(process: subprocess.Popen[str]) -> str:
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return told.strip()


def tables(file: Path) -> set[str]:
    with sqlite3.connect(file) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        rows = connection.execute("SELECT DISTINCT app FROM django_migrations")
        assert [app for (app,) in rows] == ["search"]
    connection.close()
    return {name for name in found if name.startswith("search_") and "_words_" not in name}


TABLES = {"search_words", *(f"search_{name}" for name in EMBEDDED)}


def is_table_of(name: str) -> bool:
    """Whether this is a table or an index of one of the embedded engine's."""
    return any(name == table or name.startswith(f"{table}_") for table in TABLES)


def test_processes_that_start_at_once_make_one_file(tmp_path: Path) -> None:
    started = [start("-c", PREPARE, data=tmp_path) for _ in range(3)]
    assert {ended(process) for process in started} == {embedded_file.ALIAS}
    found = tables(tmp_path / "search.sqlite3")
    assert found >= TABLES
    assert all(is_table_of(name) for name in found)


def test_a_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    ended(start("manage.py", "migrate", "search", "0001", "--database=search", data=tmp_path))
    assert "search_words" not in tables(tmp_path / "search.sqlite3")
    ended(start("-c", PREPARE, data=tmp_path))
    assert tables(tmp_path / "search.sqlite3") >= TABLES


def test_the_sites_database_holds_none_of_the_files_tables(
    tmp_path: Path, fresh_database: Callable[[], str]
) -> None:
    database = fresh_database()
    ended(start("manage.py", "migrate", "search", data=tmp_path, database=database))
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {name for (name,) in rows}
    assert IndexTarget._meta.db_table in found
    assert not [name for name in found if is_table_of(name)]


def test_a_site_on_sqlite_keeps_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASES", {DEFAULT_DB_ALIAS: {}})
    monkeypatch.setattr("search.embedded_file.call_command", pytest.fail)
    assert embedded_file.alias() == DEFAULT_DB_ALIAS
    embedded_file.prepare()


def test_every_model_has_one_place() -> None:
    router = EmbeddedRouter()
    for model in apps.get_models(include_auto_created=True):
        label, name = model._meta.app_label, model._meta.model_name
        place = router.db_for_read(model) or DEFAULT_DB_ALIAS
        assert (router.db_for_write(model) or DEFAULT_DB_ALIAS) == place
        assert router.allow_migrate(place, label, name)
        other = DEFAULT_DB_ALIAS if place == embedded_file.ALIAS else embedded_file.ALIAS
        assert not router.allow_migrate(other, label, name)
    assert router.db_for_read(IndexedEntry) == embedded_file.ALIAS
    assert {model._meta.model_name for model in apps.get_app_config("search").get_models()} > (
        EMBEDDED
    )


def test_operations_without_a_model_say_where_they_belong() -> None:
    router = EmbeddedRouter()
    assert router.allow_migrate("search", "search", embedded=True)
    assert not router.allow_migrate("default", "search", embedded=True)
    assert router.allow_migrate("default", "search")
    assert not router.allow_migrate("search", "search")
