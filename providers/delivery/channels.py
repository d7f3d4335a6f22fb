"""The ways out of the site, and which of them a letter takes.

A channel takes a letter or raises: ``RefusedError`` where the other side will never take it, and
anything else where another try may succeed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from email.errors import MessageError
from smtplib import SMTPDataError, SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from providers.delivery import robots, sms
from providers.delivery.letters import Letter
from providers.delivery.refusals import RefusedError
from providers.delivery.returned.marks import mark_for, return_path
from providers.models import Channel

__all__ = ["CHANNELS", "RefusedError", "sends_mail", "ways_out"]

# What sends nothing to anybody.
SILENT_MAIL = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")
)


def sends_mail() -> bool:
    """Whether e-mail leaves this site at all."""
    return settings.EMAIL_BACKEND not in SILENT_MAIL


def ways_out(letter: Letter, *, wants_email: bool) -> list[Channel]:
    """The channels of one letter. In the default set-up e-mail goes to the console.

    A text message is for those whom no e-mail reaches.
    """
    found = [Channel.FILE]
    if letter.robot is not None:
        return [*found, Channel.ROBOT]
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        found.append(Channel.LOG)
    elif letter.email and wants_email:
        found.append(Channel.EMAIL)
    if not (letter.email and sends_mail()) and sms.is_mobile(letter.phone):
        found.append(Channel.SMS)
    return found


def to_log(letter: Letter) -> None:
    """Kind and reference. An address or a private link has no place there."""
    logging.getLogger(letter.source).info("Message %s: %s", letter.pk, letter.logged)


def to_file(letter: Letter) -> None:
    """One file a message in ``MAIL_DIR``, named by the row, so that twice is once."""
    settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.MAIL_DIR / f"{letter.pk:08d}-{letter.kind}.txt"
    written = f"To: {letter.reader}\nSubject: {letter.subject}\n\n{letter.plain}"
    path.write_text(written, "utf-8")


def to_email(letter: Letter) -> None:
    """Text and HTML, under the mark by which the mail is known again where it comes back.

    The same row to the same address always has the same Message-ID, by which doubles are told.
    """
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    mark = mark_for(letter.source_name, letter.pk, letter.email)
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.plain,
        # Whom servers tell; whom readers see as the sender stands in the headings.
        from_email=return_path(mark) or None,
        to=[letter.email],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": f"<{mark}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = sorted(code for code, _said in error.recipients.values())
        if codes and all(is_final(code) for code in codes):
            raise RefusedError(f"SMTPRecipientsRefused {codes[0]}") from None
        raise
    except SMTPDataError as error:
        if is_final(error.smtp_code):
            raise RefusedError(f"SMTPDataError {error.smtp_code}") from None
        raise
    except (ValueError, MessageError) as error:
        # An address or a heading that no server would be given.
        raise RefusedError(type(error).__name__) from None


def is_final(code: int) -> bool:
    """Whether an SMTP answer says that no other try will help (RFC 5321, 4.2.1)."""
    return 500 <= code < 600


def to_sms(letter: Letter) -> None:
    sms.send(letter.phone, sms.text_of(letter))


def to_robot(letter: Letter) -> None:
    robots.post(letter.robot, letter.subject, letter.link)


CHANNELS: dict[Channel, Callable[[Letter], None]] = {
    Channel.FILE: to_file,
    Channel.LOG: to_log,
    Channel.EMAIL: to_email,
    Channel.SMS: to_sms,
    Channel.ROBOT: to_robot,
}
