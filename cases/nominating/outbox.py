"""Messages to an enterprise that nominated: written in the transaction, delivered after it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from cases.models import Nomination, NominationMessage, NominationMessageKind
from providers import delivery
from providers.models import DeliveryQuerySet


def tell_enterprise(
    nomination: Nomination, kind: NominationMessageKind, *, event: str = ""
) -> None:
    """Write a message, once a kind and event, and deliver it once this is committed."""
    _message, is_new = NominationMessage.objects.get_or_create(
        key=f"{kind}:{nomination.reference}:{event}",
        defaults={"kind": kind, "nomination": nomination},
    )
    if is_new:
        transaction.on_commit(deliver_waiting, robust=True)


def deliver_waiting() -> int:
    """Send what waits, oldest first; the number sent."""
    return delivery.deliver_waiting(SOURCE)


def readable() -> DeliveryQuerySet:
    return NominationMessage.objects.select_related("nomination")


def compose(message: NominationMessage) -> delivery.Letter:
    """The reference, what happened and a link; nobody's name or number."""
    nomination = message.nomination
    context = {"reference": nomination.reference, "link": link_to(nomination)}
    return delivery.write_letter(
        message.kind,
        context,
        pk=message.pk,
        key=f"nominationmessage:{message.key}",
        reader=f"nomination {nomination.reference}",
        email=nomination.email,
        phone=nomination.phone,
        why=lazy(why, str)(),
        logged=f"{message.kind} to nomination {nomination.reference}",
        source=__name__,
    )


def link_to(nomination: Nomination) -> str:
    """The private link; the page of nominations where the site's keys no longer make one."""
    token = nomination.token
    path = reverse("nomination_link", args=[token]) if token else reverse("nomination_start")
    return delivery.address_of(path)


def why() -> str:
    """For what reason the reader gets it, as the foot of a mail says."""
    site = {"site": settings.WAGTAIL_SITE_NAME}
    return _("You get this because you nominated a case at “%(site)s”.") % site


def reader_of(message: NominationMessage) -> str:
    """Who reads, without a name, for the office."""
    return _("nomination %(reference)s") % {"reference": message.nomination.reference}


SOURCE = delivery.register(
    delivery.Source(
        model=NominationMessage,
        rows=readable,
        compose=compose,
        reader=reader_of,
        group=lambda message: None,
    )
)
