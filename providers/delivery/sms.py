"""Text messages, through whatever gateway ``SMS_GATEWAY`` names.

A gateway is a function ``send(phone, text)``, or a class that is made without arguments and has
such a method. ``phone`` is a mainland mobile number of eleven digits. It returns when the message
is taken, raises ``providers.delivery.RefusedError`` (with the class of the refusal) when it never
will be, and anything else when another try may help. A gateway with ``reaches_phones = False``
sends nothing; those whom only a phone would reach then stay on the call list.
"""

from __future__ import annotations

import re
import secrets
from inspect import isclass
from typing import Protocol, cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from providers.delivery.letters import Letter

MOBILE = re.compile(r"1[3-9][0-9]{9}")


class Gateway(Protocol):
    def send(self, phone: str, text: str) -> None: ...


class FileGateway:
    """Sends nothing: writes the text into a file of ``SMS_DIR``, without the number."""

    reaches_phones = False

    def send(self, phone: str, text: str) -> None:
        settings.SMS_DIR.mkdir(parents=True, exist_ok=True)
        name = f"{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.txt"
        (settings.SMS_DIR / name).write_text(f"{text}\n", "utf-8")


def gateway() -> object:
    """What the setting names: a gateway object, or the function itself.

    Raises:
        ImportError: the setting names nothing that exists.
    """
    found = import_string(settings.SMS_GATEWAY)
    return found() if isclass(found) else found


def send(phone: str, text: str) -> None:
    taker = gateway()
    if hasattr(taker, "send"):
        cast(Gateway, taker).send(phone, text)
    else:
        taker(phone, text)


def reaches(phone: str) -> bool:
    """Whether a text message would really arrive at this number."""
    return is_mobile(phone) and getattr(gateway(), "reaches_phones", True)


def is_mobile(phone: str) -> bool:
    return bool(MOBILE.fullmatch(phone))


def text_of(letter: Letter) -> str:
    """The signature that mainland gateways demand, what happened, the link."""
    sign = settings.SMS_SIGNATURE or settings.WAGTAIL_SITE_NAME
    return f"【{sign}】{letter.subject} {letter.link}"
