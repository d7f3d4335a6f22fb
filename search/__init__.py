"""Search over everything published: one question, one answer, whichever engine stands behind."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING

from search.question import Answer, Question

if TYPE_CHECKING:
    from search.engines.base import Engine
    from search.engines.breaker import Breaker
    from search.engines.embedded import EmbeddedEngine

__all__ = ["Answer", "Question", "cluster_breaker", "embedded_engine", "get_engine", "make_ready"]

logger = logging.getLogger(__name__)


def get_engine() -> Engine:
    """The engine that the setting ``SEARCH_ENGINE`` names; one object for each process."""
    from django.conf import settings

    return _engine(settings.SEARCH_ENGINE)


@cache
def _engine(name: str) -> Engine:
    if name == "embedded":
        return embedded_engine()
    if name == "elasticsearch":
        return _cluster_with_fallback()
    raise LookupError(f"SEARCH_ENGINE is {name!r}; known are 'embedded' and 'elasticsearch'.")


def _cluster_with_fallback() -> Engine:
    from django.core.exceptions import ImproperlyConfigured

    from search.engines.elasticsearch.client import connect
    from search.engines.elasticsearch.documents import alias
    from search.engines.elasticsearch.engine import ElasticsearchEngine
    from search.engines.fallback import FallbackEngine
    from search.indexing.due import read_again
    from search.indexing.lag import is_behind
    from search.synonyms import active_synonyms

    try:
        client = connect()
    except ImproperlyConfigured as error:
        # Under a server of WSGI no check has stopped the start.
        logger.critical("Elasticsearch is not asked, the embedded engine answers: %s", error)
        embedded = embedded_engine()
        return FallbackEngine(embedded, embedded, cluster_breaker(), is_behind=lambda: True)
    cluster = ElasticsearchEngine(client, alias(), active_synonyms, read_again)
    return FallbackEngine(cluster, embedded_engine(), cluster_breaker(), is_behind)


@cache
def embedded_engine() -> EmbeddedEngine:
    """The engine that needs nothing but this process; it answers while a cluster does not."""
    from search.embedded_file import prepare
    from search.engines.embedded import EmbeddedEngine
    from search.reading import read_entries
    from search.synonyms import active_synonyms

    prepare()
    return EmbeddedEngine(read_entries, active_synonyms)


def make_ready() -> None:
    """Have a worker process of the site read what its embedded engine keeps in memory.

    Whoever asks first would wait for that; where a cluster fails, all processes would read at once,
    after their visitors have waited for the cluster.
    """
    from django.db import DatabaseError, connections

    try:
        embedded_engine().warm()
    except DatabaseError as error:
        logger.warning("The embedded engine could not be made ready: %s", error)
    finally:
        # A process that is forked from this one must open connections of its own.
        connections.close_all()


@cache
def cluster_breaker() -> Breaker:
    """What the processes of this host know of the cluster's health."""
    from pathlib import Path

    from django.conf import settings

    from search.engines.breaker import Breaker

    return Breaker(Path(settings.DATA_DIR) / "search-breaker.json")
