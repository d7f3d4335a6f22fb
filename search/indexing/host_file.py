"""This host's file of the embedded engine, as a target.

Where the site's own database is SQLite, the engine's tables lie in it and are written with every
change: then there is no such target.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from search import embedded_engine
from search.embedded_file import alias, prepare
from search.indexing import targets
from search.models import IndexTarget
from search.reading import all_entries


def is_needed() -> bool:
    """Whether the embedded engine's tables lie outside the site's database."""
    return alias() != DEFAULT_DB_ALIAS


def name() -> str:
    """The name of this host's file among the targets.

    The file carries a number of its own, so that one that was lost and made anew is another target.
    """
    prepare()
    return f"{socket.gethostname()}:{_number() or _numbered()}"


def _number() -> int:
    """The file's own number, or 0; read without waiting for anybody who writes into the file."""
    with connections[alias()].cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return cursor.fetchone()[0]


def _numbered() -> int:
    """Give the file a number, unless another process has done so meanwhile."""
    with transaction.atomic(using=alias()), connections[alias()].cursor() as cursor:
        number = _number() or secrets.randbelow(2**31 - 1) + 1
        cursor.execute(f"PRAGMA user_version = {number:d}")
    return number


def registered() -> IndexTarget:
    """This host's file as a target, registered when it is not yet."""
    known = IndexTarget.objects.filter(name=name()).first()
    return known or targets.register(name(), IndexTarget.Kind.EMBEDDED)


def ensure() -> None:
    """Register and fill this host's file, where it needs one and that was not done before."""
    if is_needed():
        target = registered()
        if target.state != IndexTarget.State.LIVE:
            fill(target)


def fill(target: IndexTarget, progress: Callable[[int], None] = lambda count: None) -> None:
    """Make the file anew from everything public.

    The file's lock is held all the while; what changes meanwhile waits in the outbox.
    """
    embedded_engine().rebuild(all_entries(), progress)
    targets.settle(target)
