"""The bureau's pause: a page and all below it leave site and index together, and come back so."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from catalog.models import ListingPage, Suspension
from providers.models import NoticeKind
from providers.notices import tell_bureau, tell_members
from providers.withdrawal.subtree import ActRefused, hold_subtree, provider_above


@transaction.atomic
def suspend(
    page: ListingPage, *, by: AbstractBaseUser, reason: str, until: date | None = None
) -> Suspension:
    """Hold a listing until the hold is lifted; ``until`` is only what the provider is told.

    Raises:
        ActRefused: no reason, never public, or suspended already.
    """
    page = hold_subtree(page)[0]
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if not page.first_published_at:
        raise ActRefused([_("This listing was never public.")])
    if Suspension.objects.in_force().filter(page=page).exists():
        raise ActRefused([_("This page is suspended already.")])
    hold = Suspension.objects.create(page_id=page.pk, reason=reason, until=until, set_by=by)
    log(
        instance=page,
        action="providers.suspend",
        user=by,
        data={"suspension": hold.pk, "reason": reason},
    )
    tell(page, NoticeKind.LISTING_SUSPENDED, hold)
    return hold


@transaction.atomic
def lift(suspension: Suspension, *, by: AbstractBaseUser, override_reason: str = "") -> None:
    """End a hold, after the rules were checked again on all that would come back.

    Raises:
        ActRefused: lifted already, or open points and no ``override_reason``.
    """
    subtree = hold_subtree(suspension.page)
    hold = Suspension.objects.select_for_update().get(pk=suspension.pk)
    if hold.lifted_at:
        raise ActRefused([_("This suspension has been lifted already.")])
    points = open_points(subtree)
    if points and not override_reason.strip():
        raise ActRefused(points)
    hold.lifted_at = timezone.now()
    hold.save(update_fields=["lifted_at"])
    log(
        instance=subtree[0],
        action="providers.lift_suspension",
        user=by,
        data={
            "suspension": hold.pk,
            "override": override_reason,
            "open_points": [str(point) for point in points],
        },
    )
    tell(subtree[0], NoticeKind.LISTING_RESTORED, hold)


def beyond_announced_end(today: date) -> QuerySet[Suspension]:
    """Holds in force whose announced last day lies before ``today`` (local time)."""
    return Suspension.objects.in_force().filter(until__lt=today)


@transaction.atomic
def remind_of_end(pk: int, today: date) -> bool:
    """Tell members and bureau that a hold outlasts what was announced; whether somebody was new.

    The day announced is part of the event, so each of them hears of it once. Nothing is held:
    whoever lifts it holds the page first, and would wait for this as this for that.
    """
    hold = beyond_announced_end(today).select_related("page").filter(pk=pk).first()
    if hold is None:
        return False
    page = hold.page.specific
    event = f"suspension{hold.pk}:{hold.until}"
    told = tell_bureau(
        NoticeKind.SUSPENSION_OVERDUE,
        event=event,
        page=page,
        path=reverse("listing_holds", args=[page.pk]),
    )
    return told + tell(page, NoticeKind.SUSPENSION_OVERDUE, hold, event=event) > 0


def open_points(subtree: list[ListingPage]) -> list[str]:
    """What the rules of today find in the public content of each live listing, as sentences."""
    return [
        _("%(title)s: %(point)s") % {"title": listing.title, "point": point}
        for listing in subtree
        if listing.live
        for point in listing.blockers()
    ]


def tell(page: ListingPage, kind: NoticeKind, hold: Suspension, *, event: str = "") -> int:
    """Tell the provider's members, once an ``event`` (default: the hold); the number told."""
    provider = provider_above(page)
    if provider is None:
        return 0
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    event = event or f"suspension{hold.pk}"
    return tell_members(provider, kind, event=event, page=page, path=path)
