"""A provider's quote: sent, changed until the enterprise has chosen, with the files beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from catalog.uploads import delete_stored
from providers.matching.answering.answers import OPEN_REPLY, check_in_good_standing, held_in_lock
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    EventKind,
    Invitation,
    MessageKind,
    Quote,
    QuoteFile,
    Side,
    note,
)
from providers.matching.telling import outbox

# Beside one quote.
MAX_FILES = 5
OFFER_FIELDS = (
    "price_min_wan",
    "price_max_wan",
    "holds_price",
    "days",
    "approach",
    "team",
    "valid_until",
)


class QuoteChangedError(MovedOnError):
    """The quote is another one than was read when this was decided."""


@transaction.atomic
def send_quote(
    invitation: Invitation,
    *,
    by: AbstractBaseUser,
    offer: dict[str, Any],
    files: Iterable[File] = (),
    dropped: Iterable[int] = (),
    seen: int | None = None,
) -> Quote:
    """Send the quote, or change it; each change counts one version and nothing of the old is kept.

    What was sent twice alike is one version.

    Args:
        offer: ``OFFER_FIELDS``, checked; prices in 万元, ``days`` to deliver.
        files: contents checked by ``catalog.uploads``, each with ``label``, the name shown.
        dropped: ids of files of this quote that go.
        seen: the version that was edited, 0 where there was none; None asks for no check.

    Raises:
        QuoteChangedError: a colleague has changed the quote since ``seen``, and this differs.
        MovedOnError: the provider is not interested, has withdrawn, another was chosen, the
            request has ended, there would be too many files; or the provider is held.
    """
    current = held_in_lock(invitation)
    if current.state() not in OPEN_REPLY:
        raise MovedOnError
    check_in_good_standing(current.provider)
    quote = Quote.objects.filter(invitation=current).first()
    is_new = quote is None
    now = timezone.now()
    if quote is None:
        quote = Quote(invitation=current, version=0, submitted_at=now)
    changed = is_new or any(getattr(quote, name) != offer[name] for name in OFFER_FIELDS)
    files, dropped = list(files), list(dropped)
    if seen not in (None, quote.version) and (changed or changes_files(quote, files, dropped)):
        raise QuoteChangedError
    for name in OFFER_FIELDS:
        setattr(quote, name, offer[name])
    if is_new:
        quote.save()
    changed = drop_files(quote, dropped) or changed
    changed = add_files(quote, files) or changed
    if not changed:
        return quote
    quote.version += 1
    quote.changed_at, quote.changed_by = now, by
    quote.save()
    if is_new:
        current.quoted_at = now
        current.save(update_fields=["quoted_at"])
    tell_of(quote, current, by, is_new)
    return quote


def tell_of(quote: Quote, invitation: Invitation, by: AbstractBaseUser, is_new: bool) -> None:
    kind, message = (
        (EventKind.QUOTED, MessageKind.QUOTED)
        if is_new
        else (EventKind.QUOTE_CHANGED, MessageKind.QUOTE_CHANGED)
    )
    version = f"v{quote.version}"
    note(invitation.request, kind, Side.PROVIDER, by=by, invitation=invitation, detail=version)
    outbox.tell_enterprise(invitation.request, message, invitation, event=version)


def changes_files(quote: Quote, files: Iterable[File], dropped: Iterable[int]) -> bool:
    """Whether a stored quote would gain or lose a file."""
    known = {fingerprint_of(row.file) for row in quote.files.all()}
    is_more = any(fingerprint_of(content) not in known for content in files)
    return is_more or quote.files.filter(pk__in=dropped).exists()


def drop_files(quote: Quote, dropped: Iterable[int]) -> bool:
    """Take files of this quote away; whether there were any."""
    found = list(quote.files.filter(pk__in=list(dropped)))
    for row in found:
        delete_stored(row.file)
        row.delete()
    return bool(found)


def add_files(quote: Quote, files: Iterable[File]) -> bool:
    """Put files beside the quote, each content once; whether there were new ones."""
    known = {fingerprint_of(row.file): row for row in quote.files.all()}
    added = False
    for content in files:
        mark = fingerprint_of(content)
        if mark in known:
            continue
        if len(known) >= MAX_FILES:
            raise MovedOnError
        row = QuoteFile(quote=quote, name=content.label)
        row.file.save(content.name, content, save=True)
        known[mark] = row
        added = True
    return added


def fingerprint_of(file: File) -> str:
    """What tells two contents apart."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def quote_is_late(invitation: Invitation, today: date) -> bool:
    """Whether the day has passed by which the provider promised its quote."""
    due = invitation.quote_due_on
    return bool(due and not invitation.quoted_at and due < today)
