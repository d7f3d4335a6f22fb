"""When a listing that was public once left the public's sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.models import Suspension

if TYPE_CHECKING:
    from datetime import date

    from catalog.models import ListingPage


def withdrawn_on(page: ListingPage) -> date | None:
    """The day in local time: of a hold on the page or above it, of expiry, or of unpublishing."""
    above = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    hold = Suspension.objects.filter(lifted_at=None, page__path__in=above).order_by("starts_at")
    if found := hold.first():
        return timezone.localdate(found.starts_at)
    if page.expire_at and page.expire_at <= timezone.now():
        return timezone.localdate(page.expire_at)
    entry = (
        PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.unpublish")
        .order_by("-timestamp")
        .first()
    )
    return timezone.localdate(entry.timestamp) if entry else None
