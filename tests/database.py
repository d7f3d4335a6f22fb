"""The database of the tests, put back to a known state before each test.

Four states, each built once a run on the one before it and shared by the test processes:

- ``empty``: migrated, nothing loaded;
- ``vocabularies``: the vocabularies loaded;
- ``demo``: the whole demo site, with its pictures and private files, and no request yet. Every page
  has been visited once: pictures are made in the sizes and formats of a page when it is first
  shown, which takes seconds and would be rolled back with each test that shows it;
- ``nominated``: the same with a nominated case, where hundreds of tests on scoring begin.

An ordinary test runs in a transaction on its state and rolls back. A test that commits (a journey
with its live server) leaves the database spoilt; the next test then gets a fresh copy. Copying a
file, or on PostgreSQL a template, takes milliseconds, where flushing every table takes seconds and
drops what migrations wrote.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils.module_loading import import_string
from wagtail.models import Page

from search.indexing import host_file
from tests.servers import EMPTY_DATABASE, copy_database, drop_database

# The state that each state is built on, and what leads from there: commands, or what tests make.
STATES = {
    "empty": ("", ("migrate", "createcachetable")),
    "vocabularies": ("empty", ("load_vocabularies",)),
    "demo": ("vocabularies", ("load_demo --without-requests", "tests.database.visit_every_page")),
    "nominated": ("demo", ("tests.cases.scoring.making.nominated",)),
}
# Folders of DATA_DIR that belong to a state like its rows do.
FILES = ("media", "private")

ROOT = Path(__file__).resolve().parent.parent
# What the states are built from: any change there, and kept states are built anew.
SOURCES = (
    "requirements.txt",
    "*/**/migrations/*.py",
    "*/**/models/*.py",
    "*/**/commands/*.py",
    "*/**/data/*.json",
    "*/seeding.py",
    "*/signal_handlers.py",
    "marketplace/demo/*.py",
    "marketplace/roles.py",
    "marketplace/page_tree.py",
    "tests/database.py",
    "tests/cases/scoring/making.py",
)


def states_folder(of_this_run: Path) -> Path:
    """Where the states lie: a folder of this run, or one that the next run finds again.

    ``TEST_STATES`` names a folder in which states are kept for whoever tests often on one machine;
    they are shared by all runs of the same sources. Templates on a server are never kept.
    """
    kept = os.environ.get("TEST_STATES")
    if not kept or connections["default"].vendor != "sqlite":
        return of_this_run
    sources = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)}):
        if ".venv" not in path.parts:
            sources.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return Path(kept) / sources.hexdigest()[:16]


class Keeper(Protocol):
    """Keeps what one database of this process holds, and brings it back."""

    def begin(self) -> None:
        """Have a database without tables."""

    def keep(self, state: str, folder: Path) -> None:
        """Keep the content as that of a state; the folder becomes the state's."""

    def restore(self, state: str, folder: Path) -> None:
        """Put the content of a state in the place of what is there."""


class SqliteFile:
    """A database that is a file: a state is a copy of it."""

    def __init__(self, alias: str) -> None:
        self.connection = connections[alias]
        self.file = Path(self.connection.settings_dict["NAME"])

    def begin(self) -> None:
        """SQLite makes the file when it is first written."""

    def keep(self, state: str, folder: Path) -> None:
        self.connection.close()
        # SQLite's own copy includes what still stands in the write-ahead log.
        source = sqlite3.connect(self.file)
        copy = sqlite3.connect(folder / self.file.name)
        source.backup(copy)
        copy.close()
        source.close()

    def restore(self, state: str, folder: Path) -> None:
        self.connection.close()
        fresh = self.file.with_suffix(".fresh")
        shutil.copyfile(folder / self.file.name, fresh)
        for log in (f"{self.file}-wal", f"{self.file}-shm"):
            Path(log).unlink(missing_ok=True)
        fresh.replace(self.file)


class PostgresqlDatabase:
    """A database of a server: a state is a template beside it."""

    def __init__(self, alias: str) -> None:
        self.connection = connections[alias]
        self.name = self.connection.settings_dict["NAME"]

    def begin(self) -> None:
        copy_database(settings.TEST_POSTGRESQL_URL, EMPTY_DATABASE, self.name)

    def keep(self, state: str, folder: Path) -> None:
        self.connection.close()
        copy_database(settings.TEST_POSTGRESQL_URL, self.name, self._template(state))

    def restore(self, state: str, folder: Path) -> None:
        self.connection.close()
        copy_database(settings.TEST_POSTGRESQL_URL, self._template(state), self.name)

    @staticmethod
    def _template(state: str) -> str:
        return f"{settings.TEST_DATABASES_PREFIX}{state}"


KEEPERS: dict[str, type[Keeper]] = {"sqlite": SqliteFile, "postgresql": PostgresqlDatabase}


def drop_databases() -> None:
    """Drop every database of this run, where it has any on a server."""
    if connections["default"].vendor != "postgresql":
        return
    with psycopg.connect(settings.TEST_POSTGRESQL_URL, autocommit=True) as administration:
        made = administration.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            [settings.TEST_DATABASES_PREFIX],
        ).fetchall()
    for (name,) in made:
        drop_database(settings.TEST_POSTGRESQL_URL, name)


def visit_every_page() -> None:
    """Have the pictures of all public pages made, in every size and format."""
    if host_file.is_needed():
        # Lists show what the search finds.
        call_command("search_worker", once=True)
    visitor = Client()
    for page in Page.objects.live().public():
        if page.url:
            visitor.get(page.url)
    # What counts visits is not part of the state.
    cache.clear()


class StatefulDatabase:
    """The databases of this test process, and the states that all processes of the run share."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.state = ""
        self.keepers = [KEEPERS[connections[alias].vendor](alias) for alias in connections]

    def bring(self, state: str) -> None:
        """Bring the database into a state, building it if no process of this run has yet."""
        if self.state == state:
            return
        kept = self.shared / state
        with kept.with_suffix(".lock").open("w") as lock:
            # The first process builds; the others wait for it and copy.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                self._build(state, kept)
        self._restore(kept)
        self.state = state

    def spoil(self) -> None:
        """Say that a test has committed: whatever comes next needs a fresh copy."""
        self.state = ""

    def _build(self, state: str, kept: Path) -> None:
        base, steps = STATES[state]
        if base:
            self.bring(base)
        else:
            for keeper in self.keepers:
                keeper.begin()
        self.spoil()
        for step in steps:
            if step.startswith("tests."):
                import_string(step)()
            else:
                call_command(*step.split(), verbosity=0)
        if host_file.is_needed():
            call_command("search_worker", once=True)

        unfinished = kept.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for keeper in self.keepers:
            keeper.keep(state, unfinished)
        for name in FILES:
            if (settings.DATA_DIR / name).exists():
                shutil.copytree(settings.DATA_DIR / name, unfinished / name)
        unfinished.rename(kept)

    def _restore(self, kept: Path) -> None:
        for keeper in self.keepers:
            keeper.restore(kept.name, kept)
        for name in FILES:
            shutil.rmtree(settings.DATA_DIR / name, ignore_errors=True)
            if (kept / name).exists():
                shutil.copytree(kept / name, settings.DATA_DIR / name)
        # Ids remembered from another state may be wrong in this one.
        ContentType.objects.clear_cache()
