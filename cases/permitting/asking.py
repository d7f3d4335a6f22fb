"""Asking an enterprise whether its case may be published, and keeping what it says.

A permission is for one content (design: Cases): another wording, figure or picture is asked anew.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from cases.models import CasePage, Nomination, NominationMessageKind, PublicationPermission
from cases.models.permissions import fingerprint_of
from cases.nominating.outbox import tell_enterprise
from catalog.models import Suspension
from providers.models import NoticeKind
from providers.notices import tell_bureau, tell_members

Answer = PublicationPermission.Answer


class MovedOnError(Exception):
    """The question was answered, or the permission withdrawn, meanwhile."""


class AskedAlreadyError(Exception):
    """The same content has been agreed to, or its question still waits."""


# -- asking -------------------------------------------------------------------------------------


@transaction.atomic
def ask_permission(case: CasePage, *, by: AbstractBaseUser) -> PublicationPermission:
    """Ask about the latest version; link and access code go to the enterprise alone.

    Open questions about other versions are dropped, since those will not be published.

    Raises:
        AskedAlreadyError: it is asked or agreed to already.
    """
    draft = latest_of(case)
    mark = fingerprint_of(draft.serializable_data())
    rows = PublicationPermission.objects.filter(case=case)
    if rows.standing().filter(content_mark=mark).exists():
        raise AskedAlreadyError
    if rows.filter(answer=Answer.WAITING, content_mark=mark).exists():
        raise AskedAlreadyError
    rows.filter(answer=Answer.WAITING).delete()
    asked = PublicationPermission.objects.create(
        case=case,
        revision=case.get_latest_revision(),
        content_mark=mark,
        is_anonymous=draft.is_anonymous,
        asked_by=by,
    )
    log(instance=case, action="cases.ask_permission", user=by, data={"permission": asked.pk})
    # Whoever nominated its own case finds the question on the nomination's page.
    own = Nomination.objects.filter(case=case, side=Nomination.Side.ENTERPRISE).first()
    if own is not None:
        tell_enterprise(own, NominationMessageKind.QUESTION, event=str(asked.pk))
    return asked


@transaction.atomic
def record_paper(
    case: CasePage,
    paper: ContentFile,
    *,
    agreed_by: str,
    agreed_role: str,
    by: AbstractBaseUser,
    is_checked: bool,
) -> PublicationPermission:
    """Keep a signed paper for the latest version.

    Args:
        paper: a checked PDF or picture (``catalog.uploads``).
        is_checked: put in by the bureau, which has seen it; a provider's is checked later.

    Raises:
        AskedAlreadyError: this content is agreed to already.
    """
    draft = latest_of(case)
    mark = fingerprint_of(draft.serializable_data())
    rows = PublicationPermission.objects.filter(case=case)
    if rows.standing().filter(content_mark=mark).exists():
        raise AskedAlreadyError
    now = timezone.now()
    kept = PublicationPermission(
        case=case,
        revision=case.get_latest_revision(),
        content_mark=mark,
        is_anonymous=draft.is_anonymous,
        asked_by=by,
        answer=Answer.AGREED,
        answered_at=now,
        agreed_by=agreed_by,
        agreed_role=agreed_role,
        checked_at=now if is_checked else None,
        checked_by=by if is_checked else None,
    )
    kept.document.save(paper.name, paper, save=False)
    kept.save()
    log(instance=case, action="cases.record_permission", user=by, data={"permission": kept.pk})
    if not is_checked:
        tell_of(kept, NoticeKind.PERMISSION_TO_CHECK)
    return kept


@transaction.atomic
def check_paper(permission: PublicationPermission, *, by: AbstractBaseUser) -> None:
    """The bureau has seen the paper and takes it for the enterprise's.

    Raises:
        MovedOnError: somebody was quicker, or there is no paper to check.
    """
    row = held(permission)
    if not row.document or row.checked_at or row.withdrawn_at:
        raise MovedOnError
    row.checked_at, row.checked_by = timezone.now(), by
    row.save(update_fields=["checked_at", "checked_by"])
    log(instance=row.case, action="cases.check_permission", user=by, data={"permission": row.pk})


# -- the enterprise's answer --------------------------------------------------------------------


@transaction.atomic
def answer(
    permission: PublicationPermission, said: str, *, name: str, role: str, remark: str = ""
) -> None:
    """What the enterprise says to the version that it was shown; a second click changes nothing.

    Raises:
        MovedOnError: it was answered otherwise, or the version asked about has changed.
    """
    row = held(permission)
    if row.answer == said and row.agreed_by == name:
        return
    if row.answer != Answer.WAITING or row.content_mark != mark_of_latest(row.case):
        raise MovedOnError
    row.answer, row.answered_at = Answer(said), timezone.now()
    row.agreed_by, row.agreed_role, row.remark = name, role, remark
    row.save(update_fields=["answer", "answered_at", "agreed_by", "agreed_role", "remark"])
    tell_of(row, NoticeKind.PERMISSION_ANSWERED)


@transaction.atomic
def withdraw(permission: PublicationPermission, *, by: AbstractBaseUser | None = None) -> None:
    """Take a permission back; it works at once (PIPL, art. 15): a public page is held.

    ``by`` is the officer who records it, none where the enterprise does it itself.

    Raises:
        MovedOnError: it was never given, or is withdrawn.
    """
    row = held(permission)
    if not row.is_standing and not (row.answer == Answer.AGREED and row.withdrawn_at is None):
        raise MovedOnError
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    log(instance=row.case, action="cases.withdraw_permission", user=by, data={"permission": row.pk})
    if is_public_by(row) and not Suspension.objects.in_force().filter(page_id=row.case_id).exists():
        reason = _("The enterprise has withdrawn its permission to publish.")
        Suspension.objects.create(page_id=row.case_id, reason=reason, set_by=by)
    tell_of(row, NoticeKind.PERMISSION_WITHDRAWN)


def is_public_by(permission: PublicationPermission) -> bool:
    """Whether what the public reads rests on this permission, with no other standing for it."""
    case = permission.case
    if not case.live or case.live_revision is None:
        return False
    mark = fingerprint_of(case.live_revision.content)
    others = PublicationPermission.objects.standing().filter(case=case, content_mark=mark)
    return permission.content_mark == mark and not others.exists()


# -- reading ------------------------------------------------------------------------------------


def latest_of(case: CasePage) -> CasePage:
    """The latest version of a case, as a page in memory."""
    return case.get_latest_revision_as_object()


def mark_of_latest(case: CasePage) -> str:
    return fingerprint_of(latest_of(case).serializable_data())


def open_questions(nomination: Nomination) -> QuerySet[PublicationPermission]:
    """Questions about a nomination's case that its enterprise can answer where it is."""
    rows = PublicationPermission.objects.filter(case=nomination.case_id or 0, document="")
    return rows.exclude(answer=Answer.REFUSED)


def held(permission: PublicationPermission) -> PublicationPermission:
    """The row as it is now, and its page, both held until the transaction ends.

    Raises:
        MovedOnError: it was dropped, since the version asked about was changed.
    """
    Page.objects.select_for_update().filter(pk=permission.case_id).first()
    rows = PublicationPermission.objects.select_for_update(of=("self",)).select_related("case")
    row = rows.filter(pk=permission.pk).first()
    if row is None:
        raise MovedOnError
    return row


def tell_of(permission: PublicationPermission, kind: NoticeKind) -> None:
    """Tell the bureau, and the provider that nominated the case."""
    case = permission.case
    event = f"permission{permission.pk}:{permission.answer}"
    tell_bureau(kind, event=event, page=case, path=reverse("case_file", args=[case.pk]))
    nomination = Nomination.objects.filter(case=case).select_related("provider").first()
    if nomination and nomination.provider and kind != NoticeKind.PERMISSION_TO_CHECK:
        path = reverse("own_cases")
        tell_members(nomination.provider, kind, event=event, page=case, path=path)
