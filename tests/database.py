"""The database of the tests: a file that is put back to a known state before each test.

Three states, each built once a run on the one before it and shared by the test processes:

- ``empty``: migrated, nothing loaded;
- ``vocabularies``: the vocabularies loaded;
- ``demo``: the whole demo site, with its pictures and private files.

An ordinary test runs in a transaction on its state and rolls back. A test that commits (a journey
with its live server) leaves the file spoilt; the next test then gets a fresh copy. Copying a file
takes milliseconds, where flushing every table takes seconds and drops what migrations wrote.
"""

import fcntl
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

# The state that each state is built on, and the commands that lead from there.
STATES = {
    "empty": ("", ("migrate", "createcachetable")),
    "vocabularies": ("empty", ("load_vocabularies",)),
    "demo": ("vocabularies", ("load_demo",)),
}
# Folders of DATA_DIR that belong to a state like its rows do.
FILES = ("media", "private")


class StatefulDatabase:
    """The database of this test process, and the states kept in a folder that all of them share."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.state = ""

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
        base, commands = STATES[state]
        if base:
            self.bring(base)
        self.spoil()
        for command in commands:
            call_command(command, verbosity=0)
        connection.close()

        unfinished = kept.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        # SQLite's own copy includes what still stands in the write-ahead log.
        source = sqlite3.connect(connection.settings_dict["NAME"])
        copy = sqlite3.connect(unfinished / "db.sqlite3")
        source.backup(copy)
        copy.close()
        source.close()
        for name in FILES:
            if (settings.DATA_DIR / name).exists():
                shutil.copytree(settings.DATA_DIR / name, unfinished / name)
        unfinished.rename(kept)

    def _restore(self, kept: Path) -> None:
        connection.close()
        file = Path(connection.settings_dict["NAME"])
        fresh = file.with_suffix(".fresh")
        shutil.copyfile(kept / "db.sqlite3", fresh)
        for log in (f"{file}-wal", f"{file}-shm"):
            Path(log).unlink(missing_ok=True)
        fresh.replace(file)
        for name in FILES:
            shutil.rmtree(settings.DATA_DIR / name, ignore_errors=True)
            if (kept / name).exists():
                shutil.copytree(kept / name, settings.DATA_DIR / name)
        # Ids remembered from another state may be wrong in this one.
        ContentType.objects.clear_cache()
