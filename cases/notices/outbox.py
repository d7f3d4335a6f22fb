"""Messages to whoever filed an objection: written in the transaction, delivered after it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from cases.models import Objection, ObjectionMessage, ObjectionMessageKind
from providers import delivery
from providers.models import DeliveryQuerySet


def tell_objector(objection: Objection, kind: ObjectionMessageKind) -> None:
    """Write a message, once a kind, and deliver it once this is committed."""
    _message, is_new = ObjectionMessage.objects.get_or_create(
        key=f"{kind}:{objection.reference}", defaults={"kind": kind, "objection": objection}
    )
    if is_new:
        transaction.on_commit(deliver_waiting, robust=True)


def deliver_waiting() -> int:
    """Send what waits, oldest first; the number sent."""
    return delivery.deliver_waiting(SOURCE)


def readable() -> DeliveryQuerySet:
    return ObjectionMessage.objects.select_related("objection")


def compose(message: ObjectionMessage) -> delivery.Letter:
    """The reference, what happened and a link; nobody's name or number."""
    objection = message.objection
    link = link_to(objection)
    context = {"reference": objection.reference, "link": link}
    return delivery.write_letter(
        message.kind,
        context,
        pk=message.pk,
        key=f"objectionmessage:{message.key}",
        reader=f"objection {objection.reference}",
        email=objection.email,
        phone=objection.phone,
        why=lazy(why, str)(),
        logged=f"{message.kind} to objection {objection.reference}",
        source=__name__,
    )


def link_to(objection: Objection) -> str:
    """The private link; the page that finds it where the site's keys no longer make one."""
    token = objection.token
    path = reverse("objection_link", args=[token]) if token else reverse("objection_find")
    return delivery.address_of(path)


def why() -> str:
    """For what reason the reader gets it, as the foot of a mail says."""
    site = {"site": settings.WAGTAIL_SITE_NAME}
    return _("You get this because you filed an objection at “%(site)s”.") % site


def reader_of(message: ObjectionMessage) -> str:
    """Who reads, without a name, for the office."""
    return _("objection %(reference)s") % {"reference": message.objection.reference}


SOURCE = delivery.register(
    delivery.Source(
        model=ObjectionMessage,
        rows=readable,
        compose=compose,
        reader=reader_of,
        group=lambda message: None,
    )
)
