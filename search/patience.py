"""How long a statement waits for what others hold in a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# How long an answer waits for others' locks in order to read what the clock has made untrue
# (seconds).
DUE_PATIENCE = 0.3

# The last value says whether it is for the transaction alone.
_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', %s, %s)"


@contextmanager
def patience(seconds: float, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Wait so long for each lock of others, and no longer: then ``OperationalError`` is raised."""
    connection = connections[using]
    milliseconds = int(seconds * 1000)
    if connection.vendor == "sqlite":
        before = _ask(connection, "PRAGMA busy_timeout")
        _ask(connection, f"PRAGMA busy_timeout = {milliseconds:d}")
        try:
            yield
        finally:
            _ask(connection, f"PRAGMA busy_timeout = {before:d}")
    else:
        before = _ask(connection, "SELECT current_setting('lock_timeout')")
        _ask(connection, _LOCK_TIMEOUT, f"{milliseconds}ms", connection.in_atomic_block)
        try:
            yield
        finally:
            # Where a transaction has failed its end brings back the value before.
            with suppress(DatabaseError):
                _ask(connection, _LOCK_TIMEOUT, before, connection.in_atomic_block)


def _ask(connection: BaseDatabaseWrapper, statement: str, *values: object) -> str | int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone()[0]
