"""When a listing that was public once left the public's sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.models import Suspension, line_of_paths

if TYPE_CHECKING:
    from datetime import date

    from catalog.models import ListingPage


def active_suspension(page: ListingPage) -> Suspension | None:
    """The earliest hold on the page or on a page above it that has not been lifted."""
    holds = Suspension.objects.filter(lifted_at=None, page__path__in=line_of_paths(page))
    return holds.order_by("starts_at").first()


def withdrawn_on(page: ListingPage) -> date | None:
    """The day in local time: of a hold, of expiry, or of unpublishing."""
    if hold := active_suspension(page):
        return timezone.localdate(hold.starts_at)
    if page.expire_at and page.expire_at <= timezone.now():
        return timezone.localdate(page.expire_at)
    entry = (
        PageLogEntry.objects.filter(page_id=page.pk, action="wagtail.unpublish")
        .order_by("-timestamp")
        .first()
    )
    return timezone.localdate(entry.timestamp) if entry else None
