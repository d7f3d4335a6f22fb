"""Members hear that a certificate ends: 60 and 30 days before, on its last day, the day after."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from providers.models import NoticeKind, Qualification
from providers.notices import tell_members

# Days before the end; the nearest that has come is told (design: Review).
THRESHOLDS = (0, 30, 60)
EXPIRED = "expired"


def ending(today: date) -> QuerySet[Qualification]:
    """Certificates that end soon or have ended.

    Those that the bureau has not checked show no badge that could be lost.
    """
    return Qualification.objects.filter(
        checked_on__isnull=False, valid_to__lte=today + timedelta(days=max(THRESHOLDS))
    ).order_by("pk")


def remind_of(qualification: Qualification, today: date) -> bool:
    """Tell the members of one end unless it was told, however often or late this runs.

    A late run tells the nearest threshold only. The mark is set by one process only.
    """
    threshold = threshold_on(qualification.valid_to, today)
    if threshold is None:
        return False
    mark = f"{qualification.valid_to:%Y%m%d}:{threshold}"
    if qualification.reminded == mark:
        return False
    with transaction.atomic():
        untold = Qualification.objects.filter(pk=qualification.pk, valid_to=qualification.valid_to)
        if not untold.exclude(reminded=mark).update(reminded=mark):
            return False
        kind = NoticeKind.QUALIFICATION_EXPIRES
        if threshold == EXPIRED:
            kind = NoticeKind.QUALIFICATION_EXPIRED
        tell_members(
            qualification.provider,
            kind,
            event=f"qualification{qualification.pk}:{mark}",
            path=reverse("qualification_edit", args=[qualification.pk]),
        )
    return True


def threshold_on(end: date, today: date) -> int | str | None:
    """The nearest threshold that has come; None before the first one."""
    left = (end - today).days
    if left < 0:
        return EXPIRED
    return next((days for days in THRESHOLDS if left <= days), None)
