"""Telling people about requests: write rows in the transaction, deliver them after it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from providers import delivery
from providers.delivery import sms
from providers.delivery.channels import sends_mail
from providers.keys import fingerprint
from providers.matching.models import Invitation, MatchRequest, Message, MessageKind
from providers.matching.models.messages import NEEDS_ACTION
from providers.messages.robots import office_robots, post, team_robots
from providers.models import Channel, DeliveryQuerySet, MessageGroup

AUDIENCE = Message.Audience
KEY_LENGTH = Message._meta.get_field("key").max_length
# What no account may switch off: the law wants the data deleted.
ALWAYS_MAILED = frozenset({MessageKind.CONSENT_WITHDRAWN, MessageKind.DATA_ERASED})


# -- writing ------------------------------------------------------------------------------------


def tell_enterprise(
    request: MatchRequest, kind: MessageKind, invitation: Invitation | None = None, event: str = ""
) -> None:
    """Write a message to the enterprise; what it must act on is called where nothing reaches it."""
    subject = invitation.public_id if invitation else request.reference
    write(
        key=f"{kind}:{subject}:{event}",
        kind=kind,
        audience=AUDIENCE.ENTERPRISE,
        request=request,
        invitation=invitation,
        needs_call=kind in NEEDS_ACTION and not is_reached(request),
    )


def is_reached(request: MatchRequest) -> bool:
    """Whether a message by e-mail or to the phone would arrive, as far as the site can know."""
    return bool(request.email and sends_mail()) or sms.reaches(request.phone)


def tell_provider(invitation: Invitation, kind: MessageKind, event: str = "") -> None:
    """Write a message to every active member of the invited provider, and to its chat robots."""
    members = get_user_model().objects.filter(
        groups__provider_team__provider=invitation.provider_id, is_active=True
    )
    subject = f"{invitation.public_id}:{event}"
    told = [
        write(
            key=f"{kind}:{subject}:{member.pk}",
            kind=kind,
            audience=AUDIENCE.PROVIDER,
            user=member,
            request=invitation.request,
            invitation=invitation,
        )
        for member in members.distinct()
    ]
    post_about(told, team_robots(invitation.provider_id), kind, subject)


def tell_office(request: MatchRequest, kind: MessageKind, event: str = "") -> None:
    """Write a message to everyone who sees all requests, and to the office's chat robots."""
    sees_all = Permission.objects.filter(
        content_type__app_label="matching", codename="view_matchrequest"
    )
    officers = get_user_model().objects.filter(
        Q(groups__permissions__in=sees_all) | Q(user_permissions__in=sees_all), is_active=True
    )
    subject = f"{request.reference}:{event}" if event else request.reference
    told = [
        write(
            key=f"{kind}:{subject}:{officer.pk}",
            kind=kind,
            audience=AUDIENCE.OFFICE,
            user=officer,
            request=request,
        )
        for officer in officers.distinct()
    ]
    post_about(told, office_robots(), kind, subject)


def post_about(told: list[Message | None], robots: QuerySet, kind: MessageKind, event: str) -> None:
    """Have the robots say once what is new to one of the people told."""
    new = [message for message in told if message is not None]
    if new:
        post(robots, about=new[0], kind=kind, event=event)


def write(*, key: str, **fields) -> Message | None:
    """Add a row and deliver it once this is committed; None where the event was told before.

    Args:
        key: names kind, event and reader; one that is too long is told apart by its fingerprint.
        fields: the columns of ``Message``.
    """
    short = key if len(key) <= KEY_LENGTH else f"{fields['kind']}:{fingerprint(key)}"
    message, is_new = Message.objects.get_or_create(key=short, defaults=fields)
    if not is_new:
        return None
    transaction.on_commit(deliver_waiting, robust=True)
    return message


# -- delivering ---------------------------------------------------------------------------------


def deliver_waiting() -> int:
    """Send what waits, oldest first, each row by one process only; the number sent."""
    return delivery.deliver_waiting(SOURCE)


def readable() -> DeliveryQuerySet:
    return Message.objects.select_related("request", "invitation", "user__wagtail_userprofile")


def compose(message: Message) -> delivery.Letter:
    """The reference, what happened and a link; nobody's name or number."""
    request = message.request
    context = {"message": message, "reference": request.reference, "link": link(message)}
    is_account = message.user_id is not None
    number = f"account {message.user_id}" if is_account else request.reference
    return delivery.write_letter(
        message.kind,
        context,
        pk=message.pk,
        key=f"message:{message.key}",
        reader=f"{message.audience} {number}",
        email=message.user.email if is_account else request.email,
        phone="" if is_account else request.phone,
        why=lazy(why, str)(message),
        logged=f"{message.kind} to {message.audience}, request {request.reference}",
        source=__name__,
    )


def why(message: Message) -> str:
    """For what reason the reader gets it, as the foot of a mail says."""
    if message.user_id is not None:
        return delivery.why_account(group_of(message))
    site = {"site": settings.WAGTAIL_SITE_NAME}
    return _("You get this because you sent a request on “%(site)s”.") % site


def reader_of(message: Message) -> str:
    """Who reads, without a name, for the office."""
    if message.user_id is None:
        return _("enterprise, request %(reference)s") % {"reference": message.request.reference}
    return _("account %(number)s, request %(reference)s") % {
        "number": message.user_id,
        "reference": message.request.reference,
    }


def group_of(message: Message) -> MessageGroup | None:
    """By which choice of its reader it is mailed; None is always mailed."""
    return None if message.kind in ALWAYS_MAILED else MessageGroup.REQUESTS


def link(message: Message) -> str:
    """Where the reader goes on: its own page, which asks who reads."""
    if message.audience == AUDIENCE.ENTERPRISE:
        token = message.request.token
        path = reverse("request_link", args=[token]) if token else "/"
    elif message.audience == AUDIENCE.PROVIDER and message.invitation:
        path = reverse("matching_invitation", args=[message.invitation.public_id])
    elif message.kind == MessageKind.SCORE_CONTESTED:
        path = reverse("matching_objections")
    else:
        path = reverse("matching_request", args=[message.request.reference])
    return delivery.address_of(path)


# -- enterprises that nothing reaches -----------------------------------------------------------


def put_on_call_list(message: Message, channel: Channel) -> None:
    """An enterprise whose e-mail or text message failed for good is told by phone."""
    if message.audience == AUDIENCE.ENTERPRISE and channel in (Channel.EMAIL, Channel.SMS):
        Message.objects.filter(pk=message.pk).update(needs_call=True)


def take_off_call_list(message: Message, channel: Channel) -> None:
    """A later try has reached it after all."""
    is_told = channel == Channel.EMAIL or (
        channel == Channel.SMS and sms.reaches(message.request.phone)
    )
    if message.audience == AUDIENCE.ENTERPRISE and is_told:
        Message.objects.filter(pk=message.pk, needs_call=True).update(needs_call=False)


SOURCE = delivery.register(
    delivery.Source(
        model=Message,
        rows=readable,
        compose=compose,
        reader=reader_of,
        group=group_of,
        # Accounts that were closed get nothing.
        held=Q(user__is_active=False),
        reached=take_off_call_list,
        unreached=put_on_call_list,
    )
)
