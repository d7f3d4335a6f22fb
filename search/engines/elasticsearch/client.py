"""The client of the cluster, and the one call that the pages make of it.

A page waits for a whole answer or falls back on another engine, so whatever is less than a whole
answer in time is one exception, ``Unavailable``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from elastic_transport import ConnectionTimeout, TransportError
from elastic_transport.client_utils import url_to_node_config
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.serializer import OrjsonSerializer

from search.engines.elasticsearch.deadline import (
    Deadline,
    DeadlineNode,
    PatientTransport,
    one_of,
)

# Seconds in which a page wants its answer; what is left of one second is for the embedded engine.
SEARCH_DEADLINE = 0.8
# Seconds for any other exchange: writing a batch of entries, setting up an index.
EXCHANGE_DEADLINE = 30.0
# Connections kept open by a process, one for each thread that searches at the same time.
_KEPT_CONNECTIONS = 32

# Characters of a failure that go into the log.
_REASON_LENGTH = 200

_JSON = {"accept": "application/json", "content-type": "application/json"}
# Between two addresses; a comma may stand in a password as well.
_BETWEEN = re.compile(r"\s*,\s*(?=\w+://)")
# Without it a shard that failed would only be missing from the counts.
_WHOLE_ANSWERS_ONLY = {"allow_partial_search_results": "false"}


class Unavailable(Exception):
    """There is no whole answer; the message says why.

    ``timed_out``: somebody has waited for it as long as can be borne, so the next need not try.
    """

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


def connect() -> Elasticsearch:
    """The client for the settings as they are; one for each process, forked ones included."""
    return _client(
        settings.ELASTICSEARCH_URL,
        settings.ELASTICSEARCH_USERNAME,
        settings.ELASTICSEARCH_PASSWORD,
        settings.ELASTICSEARCH_API_KEY,
        settings.ELASTICSEARCH_CA_CERTS,
    )


def addresses(setting: str) -> list[str]:
    """The addresses in ``ELASTICSEARCH_URL``: the cluster's nodes, or what stands before them."""
    stripped = setting.strip(" ,")
    return _BETWEEN.split(stripped) if stripped else []


def without_password(text: str) -> str:
    """A text that may hold an address, without the account that may stand in it."""
    before, at, after = text.rpartition("@")
    if not at:
        return text
    kept, mark, _account = before.partition("://")
    return f"{kept}{mark}…@{after}" if mark else f"…@{after}"


@lru_cache(maxsize=1)
def _client(
    setting: str, username: str, password: str, api_key: str, ca_certs: str
) -> Elasticsearch:
    """Asks another address where one takes no request, and never the same one again.

    Further attempts are others' work: pages have another engine, and the index its outbox.
    """
    try:
        # A header holds nothing else; the client would find out with each request.
        api_key.encode("ascii")
        nodes = [
            url_to_node_config(url, use_default_ports_for_scheme=True) for url in addresses(setting)
        ]
        return Elasticsearch(
            [one_of(len(nodes), node) for node in nodes],
            basic_auth=(username, password) if username else None,
            api_key=api_key or None,
            ca_certs=ca_certs or None,
            node_class=DeadlineNode,
            transport_class=PatientTransport,
            serializer=OrjsonSerializer(),
            connections_per_node=_KEPT_CONNECTIONS,
            request_timeout=EXCHANGE_DEADLINE,
            max_retries=len(nodes) - 1,
            retry_on_status=(),
            retry_on_timeout=False,
        )
    except (OSError, ValueError) as error:
        reason = without_password(str(error))
        # The cause repeats what is left out here.
        raise ImproperlyConfigured(f"ELASTICSEARCH_URL and its companions: {reason}") from None


def search_within(
    client: Elasticsearch, seconds: float, *, index: str, body: dict[str, Any]
) -> dict[str, Any]:
    """The server's whole answer to one search; ``Unavailable`` once the seconds are over."""
    with Deadline(seconds) as deadline:
        try:
            response = client.perform_request(
                "POST",
                f"/{quote(index, safe=',*')}/_search",
                params=_WHOLE_ANSWERS_ONLY,
                headers=_JSON,
                body=body,
            )
        except (ApiError, TransportError, RuntimeError) as error:
            # RuntimeError: JSON without a bottom, or the client's list of addresses, in which
            # another thread was noting one as dead.
            late = deadline.has_passed or isinstance(error, ConnectionTimeout)
            raise Unavailable(_reason(error), timed_out=late) from error
    return _whole(response.body)


def _reason(error: Exception) -> str:
    """The failure in one line, without the page of JSON or HTML that may come with it."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_REASON_LENGTH]


def _whole(answer: Any) -> dict[str, Any]:
    """The answer when all of the index gave it; a search cut short counts nothing right."""
    try:
        timed_out, failed = answer["timed_out"], answer["_shards"]["failed"]
    except (KeyError, TypeError) as error:
        raise Unavailable(f"The answer is none of a search: {str(answer)[:80]!r}") from error
    if timed_out:
        raise Unavailable("The server cut the search short", timed_out=True)
    if failed:
        raise Unavailable(f"{failed} shards failed")
    return answer
