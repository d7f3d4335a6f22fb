"""Telling members, reviewers, the bureau, applicants and invited people about listings.

A notice is a row in the transaction that makes it true, delivered after the commit or by
``run_due``; it carries a link and no personal data. ``event`` names what happened: the same kind
and event is told to the same reader once.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from wagtail.models import Page

from providers import delivery
from providers.keys import fingerprint
from providers.messages.robots import office_robots, post, team_robots
from providers.models import (
    Application,
    ChatRobot,
    DeliveryQuerySet,
    MemberInvitation,
    MessageGroup,
    Notice,
    NoticeKind,
    ProviderPage,
)

# What an account may read on the site only. Kinds that are not named here are always mailed:
# decisions with a time limit, invitations, and whatever goes to people without an account.
GROUP_OF: dict[str, MessageGroup] = {
    NoticeKind.APPLICATION_SUBMITTED: MessageGroup.JOINING,
    NoticeKind.REVIEW_WAITING: MessageGroup.REVIEW,
    NoticeKind.REVIEW_OVERDUE: MessageGroup.REVIEW,
    NoticeKind.LISTING_RETURNED: MessageGroup.REVIEW,
    NoticeKind.LISTING_PUBLISHED: MessageGroup.REVIEW,
    NoticeKind.LISTING_RESTORED: MessageGroup.REVIEW,
    NoticeKind.SUSPENSION_OVERDUE: MessageGroup.REVIEW,
    NoticeKind.PROFILE_WITHDRAWN: MessageGroup.REVIEW,
    NoticeKind.APPEAL_FILED: MessageGroup.REVIEW,
    NoticeKind.NOTICE_OBJECTION: MessageGroup.CASES,
    NoticeKind.NOTICE_OBJECTION_DUE: MessageGroup.CASES,
    NoticeKind.NOTICE_ENDED: MessageGroup.CASES,
    NoticeKind.QUALIFICATION_EXPIRES: MessageGroup.CERTIFICATES,
    NoticeKind.QUALIFICATION_EXPIRED: MessageGroup.CERTIFICATES,
    NoticeKind.SCORING_ASSIGNED: MessageGroup.CASES,
    NoticeKind.SCORING_REMINDED: MessageGroup.CASES,
    NoticeKind.SCORING_DECLINED: MessageGroup.CASES,
    NoticeKind.SCORING_COMPLETE: MessageGroup.CASES,
    NoticeKind.SCORING_REVISED: MessageGroup.CASES,
    NoticeKind.CASE_NOMINATED: MessageGroup.CASES,
    NoticeKind.PERMISSION_TO_CHECK: MessageGroup.CASES,
    NoticeKind.PERMISSION_ANSWERED: MessageGroup.CASES,
    NoticeKind.CASE_SHORTLISTED: MessageGroup.CASES,
    NoticeKind.CASE_INCOMPLETE: MessageGroup.CASES,
    NoticeKind.CASE_REJECTED: MessageGroup.CASES,
}
ALWAYS_MAILED = frozenset(
    {
        NoticeKind.APPLICATION_RECEIVED,
        NoticeKind.APPLICATION_RETURNED,
        NoticeKind.APPLICATION_REFUSED,
        NoticeKind.APPROVAL_TAKEN_BACK,
        NoticeKind.MEMBER_INVITED,
        NoticeKind.LISTING_SUSPENDED,
        NoticeKind.LISTING_REMOVED,
        NoticeKind.APPEAL_ANSWERED,
        NoticeKind.EXPERT_INVITED,
        # It has a time limit.
        NoticeKind.NOTICE_STATEMENT,
        NoticeKind.PERMISSION_WITHDRAWN,
    }
)
# How the private link of a kind is made, by apps that this one must not know.
PRIVATE_LINKS: dict[str, Callable[[Notice], str]] = {}

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
    robots = team_robots(provider.pk)
    return tell_each(members, robots, kind, event=event, page=page or provider, path=path)


def tell_reviewers(
    groups: QuerySet, kind: NoticeKind, *, event: str, page: Page | None = None, path: str = ""
) -> int:
    """Write a notice to every active account in one of the groups."""
    readers = active_users().filter(groups__in=groups.values("pk"))
    is_office = groups.filter(permissions__in=deciding()).exists()
    robots = office_robots() if is_office else ChatRobot.objects.none()
    return tell_each(readers, robots, kind, event=event, page=page, path=path)


def tell_bureau(kind: NoticeKind, *, event: str, page: Page | None = None, path: str = "") -> int:
    """Write a notice to every officer of the bureau."""
    return tell_each(bureau_officers(), office_robots(), kind, event=event, page=page, path=path)


def tell_user(
    user: AbstractBaseUser,
    kind: NoticeKind,
    *,
    event: str,
    page: Page | None = None,
    path: str = "",
) -> bool:
    """Write a notice to one account; whether it is new."""
    return write_to(user, kind, event=event, page=page, path=path) is not None


def tell_applicant(application: Application, kind: NoticeKind, *, event: str) -> bool:
    """Write a notice to who applied; the private link is made on delivery."""
    reader = f"application{application.pk}"
    key = key_of(kind, event, reader)
    return write(key, kind=kind, application=application) is not None


def tell_invited(invitation: MemberInvitation) -> bool:
    """Write the notice that holds an invitation's private link, made on delivery.

    A new salt of the invitation is a new link, and is told again.
    """
    kind = NoticeKind.MEMBER_INVITED
    key = key_of(kind, invitation.salt, f"invitation{invitation.pk}")
    return write(key, kind=kind, invitation=invitation) is not None


def tell_each(
    readers: QuerySet, robots: QuerySet[ChatRobot], kind: NoticeKind, *, event: str, **about
) -> int:
    """Write to every account, and to every robot once what is new to one of them."""
    told = [write_to(reader, kind, event=event, **about) for reader in readers.distinct()]
    new = [notice for notice in told if notice is not None]
    if new:
        post(robots, about=new[0], kind=kind, event=event)
    return len(new)


def write_to(
    user: AbstractBaseUser, kind: NoticeKind, *, event: str, page: Page | None, path: str
) -> Notice | None:
    key = key_of(kind, event, f"user{user.pk}")
    return write(key, kind=kind, user=user, page=plain(page), path=path)


def active_users() -> QuerySet:
    return get_user_model().objects.filter(is_active=True)


def bureau_officers() -> QuerySet:
    """Active accounts that decide on applications: the bureau, by permission and not by name."""
    decides = deciding()
    return (
        active_users()
        .filter(Q(groups__permissions__in=decides) | Q(user_permissions__in=decides))
        .distinct()
    )


def deciding() -> QuerySet[Permission]:
    """The permission to decide on applications."""
    return Permission.objects.filter(
        content_type__app_label="providers", codename="change_application"
    )


def key_of(kind: NoticeKind, event: str, reader: str) -> str:
    """The row's unique key; an event with a long name is told apart by its fingerprint."""
    key = f"{kind}:{event}:{reader}"
    return key if len(key) <= KEY_LENGTH else f"{kind}:{fingerprint(event)}:{reader}"


