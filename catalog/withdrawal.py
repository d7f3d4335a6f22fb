"""When and how a listing that was public once left the public's sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.models import Removal, Suspension, Withdrawal

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.models import ListingPage


class Cause(StrEnum):
    """Whose act it was; the public reads it, the reasons it does not."""

    REMOVED = "removed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNPUBLISHED = "unpublished"


@dataclass(frozen=True)
class Absence:
    """Why a listing is not shown, and since which day in local time where that is known."""

    cause: Cause
    since: date | None


def active_suspension(page: ListingPage) -> Suspension | None:
    """The earliest hold on the page or on a page above it that has not been lifted."""
    return Suspension.objects.in_force().over(page).order_by("starts_at").first()


def active_removal(page: ListingPage) -> Removal | None:
    """The earliest removal of the page or of a page above it that has not been lifted."""
    return Removal.objects.in_force().over(page).order_by("at").first()


def absence_of(page: ListingPage) -> Absence:
    """The gravest of the causes that hold now."""
    if removal := active_removal(page):
        return Absence(Cause.REMOVED, local_day(removal.at))
    if hold := active_suspension(page):
        return Absence(Cause.SUSPENDED, local_day(hold.starts_at))
    if withdrawal := Withdrawal.objects.filter(page_id=page.pk, ended_at=None).first():
        return Absence(Cause.WITHDRAWN, local_day(withdrawal.at))
    if page.expire_at and page.expire_at <= timezone.now():
        return Absence(Cause.EXPIRED, local_day(page.expire_at))
    unpublished = PageLogEntry.objects.filter(
        page_id=page.pk, action__startswith="wagtail.unpublish"
    )
    entry = unpublished.order_by("-timestamp").first()
    return Absence(Cause.UNPUBLISHED, local_day(entry.timestamp) if entry else None)


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
