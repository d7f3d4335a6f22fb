"""Handing messages over: each row claimed by one process, made into a letter, sent once.

Whoever keeps rows of its own (``providers.notices``, ``providers.matching.outbox``) says what a
row tells and whom; claiming, channels and what becomes of a failure are the same for all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from providers.models import Delivery, DeliveryQuerySet

logger = logging.getLogger(__name__)

# Rows of one round; what is left waits for the next one.
ROUND = 200


@dataclass(frozen=True)
class Letter:
    """One message as it goes out. It lives in memory only: rows hold neither text nor address.

    ``logged`` is all that the log may tell (kind and reference), under the name of the module
    ``source``; ``email`` is empty where no address is known.
    """

    pk: int
    kind: str
    reader: str
    email: str
    subject: str
    text: str
    logged: str
    source: str


Channel = Callable[[Letter], None]


def deliver_waiting(rows: DeliveryQuerySet, deliver: Callable[[Delivery], bool]) -> int:
    """Hand over what waits, oldest first, each row by one process only; the number sent."""
    sent = 0
    for pk in list(rows.waiting().values_list("pk", flat=True)[:ROUND]):
        now = timezone.now()
        # One table alone: with a join PostgreSQL would not look again at a row claimed meanwhile.
        if rows.model.objects.waiting(now).filter(pk=pk).update(claimed_at=now):
            sent += deliver(rows.get(pk=pk))
    return sent


def hand_over(
    row: Delivery, compose: Callable[[Delivery], Letter], channels: Iterable[Channel]
) -> bool:
    """Give one claimed row to every channel; a failure is noted and tried again later.

    One message that cannot be made or sent does not hold up the others.
    """
    table = type(row).objects.filter(pk=row.pk)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            letter = compose(row)
        for channel in channels:
            channel(letter)
    except Exception as error:
        # Only the kind of failure: what it says may hold an address or a private link.
        name = type(error).__name__
        logger.warning("%s %s was not delivered: %s", type(row).__name__, row.pk, name)
        table.update(error=name)
        return False
    table.update(sent_at=timezone.now(), error="")
    return True


def subject_and_text(kind: str, context: dict) -> tuple[str, str]:
    """``templates/mail/<kind>.txt``: the subject in the first line, then the text."""
    written = render_to_string(f"mail/{kind}.txt", context).strip()
    subject, _blank, text = written.partition("\n")
    return subject.strip(), text.strip() + "\n"


def address_of(path: str) -> str:
    """The full address of a path of this site."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


def channels() -> tuple[Channel, ...]:
    """The channels of this site. In the default set-up e-mail goes to the console.

    The file comes first: written twice it is one file, an e-mail sent twice is two. Where the file
    fails nothing has gone out yet.
    """
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        return (to_file, to_console)
    return (to_file, to_email)


def to_console(letter: Letter) -> None:
    """Into the log: kind and reference. An address or a private link has no place there."""
    logging.getLogger(letter.source).info("Message %s: %s", letter.pk, letter.logged)


def to_file(letter: Letter) -> None:
    """One file a message in ``MAIL_DIR``, named by the row, so that twice is once."""
    settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.MAIL_DIR / f"{letter.pk:08d}-{letter.kind}.txt"
    written = f"To: {letter.reader}\nSubject: {letter.subject}\n\n{letter.text}"
    path.write_text(written, "utf-8")


def to_email(letter: Letter) -> None:
    """By e-mail where an address is known."""
    if letter.email:
        EmailMessage(letter.subject, letter.text, to=[letter.email]).send()
