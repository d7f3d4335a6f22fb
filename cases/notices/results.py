"""The end of a notice: withdrawn with a reason, or its result published."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log

from cases.models import NoticePage, NoticeRecord, NoticeResult, NoticeState, Objection
from cases.notices.filing import hold_notice
from cases.notices.parties import is_tied_to_notice
from cases.notices.secrecy import check_secret
from cases.notices.telling import DECIDES
from providers.withdrawal.subtree import ActRefused

WITHDRAWABLE = (NoticeState.SCHEDULED, NoticeState.OPEN, NoticeState.CLOSED, NoticeState.HANDLED)


@dataclass(frozen=True)
class Figures:
    """What came of a notice, computed from its objections; those taken back do not count."""

    filed: int
    admitted: int
    upheld: int
    settled: list[dict]

    @classmethod
    def of(cls, notice: NoticePage) -> Figures:
        rows = Objection.objects.filter(notice=notice, withdrawn_at=None)
        answered = rows.filter(answered_at__isnull=False).select_related("subject__record")
        with override(settings.LANGUAGE_CODE):
            settled = [
                {"subject": row.about, "upheld": row.is_upheld, "answer": row.public_answer}
                for row in answered
            ]
        return cls(
            filed=rows.count(),
            admitted=rows.filter(admitted_at__isnull=False).count(),
            upheld=rows.upheld().count(),
            settled=settled,
        )


def proposed_sentence(figures: Figures) -> str:
    """What the bureau may say, in the site's language; every word may be changed."""
    with override(settings.LANGUAGE_CODE):
        if figures.upheld:
            return _(
                "What an upheld objection was about has been taken out of the notice; everything "
                "else goes on as announced."
            )
        return _("What was put on notice goes on as announced.")


@transaction.atomic
def publish_result(notice: NoticePage, *, by: AbstractBaseUser, sentence: str) -> NoticeResult:
    """Publish what came of a notice; it is never changed.

    Raises:
        PermissionDenied: the officer may not, or has a part in something on the notice.
        ActRefused: the notice has not ended, an objection is open, or the result is out already.
        ValidationError: the sentence tells who filed an objection.
    """
    current = hold_notice(notice)
    check_may_decide(by, current)
    if current.state() != NoticeState.HANDLED:
        raise ActRefused([why_no_result(current)])
    check_secret(sentence, *Objection.objects.filter(notice=current))
    figures = Figures.of(current)
    result = NoticeResult.objects.create(
        notice=current,
        filed=figures.filed,
        admitted=figures.admitted,
        upheld=figures.upheld,
        settled=figures.settled,
        sentence=sentence,
        published_by=by,
    )
    log(instance=current, action="cases.notice_result", user=by)
    return result


def why_no_result(notice: NoticePage) -> str:
    """Why a result cannot be published as things stand."""
    return {
        NoticeState.CLOSED: _("An objection is still open; answer it first."),
        NoticeState.RESULT: _("The result is published already."),
        NoticeState.WITHDRAWN: _("The notice was withdrawn."),
    }.get(notice.state(), _("The notice has not ended yet."))


@transaction.atomic
def withdraw_notice(notice: NoticePage, *, by: AbstractBaseUser, reason: str) -> NoticeRecord:
    """Withdraw a public notice; it stays on the site and says so, and takes no objections.

    Args:
        reason: public.

    Raises:
        PermissionDenied: as ``publish_result``.
        ActRefused: it is not public, was withdrawn before, or its result is published.
    """
    current = hold_notice(notice)
    check_may_decide(by, current)
    if current.state() not in WITHDRAWABLE:
        raise ActRefused([_("This notice cannot be withdrawn any more.")])
    record = current.record
    record.withdrawn_at, record.withdrawn_by = timezone.now(), by
    record.withdrawal_reason = reason
    record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    log(instance=current, action="cases.notice_withdrawn", user=by, data={"reason": reason})
    return record


def check_may_decide(user: AbstractBaseUser, notice: NoticePage) -> None:
    """Raise ``PermissionDenied`` for whoever may not decide, or has a part in the notice."""
    if not user.has_perm(DECIDES) or is_tied_to_notice(user, notice):
        raise PermissionDenied
