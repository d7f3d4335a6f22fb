"""What a worker sets right beside telling targets: lost indices, lost files, a lost alias."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import cache

from django.utils import timezone

from search.indexing import reindex, targets
from search.indexing.indices import Indices, fits
from search.models import IndexTarget

logger = logging.getLogger(__name__)

# A host's file that has not been told anything for so long belongs to a host that is gone.
_LOST_AFTER = timedelta(days=7)


def keep_up() -> None:
    """Make an index where none is, clear away what a dead reindex left, put the alias right.

    Raises as ``reindex.reindex`` does, and the client's errors.
    """
    indices = reindex.cluster_indices()
    for target in reindex.abandoned():
        reindex.discard(indices, target)
    _replace_lost(indices)
    live = reindex.live_target()
    if live is None:
        reindex.reindex()
    elif fits(live.name):
        mend_alias(indices, live)
    else:
        _say_once(f"{live} was made by another version of the site: run search_reindex.")


def _replace_lost(indices: Indices) -> None:
    """Make up for indices that somebody has removed, or that the cluster has lost.

    One that is being filled belongs to the process that fills it.
    """
    for target in reindex.cluster_targets().exclude(state=IndexTarget.State.FILLING):
        if fits(target.name) and not indices.takes_documents(target.name):
            logger.error("There is no index %s any more that could be told of changes.", target)
            if target.state == IndexTarget.State.LIVE:
                reindex.reindex()
            reindex.discard(indices, target)


def mend_alias(indices: Indices, live: IndexTarget) -> None:
    """Put the alias on the live index where a crash, or somebody's hand, left it elsewhere."""
    if indices.searched() != {live.name} and indices.exists(live.name):
        indices.swap(live.name)
        logger.warning("The alias was put back on %s.", live)


@cache
def _say_once(sentence: str) -> None:
    logger.warning(sentence)


def drop_lost_files() -> None:
    """Forget files of hosts that have not fetched anything for a week."""
    before = timezone.now() - _LOST_AFTER
    files = IndexTarget.objects.filter(kind=IndexTarget.Kind.EMBEDDED)
    for target in files.filter(rows__created_at__lt=before).distinct():
        targets.drop(target)
        logger.warning("%s was forgotten: its host has not fetched anything for a week.", target)
