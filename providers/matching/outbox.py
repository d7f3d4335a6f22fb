"""Telling people: write rows in the transaction, deliver them after it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.models import Invitation, MatchRequest, Message, MessageKind

logger = logging.getLogger(__name__)
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
    sent = 0
    for pk in list(Message.objects.waiting().values_list("pk", flat=True)[:200]):
        now = timezone.now()
        if not Message.objects.waiting(now).filter(pk=pk).update(claimed_at=now):
            continue
        message = Message.objects.select_related("request", "invitation", "user").get(pk=pk)
        sent += deliver(message)
    return sent


def deliver(message: Message) -> bool:
    """Hand one message to every channel; a channel that fails is noted and tried again later."""
    with translation.override(settings.LANGUAGE_CODE):
        subject, text = compose(message)
    try:
        for channel in channels():
            channel(message, subject, text)
    except OSError as error:
        logger.warning("Message %s was not delivered: %s", message.pk, type(error).__name__)
        Message.objects.filter(pk=message.pk).update(error=type(error).__name__)
        return False
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now(), error="")
    return True


def compose(message: Message) -> tuple[str, str]:
    """Subject and text: the reference, what happened and a link; nobody's name or number."""
    context = {"message": message, "reference": message.request.reference, "link": link(message)}
    subject, _blank, text = (
        render_to_string(f"mail/{message.kind}.txt", context).strip().partition("\n")
    )
    return subject.strip(), text.strip() + "\n"


def link(message: Message) -> str:
    """Where the reader goes on: its own page, which asks who reads."""
    if message.audience == AUDIENCE.ENTERPRISE:
        token = message.request.token
        path = reverse("request_link", args=[token]) if token else ""
    elif message.audience == AUDIENCE.PROVIDER:
        path = reverse("matching_invitation", args=[message.invitation.public_id])
    else:
        path = reverse("matching_request", args=[message.request.reference])
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path


Channel = Callable[[Message, str, str], None]


def channels() -> Iterable[Channel]:
    """The channels of this site. In the default set-up e-mail goes to the console."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        return (to_console, to_file)
    return (to_email, to_file)


def to_console(message: Message, subject: str, text: str) -> None:
    """Into the log: kind and reference. An address or a private link has no place there."""
    logger.info(
        "Message %s to %s: %s, request %s",
        message.pk,
        message.audience,
        message.kind,
        message.request.reference,
    )


def to_file(message: Message, subject: str, text: str) -> None:
    """One file a message in ``MAIL_DIR``, named by the row, so that twice is once."""
    settings.MAIL_DIR.mkdir(parents=True, exist_ok=True)
    reader = message.user.get_username() if message.user else message.request.reference
    path = settings.MAIL_DIR / f"{message.pk:08d}-{message.kind}.txt"
    path.write_text(f"To: {message.audience} {reader}\nSubject: {subject}\n\n{text}", "utf-8")


def to_email(message: Message, subject: str, text: str) -> None:
    """By e-mail where an address is known; enterprises without one are on the call list."""
    address = message.user.email if message.user else message.request.email
    if address:
        EmailMessage(subject, text, to=[address]).send()
