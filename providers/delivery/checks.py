"""What ``manage.py check`` says about the channels."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from providers.delivery.sms import gateway


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
