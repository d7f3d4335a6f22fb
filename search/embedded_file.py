"""The file in which a host keeps the embedded engine's tables.

SQLite alone can hold them. Where the site's own database is SQLite they lie in it, and what is
written here does nothing; beside any other, each host of the site has a file of its own.
"""

from __future__ import annotations

import fcntl
from importlib import resources
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

# The file's name among the databases of the settings.
ALIAS = "search"
_APP = "search"


def alias() -> str:
    """The database that holds the embedded engine's tables."""
    return ALIAS if ALIAS in settings.DATABASES else DEFAULT_DB_ALIAS


def prepare() -> None:
    """Make the file, or bring one that an older version of the site made up to date.

    Any process may call this at any time: one does the work, the others wait for it.
    """
    if alias() == DEFAULT_DB_ALIAS or _is_current():
        return
    file = Path(settings.DATABASES[ALIAS]["NAME"])
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current():
            # This app alone: no other has anything in the file.
            call_command("migrate", _APP, database=ALIAS, interactive=False, verbosity=0)


def _is_current() -> bool:
    """Whether the file knows every migration of this app."""
    folder = resources.files(f"{_APP}.migrations")
    known = {item.name.removesuffix(".py") for item in folder.iterdir() if item.name[:1].isdigit()}
    applied = MigrationRecorder(connections[ALIAS]).applied_migrations()
    return known <= {name for app, name in applied if app == _APP}
