"""A subject is taken out of a notice that is public."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cases.models import NoticeSubject, SubjectRecord
from cases.notices.parties import tied_pages
from cases.notices.telling import DECIDES
from providers.withdrawal.subtree import ActRefused

# Receivers get `subject`, `fate`, `reason` and `by`, and do with its page what the bureau decided.
subject_taken_out = Signal()


@transaction.atomic
def take_out(
    subject: NoticeSubject, *, by: AbstractBaseUser, reason: str, fate: str
) -> SubjectRecord:
    """Take a subject out: the notice says so, and its page goes back or is not taken up.

    Args:
        reason: public.
        fate: a ``SubjectRecord.Fate``.

    Raises:
        PermissionDenied: the officer may not, or has a part in it.
        ActRefused: it was taken out before, or was never on a public notice.
    """
    if not by.has_perm(DECIDES):
        raise PermissionDenied
    if subject.page_id and tied_pages(by, {subject.page_id}):
        raise PermissionDenied
    records = SubjectRecord.objects.select_for_update()
    record = records.filter(subject=subject, taken_out_at=None).first()
    if record is None:
        raise ActRefused([_("It is not on the notice any more.")])
    record.taken_out_at, record.taken_out_by = timezone.now(), by
    record.taken_out_because, record.fate = reason, fate
    record.save(update_fields=["taken_out_at", "taken_out_by", "taken_out_because", "fate"])
    log(
        instance=subject.notice,
        action="cases.notice_subject_out",
        user=by,
        data={"title": record.title, "reason": reason, "fate": record.get_fate_display()},
    )
    subject_taken_out.send(sender=NoticeSubject, subject=subject, fate=fate, reason=reason, by=by)
    return record
