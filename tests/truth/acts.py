"""The site's own commands, as an arena's processes run them."""

from __future__ import annotations

from io import StringIO

from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from search.embedded_file import prepare
from search.engines.elasticsearch.client import connect
from tests.faults.site import LISTED, PAGE_LIMIT, own_time


def load_site() -> None:
    """The demonstration, and the embedded engine's file with nothing in it."""
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
        if error.returncode != 1:
            raise
        return printed.getvalue().splitlines()
    return []


def reindex(*arguments: str) -> None:
    call_command("search_reindex", *arguments, verbosity=0)


def look() -> str:
    """Ask for a page of results as a visitor does; returns the engine that gave them.

    It must come in time, and find as much as is listed.
    """
    visitor = Client(headers={"host": "localhost"})
    # A process's first page loads what the others use.
    visitor.get("/search/")
    begun = own_time()
    response = visitor.get("/search/")
    assert own_time() - begun < PAGE_LIMIT
    assert response.status_code == 200
    for kind, model in LISTED.items():
        found = visitor.get(f"/api/search?type={kind}").json()
        assert found["total"] == model.objects.listed().count(), (kind, found["engine"])
    return response["X-Search-Engine"]


def remove_indices() -> None:
    """Remove every index of this arena."""
    client = connect()
    for index in client.indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*"):
        client.indices.delete(index=index)
