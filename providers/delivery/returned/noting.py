"""Noting at a message that its mail came back, or is held up on its way."""

from __future__ import annotations

import logging

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from providers.delivery.refusals import mark_of
from providers.delivery.returned.marks import Sent
from providers.delivery.returned.reports import Report
from providers.models import Channel, Delivery, Dispatch

logger = logging.getLogger(__name__)


@transaction.atomic
def note(report: Report, sent: Sent) -> bool:
    """Note what a report says of a message, once; whether it is new.

    What came back stands among the undelivered messages, and an enterprise on the call list, as if
    its server had refused the mail at once. What is held up stands there as long as it may.
    """
    row = sent.source.rows().filter(pk=sent.pk).first()
    if row is None:
        return False
    dispatches = Dispatch.objects.select_for_update().filter(
        content_type=ContentType.objects.get_for_model(row), object_id=row.pk, channel=Channel.EMAIL
    )
    # One that is open came back before, or is tried again already.
    dispatch = dispatches.exclude(done_at=None).first()
    if dispatch is None:
        return False
    return came_back(row, dispatch, report, sent) if report.is_final else held_up(dispatch, report)


def came_back(row: Delivery, dispatch: Dispatch, report: Report, sent: Sent) -> bool:
    now = timezone.now()
    address = sent.source.compose(row).email
    dispatch.done_at, dispatch.bounced_at, dispatch.delayed_at = None, now, None
    dispatch.error = reason("MailReturned", report)
    # An address that was corrected meanwhile is not the one that is dead.
    dispatch.address_mark = mark_of(address) if sent.was_to(address) else ""
    dispatch.save(
        update_fields=["done_at", "bounced_at", "delayed_at", "error", "address_mark"],
    )
    type(row).objects.filter(pk=row.pk).update(sent_at=None, claimed_at=None, error=dispatch.error)
    logger.warning("%s %s came back: %s", type(row).__name__, row.pk, dispatch.error)
    # Somebody who told the reader otherwise while the mail was held up need not do so again.
    if dispatch.handled_at is None:
        sent.source.unreached(row, Channel.EMAIL)
    return True


def held_up(dispatch: Dispatch, report: Report) -> bool:
    if dispatch.delayed_at is not None:
        return False
    dispatch.delayed_at, dispatch.error = timezone.now(), reason("MailHeldUp", report)
    dispatch.save(update_fields=["delayed_at", "error"])
    return True


def reason(name: str, report: Report) -> str:
    """As ``reasons.in_words`` reads it."""
    return f"{name}: {report.code}" if report.code else name
