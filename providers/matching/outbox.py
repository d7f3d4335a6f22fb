"""Telling people: write rows in the transaction, deliver them after it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from providers import delivery
from providers.delivery import Letter, channels
from providers.matching.models import Invitation, MatchRequest, Message, MessageKind

AUDIENCE = Message.Audience


# -- writing ------------------------------------------------------------------------------------


def tell_enterprise(
    request: MatchRequest, kind: MessageKind, invitation: Invitation | None = None, event: str = ""
) -> None:
    """Write a message to the enterprise; without an e-mail address it goes on the call list."""
    subject = invitation.public_id if invitation else request.reference
    write(
        key=f"{kind}:{subject}:{event}",
        kind=kind,
        audience=AUDIENCE.ENTERPRISE,
        request=request,
        invitation=invitation,
        needs_call=not request.email and kind == MessageKind.ANSWERED,
    )


def tell_provider(invitation: Invitation, kind: MessageKind, event: str = "") -> None:
    """Write a message to every active member of the invited provider."""
    members = get_user_model().objects.filter(
        groups__provider_team__provider=invitation.provider_id, is_active=True
    )
    for member in members.distinct():
        write(
            key=f"{kind}:{invitation.public_id}:{event}:{member.pk}",
            kind=kind,
            audience=AUDIENCE.PROVIDER,
            user=member,
            request=invitation.request,
            invitation=invitation,
        )


def tell_office(request: MatchRequest, kind: MessageKind) -> None:
    """Write a message to everyone who sees all requests."""
    sees_all = Permission.objects.filter(
        content_type__app_label="matching", codename="view_matchrequest"
    )
    officers = get_user_model().objects.filter(
        Q(groups__permissions__in=sees_all) | Q(user_permissions__in=sees_all), is_active=True
    )
    for officer in officers.distinct():
        write(
            key=f"{kind}:{request.reference}:{officer.pk}",
            kind=kind,
            audience=AUDIENCE.OFFICE,
            user=officer,
            request=request,
        )


def write(*, key: str, **fields) -> None:
    """Add a row unless the same event was told before, and deliver once this is committed."""
    Message.objects.get_or_create(key=key, defaults=fields)
    transaction.on_commit(deliver_waiting, robust=True)


# -- delivering ---------------------------------------------------------------------------------


def deliver_waiting() -> int:
    """Send what waits, oldest first, each row by one process only; the number sent."""
    rows = Message.objects.select_related("request", "invitation", "user")
    return delivery.deliver_waiting(rows, deliver)


def deliver(message: Message) -> bool:
    """Hand one message to every channel; a channel that fails is noted and tried again later."""
    return delivery.hand_over(message, compose, channels())


def compose(message: Message) -> Letter:
    """The reference, what happened and a link; nobody's name or number."""
    reference = message.request.reference
    context = {"message": message, "reference": reference, "link": link(message)}
    subject, text = delivery.subject_and_text(message.kind, context)
    name = message.user.get_username() if message.user else reference
    return Letter(
        pk=message.pk,
        kind=message.kind,
        reader=f"{message.audience} {name}",
        # Enterprises without an address are on the call list.
        email=message.user.email if message.user else message.request.email,
        subject=subject,
        text=text,
        logged=f"{message.kind} to {message.audience}, request {reference}",
        source=__name__,
    )


def link(message: Message) -> str:
    """Where the reader goes on: its own page, which asks who reads."""
    if message.audience == AUDIENCE.ENTERPRISE:
        token = message.request.token
        path = reverse("request_link", args=[token]) if token else ""
    elif message.audience == AUDIENCE.PROVIDER:
        path = reverse("matching_invitation", args=[message.invitation.public_id])
    else:
        path = reverse("matching_request", args=[message.request.reference])
    return delivery.address_of(path)
