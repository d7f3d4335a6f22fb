"""System checks: an engine that cannot work is named before the site starts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

ENGINES = ("embedded", "elasticsearch")
# The first server that understands the client's requests.
_OLDEST_SERVER = 8
# How long a command waits for a server before it goes on (seconds).
_PATIENCE = 2


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
    if not _has_fts5():
        return [
            Error(
                f"This Python's SQLite ({sqlite3.sqlite_version}) was built without FTS5.",
                hint="Use a Python whose sqlite3 module offers FTS5: the embedded engine also "
                "answers while Elasticsearch does not.",
                id="search.E002",
            )
        ]
    if settings.SEARCH_ENGINE == "elasticsearch":
        return list(_check_configuration()) or list(_check_server())
    return []


@register("search")
def check_builders(**kwargs) -> list[CheckMessage]:
    """Every kind of listing has a builder of entries; without one it would never be found."""
    from catalog.models import ListingPage
    from search.building import MODELS

    return [
        Error(
            f"{model._meta.label} is a listing, and no entry is built of it.",
            hint="Add it to search.building.MODELS and give search.reading a reader for it.",
            id="search.E005",
        )
        for model in apps.get_models()
        if issubclass(model, ListingPage) and not issubclass(model, tuple(MODELS.values()))
    ]


def _check_configuration() -> Iterator[CheckMessage]:
    from search.engines.elasticsearch.client import addresses, without_password

    given = addresses(settings.ELASTICSEARCH_URL)
    if not given or not all(map(_is_address, given)):
        yield _misconfigured(
            f"ELASTICSEARCH_URL is {without_password(settings.ELASTICSEARCH_URL)!r}.",
            "Give scheme, host and port, https://search.example.com:9200; several addresses of "
            "one cluster are separated by commas.",
        )
    name = settings.ELASTICSEARCH_INDEX
    if not name or name != name.lower() or set(name) & set('\\/*?"<>| ,#:') or name[0] in "-_+.":
        yield _misconfigured(
            f"ELASTICSEARCH_INDEX is {name!r}.",
            "Use small letters, digits and hyphens, a letter first; another one for each site.",
        )
    if settings.ELASTICSEARCH_API_KEY and settings.ELASTICSEARCH_USERNAME:
        yield _misconfigured(
            "ELASTICSEARCH_API_KEY and ELASTICSEARCH_USERNAME are both set.", "Set one of them."
        )
    if bool(settings.ELASTICSEARCH_USERNAME) != bool(settings.ELASTICSEARCH_PASSWORD):
        yield _misconfigured(
            "Of ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD only one is set.",
            "Set both or neither.",
        )
    certificates = settings.ELASTICSEARCH_CA_CERTS
    if certificates and not Path(certificates).is_file():
        yield _misconfigured(
            f"ELASTICSEARCH_CA_CERTS is {certificates!r}: there is no such file.",
            "Name a file of certificates, or leave it empty.",
        )


def _is_address(given: str) -> bool:
    try:
        address = urlsplit(given)
        host, _port = address.hostname, address.port
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(host)


def _misconfigured(message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id="search.E003")


def _check_server() -> Iterator[CheckMessage]:
    from elasticsearch import ApiError, TransportError, UnsupportedProductError

    from search.engines.elasticsearch.client import connect, without_password

    try:
        answer = connect().options(request_timeout=_PATIENCE).info()
    except ImproperlyConfigured as error:
        yield _misconfigured(str(error), "README lists the settings of Elasticsearch.")
        return
    except UnsupportedProductError as error:
        yield _unfit(str(error))
        return
    except (ApiError, TransportError) as error:
        # Not an error: the site works, with the embedded engine.
        yield CheckMessage(
            WARNING,
            f"Elasticsearch at {_addresses()} does not answer: {without_password(str(error))}",
            hint="The embedded engine answers meanwhile; make elasticsearch starts a server here.",
            id="search.W001",
        )
        return
    version = answer["version"]["number"]
    if int(version.partition(".")[0]) < _OLDEST_SERVER:
        yield _unfit(f"it is version {version}.")


def _unfit(reason: str) -> CheckMessage:
    return Error(
        f"The server at {_addresses()} cannot be used: {reason}",
        hint=f"Elasticsearch {_OLDEST_SERVER} or newer is needed.",
        id="search.E004",
    )


def _addresses() -> str:
    """The cluster's addresses without what may be a password in them."""
    from search.engines.elasticsearch.client import addresses, without_password

    return ", ".join(map(without_password, addresses(settings.ELASTICSEARCH_URL)))


def _has_fts5() -> bool:
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError:
        return False
    finally:
        memory.close()
    return True
