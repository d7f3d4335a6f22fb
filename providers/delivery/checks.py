"""What ``manage.py check`` says about the channels."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from providers.delivery.returned.mailboxes import place_of
from providers.delivery.returned.marks import LENGTH
from providers.delivery.sms import gateway

# Characters before the @ (RFC 5321, 4.5.3.1).
LOCAL_PART_MOST = 64


@register()
def gateway_exists(**kwargs: object) -> list[CheckMessage]:
    """A gateway that cannot be imported would fail at the first message only."""
    try:
        taker = gateway()
    except ImportError as error:
        return [Error(f"SMS_GATEWAY names nothing: {error}", id="providers.E001")]
    if callable(getattr(taker, "send", taker)):
        return []
    hint = "It is a function send(phone, text) or a class with that method."
    return [
        Error(f"SMS_GATEWAY cannot send: {settings.SMS_GATEWAY}", hint=hint, id="providers.E002")
    ]


@register()
def mailbox_is_named(**kwargs: object) -> list[CheckMessage]:
    """What is said of the address never repeats it: it holds a password."""
    if not settings.BOUNCE_MAILBOX_URL:
        return []
    try:
        place_of(settings.BOUNCE_MAILBOX_URL)
    except ValueError as error:
        return [Error(f"BOUNCE_MAILBOX_URL names no mailbox: {error}.", id="providers.E003")]
    return []


@register()
def return_path_is_an_address(**kwargs: object) -> list[CheckMessage]:
    """A server would refuse every mail with a return path that is none."""
    written = settings.BOUNCE_ADDRESS
    if not written:
        return []
    local, _at, domain = written.rpartition("@")
    try:
        validate_email(f"{local.replace('*', 'x')}@{domain}")
        is_address = local.count("*") <= 1
    except ValidationError:
        is_address = False
    hint = "It is bounces@example.com, or bounces+*@example.com where * becomes the mail's mark."
    if not is_address:
        return [Error("BOUNCE_ADDRESS is no e-mail address.", hint=hint, id="providers.E004")]
    if len(local.replace("*", "x" * LENGTH)) > LOCAL_PART_MOST:
        most = LOCAL_PART_MOST - LENGTH
        hint = f"Beside * there may be {most} characters before the @."
        return [Error("BOUNCE_ADDRESS is too long.", hint=hint, id="providers.E005")]
    return []
