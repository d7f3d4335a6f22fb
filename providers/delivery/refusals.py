"""What a channel says where it does not take a letter."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


class RefusedError(Exception):
    """Refused for good; the message is the class of the refusal, never an address.

    A text message gateway raises it too, for a number that does not exist.
    """


class LaterError(Exception):
    """Not taken now, and another try may succeed; the message says why, without an address."""


def said_by(error: Exception) -> str:
    """What may be kept of a failure: only the two above mind what they say of addresses."""
    is_harmless = isinstance(error, (RefusedError, LaterError))
    return (str(error) if is_harmless else "") or type(error).__name__


def mark_of(address: str) -> str:
    """A keyed fingerprint of an address, to know it again without keeping it."""
    if not address:
        return ""
    return salted_hmac("providers.delivery", address.lower(), algorithm="sha256").hexdigest()[:32]
