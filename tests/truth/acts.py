"""What the processes of an arena do: the site's own commands, and what editors and officers do."""

from __future__ import annotations

from io import StringIO

from django.conf import settings
from django.core.management import CommandError, call_command

# -- commands --------------------------------------------------------------------------------------


def load_site() -> None:
    """The demonstration, and the embedded engine's file with nothing in it."""
    from search.embedded_file import prepare

    for command in ("migrate", "createcachetable", "load_vocabularies", "load_demo"):
        call_command(command, verbosity=0)
    prepare()


def work_once() -> None:
    call_command("search_worker", once=True)


def work_on() -> None:
    """A worker that goes on until the process is ended."""
    call_command("search_worker", every=0.1)


def check(*arguments: str) -> list[str]:
    """What ``search_check`` prints when it ends with 1; nothing when it ends with 0."""
    printed = StringIO()
    try:
        call_command("search_check", *arguments, verbosity=0, stdout=printed)
    except CommandError as error:
        assert error.returncode == 1, error
        return printed.getvalue().splitlines()
    return []


def reindex(*arguments: str) -> None:
    call_command("search_reindex", *arguments, verbosity=0)


def remove_indices() -> None:
    """Remove every index of this arena."""
    from search.engines.elasticsearch.client import connect

    client = connect()
    for index in client.indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*"):
        client.indices.delete(index=index)
