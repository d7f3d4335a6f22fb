"""Telling members, reviewers, the bureau, applicants and invited people about listings.

A notice is a row in the transaction that makes it true, delivered after the commit or by
``run_due``; it carries a link and no personal data. ``event`` names what happened: the same kind
and event is told to the same reader once.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.models import Page

from providers import delivery
from providers.keys import fingerprint
from providers.models import (
    Application,
    MemberInvitation,
    Notice,
    NoticeKind,
    ProviderPage,
)

KEY_LENGTH = Notice._meta.get_field("key").max_length


# -- writing ------------------------------------------------------------------------------------


def tell_members(
    provider: ProviderPage,
    kind: NoticeKind,
    *,
    event: str,
    page: Page | None = None,
    path: str = "",
) -> int:
    """Write a notice to every active member of the provider; ``page`` defaults to its profile.

    This and its like return how many notices are new.
    """
    members = active_users().filter(groups__provider_team__provider=provider.pk)
    return tell_each(members, kind, event=event, page=page or provider, path=path)


def tell_reviewers(
    groups: QuerySet, kind: NoticeKind, *, event: str, page: Page | None = None, path: str = ""
) -> int:
    """Write a notice to every active account in one of the groups."""
    readers = active_users().filter(groups__in=groups.values("pk"))
    return tell_each(readers, kind, event=event, page=page, path=path)


def tell_bureau(kind: NoticeKind, *, event: str, page: Page | None = None, path: str = "") -> int:
    """Write a notice to every officer of the bureau."""
    return tell_each(bureau_officers(), kind, event=event, page=page, path=path)


def tell_user(
    user: AbstractBaseUser,
    kind: NoticeKind,
    *,
    event: str,
    page: Page | None = None,
    path: str = "",
) -> bool:
    """Write a notice to one account; whether it is new."""
    key = key_of(kind, event, f"user{user.pk}")
    return write(key, kind=kind, user=user, page=plain(page), path=path)


def tell_applicant(application: Application, kind: NoticeKind, *, event: str) -> bool:
    """Write a notice to who applied; the private link is made on delivery."""
    reader = f"application{application.pk}"
    return write(key_of(kind, event, reader), kind=kind, application=application)


def tell_invited(invitation: MemberInvitation) -> bool:
    """Write the notice that holds an invitation's private link, made on delivery.

    A new salt of the invitation is a new link, and is told again.
    """
    kind = NoticeKind.MEMBER_INVITED
    key = key_of(kind, invitation.salt, f"invitation{invitation.pk}")
    return write(key, kind=kind, invitation=invitation)


def tell_each(readers: QuerySet, kind: NoticeKind, **about) -> int:
    return sum(tell_user(reader, kind, **about) for reader in readers.distinct())


def active_users() -> QuerySet:
    return get_user_model().objects.filter(is_active=True)


def bureau_officers() -> QuerySet:
    """Active accounts that decide on applications: the bureau, by permission and not by name."""
    decides = Permission.objects.filter(
        content_type__app_label="providers", codename="change_application"
    )
    return (
        active_users()
        .filter(Q(groups__permissions__in=decides) | Q(user_permissions__in=decides))
        .distinct()
    )


def key_of(kind: NoticeKind, event: str, reader: str) -> str:
    """The row's unique key; an event with a long name is told apart by its fingerprint."""
    key = f"{kind}:{event}:{reader}"
    return key if len(key) <= KEY_LENGTH else f"{kind}:{fingerprint(event)}:{reader}"


def plain(page: Page | None) -> Page | None:
    """The page as the foreign key wants it: a listing is a page with more beside it."""
    return page and getattr(page, "page_ptr", page)


def write(key: str, **fields) -> bool:
    """Add a row unless the same event was told before, and deliver once this is committed."""
    _notice, is_new = Notice.objects.get_or_create(key=key, defaults=fields)
    if is_new:
        transaction.on_commit(deliver_waiting, robust=True)
    return is_new


# -- delivering ---------------------------------------------------------------------------------


def deliver_waiting() -> int:
    """Send what waits, oldest first; the number sent. Accounts that were closed get nothing."""
    readable = Notice.objects.exclude(user__is_active=False)
    rows = readable.select_related("user", "application", "invitation", "page")
    return delivery.deliver_waiting(rows, deliver)


def deliver(notice: Notice) -> bool:
    """Hand one notice to every channel; whether it went out."""
    return delivery.hand_over(notice, compose, delivery.channels())


def compose(notice: Notice) -> delivery.Letter:
    """What happened and a link; nobody's name or number."""
    context = {
        "notice": notice,
        "link": link(notice),
        "page_title": notice.page.title if notice.page else "",
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    subject, text = delivery.subject_and_text(notice.kind, context)
    reader, email = reader_of(notice)
    return delivery.Letter(
        pk=notice.pk,
        kind=notice.kind,
        reader=reader,
        email=email,
        subject=subject,
        text=text,
        logged=f"{notice.kind} to {reader}",
        source=__name__,
    )


def reader_of(notice: Notice) -> tuple[str, str]:
    """Who reads, without a name, and the e-mail address."""
    if notice.user:
        return f"account {notice.user_id}", notice.user.email
    if notice.application:
        return f"application {notice.application.reference}", notice.application.email
    return f"invitation {notice.invitation.reference}", notice.invitation.email


def link(notice: Notice) -> str:
    """Where the reader goes on; private links are derived here and stored nowhere."""
    if notice.application:
        return private_link("join_application", notice.application.token)
    if notice.invitation:
        return private_link("join_invitation", notice.invitation.token)
    if notice.path:
        return delivery.address_of(notice.path)
    if notice.page:
        return delivery.address_of(reverse("wagtailadmin_pages:edit", args=[notice.page_id]))
    return delivery.address_of(reverse("wagtailadmin_home"))


def private_link(name: str, token: str) -> str:
    """The address that a private link opens; the site's own where its keys no longer make it."""
    return delivery.address_of(reverse(name, args=[token]) if token else "/")