def plain(page: Page | None) -> Page | None:
    """The page as the foreign key wants it: a listing is a page with more beside it."""
    return page and getattr(page, "page_ptr", page)


def write(key: str, **fields) -> Notice | None:
    """Add a row and deliver it once this is committed; None where the event was told before."""
    notice, is_new = Notice.objects.get_or_create(key=key, defaults=fields)
    if not is_new:
        return None
    transaction.on_commit(deliver_waiting, robust=True)
    return notice


# -- delivering ---------------------------------------------------------------------------------


def deliver_waiting() -> int:
    """Send what waits, oldest first; the number sent."""
    return delivery.deliver_waiting(SOURCE)


def readable() -> DeliveryQuerySet:
    return Notice.objects.select_related(
        "user__wagtail_userprofile", "application", "invitation", "page"
    )


def compose(notice: Notice) -> delivery.Letter:
    """What happened and a link; nobody's name or number."""
    context = {
        "notice": notice,
        "link": link(notice),
        "page_title": notice.page.title if notice.page else "",
    }
    return delivery.write_letter(
        notice.kind,
        context,
        pk=notice.pk,
        key=f"notice:{notice.key}",
        reader=identity_of(notice),
        email=email_of(notice),
        why=lazy(why, str)(notice),
        logged=f"{notice.kind} to {identity_of(notice)}",
        source=__name__,
    )


def identity_of(notice: Notice) -> str:
    """Who reads, without a name, as logs and files say it."""
    if notice.user_id:
        return f"account {notice.user_id}"
    if notice.application:
        return f"application {notice.application.reference}"
    return f"invitation {notice.invitation.reference}"


def reader_of(notice: Notice) -> str:
    """The same for the office."""
    if notice.user_id:
        return _("account %(number)s") % {"number": notice.user_id}
    if notice.application:
        return _("application %(reference)s") % {"reference": notice.application.reference}
    return _("invitation %(reference)s") % {"reference": notice.invitation.reference}


def email_of(notice: Notice) -> str:
    reader = notice.user or notice.application or notice.invitation
    return reader.email


def why(notice: Notice) -> str:
    """For what reason the reader gets it, as the foot of a mail says."""
    site = {"site": settings.WAGTAIL_SITE_NAME}
    if notice.application:
        return _("You get this because you applied to join “%(site)s”.") % site
    if notice.invitation:
        return _("You get this because you were invited to “%(site)s”.") % site
    return delivery.why_account(group_of(notice))


def group_of(notice: Notice) -> MessageGroup | None:
    """By which choice of its reader it is mailed; None is always mailed."""
    return GROUP_OF.get(notice.kind)


def link(notice: Notice) -> str:
    """Where the reader goes on; private links are derived here and stored nowhere."""
    if notice.application:
        return private_link("join_application", notice.application.token)
    if notice.invitation:
        return private_link("join_invitation", notice.invitation.token)
    if notice.kind in PRIVATE_LINKS:
        return PRIVATE_LINKS[notice.kind](notice)
    if notice.path:
        return delivery.address_of(notice.path)
    if notice.page:
        return delivery.address_of(reverse("wagtailadmin_pages:edit", args=[notice.page_id]))
    return delivery.address_of(reverse("wagtailadmin_home"))


def private_link(name: str, token: str) -> str:
    """The address that a private link opens; the site's own where its keys no longer make it."""
    return delivery.address_of(reverse(name, args=[token]) if token else "/")


SOURCE = delivery.register(
    delivery.Source(
        model=Notice,
        rows=readable,
        compose=compose,
        reader=reader_of,
        group=group_of,
        # Accounts that were closed get nothing but the notice that says why.
        held=Q(user__is_active=False) & ~Q(kind=NoticeKind.APPROVAL_TAKEN_BACK),
    )
)
