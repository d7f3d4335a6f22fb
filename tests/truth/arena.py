"""A real site of a test's own: PostgreSQL, Elasticsearch, a host's file, and processes."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from django.conf import settings

from tests.servers import EMPTY_DATABASE, copy_database, drop_database
from tests.truth import acts, processes
from tests.truth.processes import Actor

# The embedded engine's file, empty, as it lies beside the template.
EMPTY_FILE = "search.sqlite3"


class Arena:
    """One database, one prefix of indices and one folder, taken by one test after another.

    Every test finds the demonstration as it was loaded, no index, and an empty file.
    """

    def __init__(self, postgresql: str, elasticsearch: str, folder: Path) -> None:
        self.server = postgresql
        self.folder = folder
        self.data = folder / "data"
        self.name = f"test_truth_{token_hex(6)}"
        self.copy = f"{self.name}_copy"
        self.actors: list[Actor] = []
        processes.start(
            {
                "DJANGO_SETTINGS_MODULE": "marketplace.settings",
                "DEBUG": "1",
                "DATABASE_URL": urlsplit(postgresql)._replace(path=f"/{self.name}").geturl(),
                "DATA_DIR": str(self.data),
                "DEMO_PASSWORD": "tests-only-password",
                "SEARCH_ENGINE": "elasticsearch",
                "ELASTICSEARCH_URL": elasticsearch,
                "ELASTICSEARCH_INDEX": self.name.replace("_", "-"),
                "PYTHONPATH": str(settings.BASE_DIR),
            }
        )

    def actor(self) -> Actor:
        """Another process of the site."""
        actor = Actor()
        self.actors.append(actor)
        return actor

    @contextmanager
    def taken(self, template: Template) -> Iterator[Arena]:
        """The arena in its first state, for one test."""
        self._bring(template)
        try:
            yield self
        finally:
            self._clear()

    def keep_copy(self) -> None:
        """Keep the database as it is now; ends all actors, whom copying does not tolerate."""
        self._end_actors()
        copy_database(self.server, self.name, self.copy)

    def restore_copy(self) -> None:
        """Put the copy in the place of the database, and leave everything else as it is."""
        self._end_actors()
        copy_database(self.server, self.copy, self.name)

    def _end_actors(self) -> None:
        for actor in self.actors:
            actor.kill()
        self.actors.clear()

    def _bring(self, template: Template) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        shutil.copy(template.folder / EMPTY_FILE, self.data)
        copy_database(self.server, template.name, self.name)

    def _clear(self) -> None:
        self._end_actors()
        last = Actor()
        last.do(acts.remove_indices)
        last.kill()
        for name in (self.name, self.copy):
            drop_database(self.server, name)


class Template:
    """The demonstration on PostgreSQL, loaded once for all test processes of a run."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.record = folder / "database"

    @property
    def name(self) -> str:
        return self.record.read_text()

    @contextmanager
    def used(self, arena: Arena) -> Iterator[Template]:
        """Loaded by the first process that comes, dropped by the last that goes."""
        with (self.folder / "users").open("w") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                if not self.record.exists():
                    self._load(arena)
            try:
                yield self
            finally:
                with self._alone():
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        return
                    drop_database(arena.server, self.name)
                    self.record.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _load(self, arena: Arena) -> None:
        arena.data.mkdir()
        copy_database(arena.server, EMPTY_DATABASE, arena.name)
        loader = Actor()
        loader.do(acts.load_site)
        loader.kill()
        shutil.copy(arena.data / EMPTY_FILE, self.folder)
        name = f"test_truth_{token_hex(6)}"
        copy_database(arena.server, arena.name, name)
        self.record.write_text(name)
