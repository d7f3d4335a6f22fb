"""Secrets that the database keeps: encrypted with keys made from ``SECRET_KEY``.

Whoever holds only a copy of the database reads none of them. After ``SECRET_KEY`` was changed the
former one, in ``SECRET_KEY_FALLBACKS``, still opens what it closed; what is written anew is closed
with the new one.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class UnreadableSecret(Exception):
    """None of the site's keys opens it: it was closed with another, or is damaged."""


def derived_keys(purpose: str, length: int = 32) -> list[bytes]:
    """Keys of that many bytes, made for one purpose alone: today's first, then the former ones."""
    return [
        HKDF(hashes.SHA256(), length, salt=None, info=f"marketplace.{purpose}".encode()).derive(
            secret.encode()
        )
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def seal(text: str, *, purpose: str) -> str:
    """The text as the database may keep it; an empty one stays empty."""
    return boxes(purpose)[0].encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str, *, purpose: str) -> str:
    """The text again.

    Raises:
        UnreadableSecret: none of the site's keys opens it.
    """
    if not sealed:
        return ""
    try:
        return MultiFernet(boxes(purpose)).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableSecret from None


def is_stale(sealed: str, *, purpose: str) -> bool:
    """Whether a former key closed it, so that it must be closed anew before that key is dropped."""
    today, *former = boxes(purpose)
    return bool(sealed) and not opens([today], sealed) and opens(former, sealed)


def opens(keys: list[Fernet], sealed: str) -> bool:
    for key in keys:
        try:
            key.decrypt(sealed.encode())
        except InvalidToken:
            continue
        return True
    return False


def boxes(purpose: str) -> list[Fernet]:
    return [Fernet(base64.urlsafe_b64encode(key)) for key in derived_keys(purpose)]
