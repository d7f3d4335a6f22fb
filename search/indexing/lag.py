"""Whether the index that is searched lacks a change that it should have been told of by now.

A cluster may answer searches and take no writes: its disk is full, somebody made it read-only. Its
answers then tell of things that are public no more, so pages take the embedded engine's until the
index has caught up. What is known stands as a file in the data folder: pages look there, once each,
without asking the database.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from search.models import IndexTarget

logger = logging.getLogger(__name__)

# A change that nothing hinders has been told long before.
_IN_TIME = timedelta(seconds=10)


def is_behind() -> bool:
    """Whether a process of this host has found the searched index to lack a change."""
    return _mark().exists()


def judge(target: IndexTarget, trouble: str = "") -> None:
    """Note whether an index is behind, after a pass over what waits for it.

    ``trouble`` says why the pass ended early. Only the index that is searched counts.
    """
    if target.kind != IndexTarget.Kind.ELASTICSEARCH or target.state != IndexTarget.State.LIVE:
        return
    behind = bool(trouble) or _waits_too_long(target)
    if behind == is_behind():
        return
    try:
        if behind:
            _mark().touch()
            logger.warning("%s lacks changes: the embedded engine answers. %s", target, trouble)
        else:
            _mark().unlink(missing_ok=True)
            logger.warning("%s has caught up and is searched again.", target)
    except OSError as error:
        logger.error("Pages cannot be told that the index is behind or is not: %s", error)


def _waits_too_long(target: IndexTarget) -> bool:
    """What is set aside does not wait: the others are told of in time."""
    waiting = target.rows.filter(is_poison=False)
    return waiting.filter(Q(created_at__lt=timezone.now() - _IN_TIME) | Q(attempts__gt=0)).exists()


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "search-index-behind"
