"""Telling the offices and the parties about notices and objections; never who objects."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.urls import reverse

from cases.models import NoticePage, Objection
from cases.notices.parties import is_tied_to_notice, parties_of, tied_pages
from providers.messages.robots import office_robots
from providers.models import NoticeKind, ProviderPage
from providers.notices import tell_each, tell_members

SEES, DECIDES = "cases.view_objection", "cases.change_objection"


def officers(permission: str) -> QuerySet:
    """Active accounts that hold the permission by a group or by themselves."""
    app, _dot, codename = permission.partition(".")
    held = Permission.objects.filter(content_type__app_label=app, codename=codename)
    accounts = get_user_model().objects.filter(is_active=True)
    return accounts.filter(Q(groups__permissions__in=held) | Q(user_permissions__in=held))


def without_tied(accounts: QuerySet, notice: NoticePage, page_id: int | None) -> QuerySet:
    """Those of the accounts that have no part in the subject, or in anything on the notice."""
    found = accounts.distinct()
    tied = [
        user.pk
        for user in found
        if (tied_pages(user, {page_id}) if page_id else is_tied_to_notice(user, notice))
    ]
    return found.exclude(pk__in=tied)


def tell_offices(
    objection: Objection, kind: NoticeKind, *, event: str, permission: str = SEES
) -> int:
    """Write to every officer who may see the objection; the number of new notices."""
    page_id = objection.subject.page_id if objection.subject else None
    readers = without_tied(officers(permission), objection.notice, page_id)
    path = reverse("notices_objection", args=[objection.reference])
    robots = office_robots()
    return tell_each(readers, robots, kind, event=event, page=objection.notice.page_ptr, path=path)


def tell_of_end(notice: NoticePage) -> int:
    """Tell the bureau that a notice has ended and nothing about it is open."""
    return tell_each(
        officers(DECIDES),
        office_robots(),
        NoticeKind.NOTICE_ENDED,
        event=f"notice{notice.pk}",
        page=notice.page_ptr,
        path=reverse("notices_notice", args=[notice.pk]),
    )


def tell_parties(objection: Objection) -> int:
    """Ask each provider with a part in the subject for its statement."""
    page_id = objection.subject and objection.subject.page_id
    if not page_id:
        return 0
    providers = ProviderPage.objects.filter(pk__in=parties_of([page_id])[page_id])
    path = reverse("notices_statement", args=[objection.reference])
    return sum(
        tell_members(
            provider,
            NoticeKind.NOTICE_STATEMENT,
            event=objection.reference,
            page=objection.subject.page,
            path=path,
        )
        for provider in providers
    )
