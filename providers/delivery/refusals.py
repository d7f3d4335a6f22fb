"""What a channel says where no further try will help."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


class RefusedError(Exception):
    """Refused for good; the message is the class of the refusal, never an address.

    A text message gateway raises it too, for a number that does not exist.
    """


def mark_of(address: str) -> str:
    """A keyed fingerprint of an address, to know it again without keeping it."""
    if not address:
        return ""
    return salted_hmac("providers.delivery", address.lower(), algorithm="sha256").hexdigest()[:32]
