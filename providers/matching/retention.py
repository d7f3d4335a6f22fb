"""Personal data leave when their time has come; figures and the proof of consents stay."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from catalog.uploads import delete_stored
from providers.matching.lifecycle import CONTACT_FIELDS, locked
from providers.matching.models import MatchRequest, RequestDraft


def expired_drafts():
    """Drafts that nobody has touched for 30 days."""
    return RequestDraft.objects.expired()


def expired_requests():
    """Requests that ended 12 months ago and still name somebody."""
    return MatchRequest.objects.to_erase()


def remove_draft(draft: RequestDraft) -> None:
    photo = draft.photo
    draft.delete()
    if photo:
        photo.delete(save=False)


@transaction.atomic
def erase_request(request: MatchRequest) -> None:
    """Empty what names or reaches the enterprise, and what it wrote freely."""
    request = locked(request)
    photo = request.photo
    for name in CONTACT_FIELDS:
        setattr(request, name, "")
    request.photo = request.sentence = ""
    request.roster_entry = None
    request.erased_at = timezone.now()
    request.save()
    request.consents.live().update(withdrawn_at=request.erased_at)
    request.drafts.all().delete()
    request.edits.all().delete()
    if photo:
        delete_stored(photo)
