"""References, private links and access codes of requests, applications and invitations.

Link and code are derived from a random salt of the row and the site's secret key. The database
holds only their hashes, so neither a copy of it nor a session opens a request, and yet a message
can carry the link.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

# Without 0/O, 1/I/L: read out on the phone and typed by hand.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_reference() -> str:
    """A reference such as “X7K2-9QF4”: random, so it tells neither number nor order."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_salt() -> str:
    return secrets.token_hex(16)


def fingerprint(secret: str) -> str:
    """SHA-256 of a long random secret; nothing slower is needed for 128 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sender_mark(salt: str, session: str) -> str:
    """What is kept of the session that sent a request; a new salt of the request ends it."""
    return fingerprint(f"{salt}:{session}") if session else ""


def derive_token(salt: str, reference: str, *, purpose: str = "link", expected: str = "") -> str:
    """The private link's secret, 40 hexadecimal digits; another ``purpose`` has another one.

    With ``expected`` (the stored fingerprint) older secret keys are tried too, and an empty string
    says that none of them made the link.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    for key in keys:
        token = _derive(purpose, salt, reference, key)[:40]
        if not expected or hmac.compare_digest(fingerprint(token), expected):
            return token
    return ""


def derive_access_code(salt: str, reference: str) -> str:
    """Eight digits: short enough to dictate, and guessed only a few times a quarter of an hour."""
    number = int(_derive("code", salt, reference, settings.SECRET_KEY), 16) % 10**8
    return f"{number:08d}"


def _derive(purpose: str, salt: str, reference: str, key: str) -> str:
    digest = salted_hmac(
        f"providers.matching.{purpose}", f"{salt}:{reference}", secret=key, algorithm="sha256"
    )
    return digest.hexdigest()
