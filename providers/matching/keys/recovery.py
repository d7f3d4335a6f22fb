"""Back to a request whose link or code is lost: a one-time code by text message or e-mail.

The code goes out directly and not through the outbox, since it is stored nowhere, and what the
outbox sends is kept in files too.
"""

from __future__ import annotations

import logging
import secrets
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from providers.delivery import sms
from providers.delivery.channels import sends_mail
from providers.keys import fingerprint
from providers.matching.models import MatchRequest, OneTimeCode

logger = logging.getLogger(__name__)

MAX_TRIES = 5
# Of one request: how many codes are sent in an hour and in a day.
CODES_AN_HOUR, CODES_A_DAY = 3, 6


def can_send() -> bool:
    """Whether any enterprise could be sent a code: a gateway for text messages or e-mail is set."""
    return sends_mail() or getattr(sms.gateway(), "reaches_phones", True)


def has_way(request: MatchRequest) -> bool:
    return sms.reaches(request.phone) or bool(request.email and sends_mail())


def start_recovery(reference: str, phone: str, asked_by: str) -> OneTimeCode:
    """Make a code and send it to the phone or e-mail stored with the request.

    A row is made whatever was typed, so that trying a code answers alike for all. To be called
    when the answer has gone out, since sending takes time that would tell.

    Args:
        reference: as stored, such as “X7K2-9QF4”.
        phone: as ``written_phone`` writes it.
        asked_by: a random secret of the session that asks; only its fingerprint is kept.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        OneTimeCode.objects.expired().delete()
        request = addressed(reference, phone)
        row = OneTimeCode.objects.create(
            request=request, asked_by=fingerprint(asked_by), code_hash=code_hash(asked_by, code)
        )
    if request is not None:
        send_code(request, code)
    return row


def addressed(reference: str, phone: str) -> MatchRequest | None:
    """The locked request that a code may be sent to; None where anything is not as it must be."""
    request = (
        MatchRequest.objects.select_for_update().filter(reference=reference, erased_at=None).first()
    )
    if request is None or digits_of(request.phone) != digits_of(phone) or not has_way(request):
        return None
    now = timezone.now()
    limits = ((timedelta(hours=1), CODES_AN_HOUR), (timedelta(days=1), CODES_A_DAY))
    for period, most in limits:
        if request.one_time_codes.filter(made_at__gt=now - period).count() >= most:
            return None
    return request


def digits_of(text: str) -> str:
    """The digits of a number as people type it, full-width ones included."""
    written = unicodedata.normalize("NFKC", text[:40])
    return "".join(sign for sign in written if sign.isascii() and sign.isdigit())


def code_hash(asked_by: str, code: str) -> str:
    """Keyed by the site's secret: a copy of the database does not tell six digits."""
    return salted_hmac(
        "providers.matching.one_time", f"{asked_by}:{code}", algorithm="sha256"
    ).hexdigest()


def send_code(request: MatchRequest, code: str) -> None:
    """By text message, or by e-mail where none arrives; a failure is logged without an address."""
    text = _(
        "%(code)s is the one-time code for request %(reference)s. It is valid for 10 minutes. "
        "Please tell it to nobody."
    ) % {"code": code, "reference": request.reference}
    ways = []
    if sms.reaches(request.phone):
        ways.append(by_sms)
    if request.email and sends_mail():
        ways.append(by_mail)
    for way in ways:
        try:
            way(request, text)
        except Exception as error:
            # Whatever a gateway raises may hold the number, so only its class is told.
            logger.error(
                "One-time code of request %s not sent %s: %s",
                request.reference,
                way.__name__,
                type(error).__name__,
            )
        else:
            return


def by_sms(request: MatchRequest, text: str) -> None:
    sign = settings.SMS_SIGNATURE or settings.WAGTAIL_SITE_NAME
    sms.send(request.phone, f"【{sign}】{text}")


def by_mail(request: MatchRequest, text: str) -> None:
    subject = _("One-time code for request %(reference)s") % {"reference": request.reference}
    send_mail(subject, text, None, [request.email])


@transaction.atomic
def finish_recovery(asked_by: str, typed: str) -> MatchRequest | None:
    """The request that a code opens, once; None where it is wrong, too old, tried too often.

    Args:
        asked_by: the secret of the session, as given to ``start_recovery``.
        typed: the code as somebody typed it.
    """
    row = OneTimeCode.objects.select_for_update().filter(asked_by=fingerprint(asked_by)).first()
    if row is None or not row.is_live() or row.tries >= MAX_TRIES:
        return None
    row.tries += 1
    is_right = constant_time_compare(row.code_hash, code_hash(asked_by, digits_of(typed)))
    if is_right and row.request_id:
        row.used_at = timezone.now()
    row.save(update_fields=["tries", "used_at"])
    return row.request if row.used_at else None
