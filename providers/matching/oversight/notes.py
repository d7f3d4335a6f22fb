"""Notes of the office to itself beside a request."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import MatchRequest, OversightNote, Side
from providers.matching.officers import SEES_ALL, side_of

# The same words by the same officer within this time are a second click.
SAME_NOTE = timedelta(minutes=5)


@transaction.atomic
def add_note(
    request: MatchRequest, *, by: AbstractBaseUser, text: str, side: Side | None = None
) -> OversightNote:
    """Write a note; a double click writes one.

    Args:
        side: for whom, where it is not the officer's own side (the service centre).

    Raises:
        MovedOnError: the data of the request are erased; nothing is written about it any more.
    """
    request = locked(request)
    if request.erased_at:
        raise MovedOnError
    recent = request.notes.filter(by=by, text=text, at__gt=timezone.now() - SAME_NOTE)
    return recent.first() or OversightNote.objects.create(
        request=request, side=side or side_of(by), by=by, text=text
    )


def notes_for(request: MatchRequest, user: AbstractBaseUser) -> list[OversightNote]:
    """The notes that an officer may read.

    The lead provider reads its own only: bureau and committee may write down who asks.
    """
    rows = request.notes.select_related("by")
    return list(rows if user.has_perm(SEES_ALL) else rows.filter(side=Side.LEAD))
