"""One round of delivery: claim a row, write its letter, hand it to each channel that lacks it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils import timezone, translation

from providers.delivery.channels import CHANNELS, RefusedError, ways_out
from providers.delivery.letters import Letter
from providers.delivery.refusals import mark_of, said_by
from providers.delivery.sources import Source, language_of
from providers.models import (
    RETRY_AFTER,
    Channel,
    Delivery,
    Dispatch,
    MessagePreference,
)

logger = logging.getLogger(__name__)

# Rows of one round; what is left waits for the next one.
ROUND = 200


def deliver_waiting(source: Source) -> int:
    """Hand over what waits, oldest first, each row by one process only; the number sent."""
    sent = 0
    rows = source.rows().exclude(source.held)
    for pk in list(rows.waiting().values_list("pk", flat=True)[:ROUND]):
        now = timezone.now()
        # One table alone: with a join PostgreSQL would not look again at a row claimed meanwhile.
        if rows.model.objects.waiting(now).filter(pk=pk).update(claimed_at=now):
            sent += hand_over(rows.get(pk=pk), source)
    return sent


def hand_over(row: Delivery, source: Source) -> bool:
    """Give one claimed row to every channel that lacks it; whether all have it now.

    One message that cannot be made or sent does not hold up the others, nor one channel another.
    """
    with translation.override(language_of(getattr(row, "user", None))):
        letter = written(row, source)
        if letter is not None:
            for dispatch in planned(row, letter, source):
                give(row, letter, dispatch, source)
    return settle(row)


def written(row: Delivery, source: Source) -> Letter | None:
    """The letter, or None where it could not be made, which is noted like a channel's failure."""
    try:
        letter = source.compose(row)
        # Before anything goes out: half a letter reaches nobody.
        letter.finish()
    except Exception as error:
        dispatch, _is_new = row.dispatches.get_or_create(channel=Channel.WRITING)
        note_failure(row, dispatch, error, source)
        return None
    row.dispatches.filter(channel=Channel.WRITING).delete()
    return letter


def planned(row: Delivery, letter: Letter, source: Source) -> list[Dispatch]:
    """What is to be done now, in the order of the channels, each noted before any is begun."""
    ways = ways_out(letter, wants_email=wants_email(row, source))
    known = ContentType.objects.get_for_model(row)
    Dispatch.objects.bulk_create(
        [Dispatch(content_type=known, object_id=row.pk, channel=channel) for channel in ways],
        ignore_conflicts=True,
    )
    # An address that was taken away, or a channel that was switched off since.
    row.dispatches.open().exclude(channel__in=ways).delete()
    return sorted(row.dispatches.due(), key=lambda dispatch: ways.index(dispatch.channel))


def wants_email(row: Delivery, source: Source) -> bool:
    """Whether the reader wants this kind by e-mail; whoever has no account cannot choose."""
    user, group = getattr(row, "user", None), source.group(row)
    if user is None or group is None:
        return True
    return not MessagePreference.objects.filter(user=user, group=group, email=False).exists()


def give(row: Delivery, letter: Letter, dispatch: Dispatch, source: Source) -> None:
    """One letter to one channel; what becomes of it is noted before the next one is tried."""
    try:
        CHANNELS[Channel(dispatch.channel)](letter)
    except Exception as error:
        mark = mark_of(letter.email) if dispatch.channel == Channel.EMAIL else ""
        note_failure(row, dispatch, error, source, address_mark=mark)
        return
    Dispatch.objects.filter(pk=dispatch.pk).update(
        done_at=timezone.now(), tries=F("tries") + 1, next_try_at=None, delayed_at=None, error=""
    )
    source.reached(row, Channel(dispatch.channel))


def note_failure(
    row: Delivery, dispatch: Dispatch, error: Exception, source: Source, address_mark: str = ""
) -> None:
    """Plan the next try, or none where it was refused for good or tried often enough."""
    now = timezone.now()
    is_refused = isinstance(error, RefusedError)
    name = said_by(error)
    next_try_at = None if is_refused else next_try(dispatch.tries, now)
    Dispatch.objects.filter(pk=dispatch.pk).update(
        tries=F("tries") + 1,
        next_try_at=next_try_at,
        bounced_at=now if is_refused else None,
        delayed_at=None,
        error=name[: Dispatch._meta.get_field("error").max_length],
        address_mark=address_mark,
        handled_at=None,
        handled_by=None,
    )
    table = type(row).__name__
    logger.warning("%s %s was not delivered (%s): %s", table, row.pk, dispatch.channel, name)
    if next_try_at is None:
        source.unreached(row, Channel(dispatch.channel))


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after that many tries before this one; None where it is given up."""
    return now + RETRY_AFTER[tries] if tries < len(RETRY_AFTER) else None


def settle(row: Delivery) -> bool:
    """Note on the row what became of it, and let it go for the next try."""
    table = type(row).objects.filter(pk=row.pk)
    missing = row.dispatches.open().order_by("-pk").first()
    if missing is None:
        table.update(sent_at=timezone.now(), error="")
        return True
    table.update(claimed_at=None, error=missing.error)
    return False
