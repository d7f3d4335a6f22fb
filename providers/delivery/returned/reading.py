"""Reading the mailbox for returned mail: every new mail once, and one after the other."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from email import message_from_bytes

from django.conf import settings

from catalog.batches import PartlyDone
from providers.delivery.returned.mailboxes import Mailbox, MailboxAway, opened
from providers.delivery.returned.marks import sent_as
from providers.delivery.returned.noting import note
from providers.delivery.returned.reports import read_report

logger = logging.getLogger(__name__)

# Mails of one round; what is left waits for the next one.
ROUND = 200
# Bytes. Servers cut what they bring back; whatever is longer is something else.
BIGGEST = 1024 * 1024
# What may become of a mail. Those that are the site's own, returned, hold an address and are
# removed; everything else stays where it is, marked as read, for a person.
NOTED, KNOWN, NOT_OURS, NO_REPORT, TOO_BIG, ODD = (
    "noted",
    "known already",
    "not of this site",
    "no report",
    "too big",
    "not to be read",
)


def read_returned(now: datetime) -> int:
    """Read what is new in the mailbox, and note it at the messages; how many were noted.

    Raises:
        PartlyDone: the mailbox is away, or what some mails say could not be noted.
    """
    if not settings.BOUNCE_MAILBOX_URL:
        return 0
    became: Counter[str] = Counter()
    problems: list[str] = []
    try:
        with opened(settings.BOUNCE_MAILBOX_URL) as box:
            for key in box.unread()[:ROUND]:
                work_off(box, key, became, problems)
    except MailboxAway as away:
        problems.append(f"The mailbox for returned mail cannot be read: {away}")
    if became:
        counts = ", ".join(f"{count} {what}" for what, count in sorted(became.items()))
        logger.info("Returned mail: %s", counts)
    if problems:
        raise PartlyDone(became[NOTED], problems)
    return became[NOTED]


def work_off(box: Mailbox, key: object, became: Counter[str], problems: list[str]) -> None:
    """Deal with one mail; one whose report cannot be noted now stays unread for the next round."""
    size = box.size(key)
    is_too_big = size is not None and size > BIGGEST
    raw = None if size is None or is_too_big else box.read(key)
    if raw is None and not is_too_big:
        return  # Another process has dealt with it meanwhile.
    try:
        what = TOO_BIG if raw is None else what_becomes_of(raw)
    except Exception as error:
        # What it says may hold an address.
        problems.append(f"A returned mail could not be noted: {type(error).__name__}")
        return
    became[what] += 1
    if what in (NOTED, KNOWN):
        box.remove(key)
    else:
        box.leave(key)


def what_becomes_of(raw: bytes) -> str:
    try:
        mail = message_from_bytes(raw)
        report = read_report(mail)
        sent = sent_as(mail) if report else None
    except Exception as error:
        # Whoever likes can write to the mailbox, and malformed mails fail in ways of their own.
        logger.warning("A mail in the mailbox is malformed: %s", type(error).__name__)
        return ODD
    if report is None:
        return NO_REPORT
    if sent is None:
        return NOT_OURS
    return NOTED if note(report, sent) else KNOWN
