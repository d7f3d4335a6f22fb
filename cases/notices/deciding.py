"""What the bureau does with an objection: admit it or not, answer it. Each is one function that
checks, changes, logs and tells.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cases.models import (
    Objection,
    ObjectionMessageKind,
    ObjectionState,
    SubjectRecord,
)
from cases.notices import outbox
from cases.notices.parties import objections_for
from cases.notices.secrecy import check_secret
from cases.notices.subjects import take_out
from cases.notices.telling import DECIDES, tell_parties
from providers.withdrawal.subtree import ActRefused


def hold_objection(objection: Objection, *, by: AbstractBaseUser, state: str) -> Objection:
    """The objection as it is now, held until the transaction ends.

    Raises:
        PermissionDenied: the officer may not decide, or has a part in what it is about.
        ActRefused: somebody else has gone on with it.
    """
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if not by.has_perm(DECIDES) or not objections_for(by).filter(pk=row.pk).exists():
        raise PermissionDenied
    if row.state() != state:
        raise ActRefused([_("Somebody has gone on with this objection meanwhile.")])
    return row


@transaction.atomic
def admit(
    objection: Objection, *, by: AbstractBaseUser, reason: str, text_for_parties: str
) -> Objection:
    """Admit an objection: it is examined, and the parties may comment on it once.

    Args:
        reason: told to whoever filed it.
        text_for_parties: what the parties read, in the bureau's wording.

    Raises:
        PermissionDenied, ActRefused: as ``hold_objection``.
        ValidationError: the text for the parties tells who filed it.
    """
    row = hold_objection(objection, by=by, state=ObjectionState.FILED)
    check_secret(text_for_parties, row)
    row.admitted_at, row.admission_by = timezone.now(), by
    row.admission_reason, row.text_for_parties = reason, text_for_parties
    row.save(update_fields=["admitted_at", "admission_by", "admission_reason", "text_for_parties"])
    log_act(row, "cases.objection_admitted", by)
    outbox.tell_objector(row, ObjectionMessageKind.ADMITTED)
    tell_parties(row)
    return row


@transaction.atomic
def refuse_admission(objection: Objection, *, by: AbstractBaseUser, reason: str) -> Objection:
    """Do not admit an objection; the reason is told to whoever filed it.

    Raises:
        PermissionDenied, ActRefused: as ``hold_objection``.
    """
    row = hold_objection(objection, by=by, state=ObjectionState.FILED)
    row.not_admitted_at, row.admission_by, row.admission_reason = timezone.now(), by, reason
    row.save(update_fields=["not_admitted_at", "admission_by", "admission_reason"])
    log_act(row, "cases.objection_not_admitted", by)
    outbox.tell_objector(row, ObjectionMessageKind.NOT_ADMITTED)
    return row


@transaction.atomic
def answer_objection(
    objection: Objection,
    *,
    by: AbstractBaseUser,
    is_upheld: bool,
    answer: str,
    public_answer: str,
    fate: str = "",
) -> Objection:
    """Uphold or dismiss an admitted objection; upheld, its subject is taken out of the notice.

    Args:
        answer: told to whoever filed it.
        public_answer: stands in the result and is read by the parties.
        fate: what becomes of the subject, a ``SubjectRecord.Fate``; needed where it is upheld.

    Raises:
        PermissionDenied, ActRefused: as ``hold_objection``.
        ValidationError: the public sentence tells who filed it.
    """
    row = hold_objection(objection, by=by, state=ObjectionState.ADMITTED)
    check_secret(public_answer, row)
    row.answered_at, row.answered_by, row.is_upheld = timezone.now(), by, is_upheld
    row.answer, row.public_answer = answer, public_answer
    row.save(update_fields=["answered_at", "answered_by", "is_upheld", "answer", "public_answer"])
    log_act(row, "cases.objection_upheld" if is_upheld else "cases.objection_dismissed", by)
    if is_upheld and row.subject is not None:
        still_on = SubjectRecord.objects.filter(subject=row.subject, taken_out_at=None)
        if still_on.exists():
            take_out(row.subject, by=by, reason=public_answer, fate=fate)
    outbox.tell_objector(row, ObjectionMessageKind.SETTLED)
    return row


def log_act(objection: Objection, action: str, by: AbstractBaseUser) -> None:
    """A line in the notice's history: the reference, nothing of what was said."""
    log(instance=objection.notice, action=action, user=by, data={"reference": objection.reference})
