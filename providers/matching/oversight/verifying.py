"""The centre verifies who asks; the providers asked are shown that it did, and nothing more."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import EventKind, MatchRequest, OversightNote, Side, note

TAKEN_BACK = "taken_back"


@transaction.atomic
def verify_phone(request: MatchRequest, *, by: AbstractBaseUser) -> None:
    """Somebody of the enterprise has answered at its phone."""
    mark(request, "phone_verified", EventKind.PHONE_VERIFIED, by)


@transaction.atomic
def verify_company(request: MatchRequest, *, by: AbstractBaseUser) -> None:
    """The company exists as named, and the one who asks belongs to it."""
    mark(request, "company_verified", EventKind.COMPANY_VERIFIED, by)


@transaction.atomic
def take_back_phone(request: MatchRequest, *, by: AbstractBaseUser, reason: str) -> None:
    unmark(request, "phone_verified", EventKind.PHONE_VERIFIED, by, reason)


@transaction.atomic
def take_back_company(request: MatchRequest, *, by: AbstractBaseUser, reason: str) -> None:
    unmark(request, "company_verified", EventKind.COMPANY_VERIFIED, by, reason)


def mark(request: MatchRequest, field: str, kind: EventKind, by: AbstractBaseUser) -> None:
    """Set the stamp ``<field>_at`` with who set it; once set, it stays as it is.

    Raises:
        MovedOnError: it was not sent, or its personal data are erased.
    """
    request = verifiable(request)
    if getattr(request, f"{field}_at"):
        return
    stamp(request, field, timezone.now(), by)
    note(request, kind, Side.CENTRE, by=by)


def unmark(
    request: MatchRequest, field: str, kind: EventKind, by: AbstractBaseUser, reason: str
) -> None:
    """Take the stamp away; the reason stands among the office's notes."""
    request = verifiable(request)
    if getattr(request, f"{field}_at") is None:
        return
    stamp(request, field, None, None)
    note(request, kind, Side.CENTRE, by=by, detail=TAKEN_BACK)
    text = _("“%(what)s” taken back: %(reason)s") % {"what": kind.label, "reason": reason}
    OversightNote.objects.create(request=request, side=Side.CENTRE, by=by, text=text[:1000])


def verifiable(request: MatchRequest) -> MatchRequest:
    current = locked(request)
    if current.erased_at or not current.is_sent():
        raise MovedOnError
    return current


def stamp(request: MatchRequest, field: str, at, by: AbstractBaseUser | None) -> None:
    setattr(request, f"{field}_at", at)
    setattr(request, f"{field}_by", by)
    request.save(update_fields=[f"{field}_at", f"{field}_by"])
