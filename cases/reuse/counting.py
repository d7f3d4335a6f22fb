"""Counting that a page was read or taken along, and nothing of who did."""

from __future__ import annotations

import logging
import re

from django.db import DatabaseError, transaction
from django.http import HttpRequest

from cases.models.uses import UseCount

logger = logging.getLogger(__name__)

ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless", re.I)


def count_use(request: HttpRequest, page_id: int, what: UseCount.What) -> None:
    """Count one more, unless a robot or somebody of the back office reads.

    A count that fails is logged and keeps nobody from reading.
    """
    if request.method != "GET" or getattr(request, "is_preview", False):
        return
    agent = request.headers.get("User-Agent", "")
    if not agent or ROBOTS.search(agent):
        return
    # The session is asked only where there is one, so that visitors cost no query.
    if request.session.session_key and request.user.is_authenticated:
        return
    try:
        with transaction.atomic():
            UseCount.add(page_id, what)
    except DatabaseError:
        logger.exception("A use of page %s could not be counted", page_id)
