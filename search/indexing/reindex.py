"""A new index beside the one in use, filled by the same worker, then put in its place.

From the moment it is registered every change reaches both, so nothing that happens meanwhile is
missed. The index before stays a target, up to date, until the next one comes: a roll-back needs no
filling.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from elasticsearch import ApiError, TransportError

from search.engines.elasticsearch.client import connect
from search.indexing import lag, outbox, targets
from search.indexing.comparison import differences
from search.indexing.indices import Indices, Unreachable, fits, new_name
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter
from search.models import IndexTarget
from search.reading import public_keys

logger = logging.getLogger(__name__)

# Who fills an index and gives no sign of life for so long is dead.
_SILENCE = timedelta(minutes=5)
# Pause while another worker holds the last rows (seconds).
_PAUSE = 0.2
# Filling ends in failure when for so long nothing more could be written (seconds).
_PATIENCE = 60
# One request of filling or comparing may take so long (seconds): far less than ``_SILENCE``.
_REQUEST_TIMEOUT = 60
# So many documents that it refuses do not keep an index from its place, or one in so many of all.
# Where it refuses more, something is wrong with all of them.
_FEW = 5
_ONE_IN = 100

Progress = Callable[[int, int], None]


class Incomplete(Exception):
    """The new index does not hold what is public; the message says what differs.

    The few documents that it refuses for what they are do not count: no other index would take them
    either.
    """


class IndexHolder:
    """An index of the cluster, as something to compare."""

    def __init__(self, indices: Indices, target: IndexTarget) -> None:
        self.indices = indices
        self.index = target.name

    def digests(self) -> dict[str, str]:
        return self.indices.digests(self.index)

    def digests_of(self, keys) -> dict[str, str]:
        return self.indices.digests_of(self.index, keys)


def cluster_indices() -> Indices:
    """The cluster's indices, with time enough for whole indices."""
    return Indices(connect().options(request_timeout=_REQUEST_TIMEOUT))


def cluster_targets():
    """The targets that lie in the cluster."""
    return IndexTarget.objects.filter(kind=IndexTarget.Kind.ELASTICSEARCH).order_by("pk")


def live_target() -> IndexTarget | None:
    """The index that is searched."""
    return cluster_targets().filter(state=IndexTarget.State.LIVE).first()


def reindex(progress: Progress = lambda done, total: None) -> IndexTarget:
    """Build a new index and put it in the place of the one in use.

    ``progress`` is told how many of how many documents are in. Raises ``AlreadyFilling``,
    ``Incomplete``, ``Unreachable`` or the client's errors; then nothing has changed.
    """
    indices = cluster_indices()
    for left in abandoned():
        discard(indices, left)
    before = live_target()
    target = targets.register(new_name(), IndexTarget.Kind.ELASTICSEARCH)
    try:
        indices.create(target.name)
        _fill(indices, target, progress)
        _require_equal(indices, target)
        put_in_place(indices, target)
    except BaseException:
        if before and live_target() == target:
            with suppress(targets.Dropped):
                targets.promote(before)
        _give_up(indices, target)
        raise
    _drop_outdated(indices, keep={target.pk, before.pk if before else None})
    return target


def roll_back() -> IndexTarget:
    """Put the index before the present one back in its place, once it is proved equal."""
    indices = cluster_indices()
    previous = cluster_targets().filter(state=IndexTarget.State.PREVIOUS).last()
    if previous is None or not fits(previous.name):
        raise Incomplete("There is no earlier index that this version of the site could use.")
    _require_equal(indices, previous)
    put_in_place(indices, previous)
    return previous


def put_in_place(indices: Indices, target: IndexTarget) -> None:
    """Make the target the live one, then give it the alias.

    Between the two both indices are kept up to date, so a crash there loses nothing: the check
    finds the alias on the wrong index and moves it.
    """
    try:
        targets.promote(target)
    except targets.Dropped as error:
        raise Incomplete(str(error)) from error
    indices.swap(target.name)
    lag.judge(target)


def discard(indices: Indices, target: IndexTarget) -> None:
    """Remove an index and its target; when the cluster does not answer both stay for later."""
    live = live_target()
    if live and live != target and target.name in indices.searched():
        indices.swap(live.name)
    indices.remove(target.name)
    targets.drop(target)


def _give_up(indices: Indices, target: IndexTarget) -> None:
    """Leave nothing of it; where the cluster does not answer, a worker clears it away later."""
    targets.give_up(target)
    try:
        discard(indices, target)
    except (ApiError, TransportError) as error:
        logger.warning("%s could not be removed yet: %s", target, error)


def abandoned() -> list[IndexTarget]:
    """Indices whose filling nobody has gone on with: that process is dead."""
    silent = timezone.now() - _SILENCE
    return list(cluster_targets().filter(state=IndexTarget.State.FILLING, seen_at__lt=silent))


def _fill(indices: Indices, target: IndexTarget, progress: Progress) -> None:
    keys = public_keys()
    outbox.enqueue(target, keys)
    writer = IndexWriter(indices, target.name)
    told = 0
    last_success = time.monotonic()

    def tell(in_this_pass: int) -> None:
        targets.show_life(target)
        progress(min(told + in_this_pass, len(keys)), len(keys))

    while target.rows.filter(is_poison=False).exists():
        done = drain(target, writer, progress=tell)
        told += done.told
        if done.told:
            last_success = time.monotonic()
            continue
        if done.stopped or time.monotonic() - last_success > _PATIENCE:
            raise Unreachable(done.stopped or _last_error(target))
        targets.show_life(target)
        time.sleep(_PAUSE)


def _require_equal(indices: Indices, target: IndexTarget) -> None:
    writer = IndexWriter(indices, target.name)

    def show_life(told: int = 0) -> None:
        targets.show_life(target)

    def tell() -> None:
        outbox.record_due()
        done = drain(target, writer, eager=True, progress=show_life)
        if done.stopped:
            raise Unreachable(done.stopped)

    differing = differences(IndexHolder(indices, target), tell, show_life)
    refused = refusals(target)
    found = [each for each in differing if each.key not in refused or each.what == "not public"]
    if not found and len(differing) > max(_FEW, len(public_keys()) // _ONE_IN):
        found = differing
    if found:
        shown = "; ".join(map(str, found[:10]))
        raise Incomplete(f"{len(found)} documents of {target} differ: {shown}")
    for difference in differing:
        logger.error("%s takes its place without a document: %s", target, difference)


def refusals(target: IndexTarget) -> dict[str, str]:
    """The documents that a target refuses for what they are, with the reasons."""
    return dict(target.rows.filter(is_poison=True).values_list("key", "error"))


def _last_error(target: IndexTarget) -> str:
    row = target.rows.exclude(error="").order_by("-pk").first()
    return row.error if row else "Other workers hold the last documents and do not finish."


def _drop_outdated(indices: Indices, keep: set[int | None]) -> None:
    """Of earlier indices only the last is kept, and only while this code can write into it."""
    for target in cluster_targets():
        if target.pk not in keep or not fits(target.name):
            discard(indices, target)
