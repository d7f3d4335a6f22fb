"""System checks: an engine that cannot work is named before the site starts."""

import sqlite3

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

ENGINES = ("embedded",)


@register("search")
def check_engine(**kwargs) -> list[CheckMessage]:
    """The engine is known, and what it needs is there."""
    if settings.SEARCH_ENGINE not in ENGINES:
        return [
            Error(
                f"SEARCH_ENGINE is {settings.SEARCH_ENGINE!r}.",
                hint=f"Set it to one of: {', '.join(ENGINES)}.",
                id="search.E001",
            )
        ]
    if connection.vendor != "sqlite":
        return [
            Error(
                f"The embedded search engine needs SQLite; the database is {connection.vendor}.",
                hint="Leave DATABASE_URL empty or let it name a SQLite file.",
                id="search.E002",
            )
        ]
    if not _has_fts5():
        return [
            Error(
                f"This Python's SQLite ({sqlite3.sqlite_version}) was built without FTS5.",
                hint="Use a Python whose sqlite3 module offers FTS5.",
                id="search.E003",
            )
        ]
    return []


def _has_fts5() -> bool:
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError:
        return False
    finally:
        memory.close()
    return True
