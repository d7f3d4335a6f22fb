"""Counting that a page was read or taken along, and nothing of who did."""

from __future__ import annotations

import logging
import re
from http.client import OK

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cases.models.uses import UseCount

logger = logging.getLogger(__name__)

# How programs that read pages call themselves; a reader's browser never does.
ROBOTS = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|archiv|preview|monitor|fetch|scan|feed|headless|lighthouse"
    r"|externalhit|curl|wget|python|java/|okhttp|go-http|libwww|httpclient|axios|node\b|php|ruby|perl",
    re.IGNORECASE,
)
READ_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_by_a_reader(request: HttpRequest) -> bool:
    """Whether a person of the public reads: no program, nobody signed in, nothing read ahead."""
    if request.method != "GET" or getattr(request, "is_preview", False):
        return False
    agent = request.headers.get("User-Agent", "")
    if not agent or ROBOTS.search(agent):
        return False
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    if READ_AHEAD.search(ahead):
        return False
    # The session is asked only where there is one, so that visitors cost no query.
    return not (request.session.session_key and request.user.is_authenticated)


def count_use(
    request: HttpRequest, response: HttpResponseBase, page_id: int, what: UseCount.What
) -> None:
    """Count one more use once the answer has gone out, if it is one and a reader asked for it.

    The reader does not wait for the count, and one that fails is logged and spoils no page.
    """
    if response.status_code != OK or not is_by_a_reader(request):
        return
    close = response.close

    def count_and_close() -> None:
        response.close = close
        add(page_id, what)
        close()

    # The server closes an answer when its last byte is out.
    response.close = count_and_close


def add(page_id: int, what: UseCount.What) -> None:
    """Write one more use down; a failure is logged."""
    try:
        with transaction.atomic():
            UseCount.add(page_id, what)
    except DatabaseError:
        logger.exception("A use of page %s could not be counted", page_id)
