"""A new private link and a new access code for a request; the old ones open nothing any more."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from providers.keys import (
    derive_access_code,
    derive_token,
    fingerprint,
    new_salt,
    sender_mark,
)
from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import EventKind, MatchRequest, MessageKind, Side, note
from providers.matching.telling import outbox
from providers.private_access import key_mark

# How long a second click of the officer who renewed the keys is answered as the first.
REPEAT_TIME = timedelta(minutes=1)


@transaction.atomic
def renew_keys(
    request: MatchRequest, *, side: Side, by=None, was: str = "", session: str = ""
) -> MatchRequest:
    """Make link and access code anew; every browser that had the old ones is shut out.

    The code itself is stored nowhere: ``access_code`` of the answer derives it.

    Args:
        side: who asks for it; an officer has checked the caller before.
        by: the officer; None where the enterprise does it itself.
        was: ``key_mark`` of the keys that are to end; empty for whatever they are.
        session: key of the session that is given the new ones.

    Raises:
        MovedOnError: the request has been erased, or other keys were made meanwhile.
    """
    request = locked(request)
    if request.erased_at or (was and was != key_mark(request)):
        raise MovedOnError
    salt, now = new_salt(), timezone.now()
    request.key_salt = salt
    request.token_hash = fingerprint(derive_token(salt, request.reference))
    request.code_hash = make_password(derive_access_code(salt, request.reference))
    request.code_tries, request.code_locked_until = 0, None
    request.keys_renewed_at, request.keys_renewed_in = now, holder_mark(salt, session, by)
    request.save(
        update_fields=[
            "key_salt",
            "token_hash",
            "code_hash",
            "code_tries",
            "code_locked_until",
            "keys_renewed_at",
            "keys_renewed_in",
        ]
    )
    note(request, EventKind.KEYS_RENEWED, side, by=by)
    outbox.tell_enterprise(request, MessageKind.KEYS_RENEWED, event=now.isoformat())
    return request


def holder_mark(salt: str, session: str, by=None) -> str:
    """What is kept of the session that renewed; an officer's opens nothing on the public site."""
    owner = f"account {by.pk}:{session}" if by is not None and session else session
    return sender_mark(salt, owner)


def renewed_in(request: MatchRequest, session: str, by=None) -> bool:
    """Whether the present keys were made in this very session."""
    mark = holder_mark(request.key_salt, session, by)
    return bool(mark) and request.keys_renewed_in == mark


def just_renewed_by(request: MatchRequest, session: str, by) -> bool:
    """Whether this officer has made the present keys a moment ago, as a second click finds them."""
    at = request.keys_renewed_at
    is_recent = at is not None and timezone.now() - at < REPEAT_TIME
    return is_recent and renewed_in(request, session, by)
