"""An objection is filed, and may be taken back by whoever filed it."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from cases.models import (
    CaseRules,
    NoticePage,
    NoticeSubject,
    Objection,
    ObjectionFile,
    ObjectionMessageKind,
)
from cases.notices import outbox
from cases.notices.consent import TEXT_VERSION, consent_text
from cases.notices.telling import tell_offices
from catalog.workdays import WorkCalendar
from providers.keys import sender_mark
from providers.matching.personal_data.consent_texts import text_hash
from providers.models import NoticeKind

# A further one from the same contact is a flood, not an objection.
MOST_A_CONTACT = 5


class PeriodOver(Exception):
    """The notice takes no objections now."""


class AlreadyFiled(Exception):
    """The same contact has said the same about the same subject, from another browser."""


class TooManyFiled(Exception):
    """The same contact has filed as many objections to this notice as are taken."""


def hold_notice(notice: NoticePage) -> NoticePage:
    """The notice as it is now, held until the transaction ends."""
    return NoticePage.objects.select_for_update(of=("self",)).get(pk=notice.pk)


@transaction.atomic
def file_objection(
    notice: NoticePage,
    *,
    subject: NoticeSubject | None,
    text: str,
    name: str,
    phone: str,
    email: str,
    session: str,
    files: Iterable[tuple[str, ContentFile]] = (),
) -> Objection:
    """File an objection; bureau and committee are told, and whoever filed it.

    Args:
        subject: what it is about; None for the notice as a whole.
        session: key of the session that sends it; it alone is shown link and code.
        files: shown name and checked content of each (``catalog.uploads``).

    Raises:
        PeriodOver: the last second of the last day has passed, by the clock of the site's zone.
        AlreadyFiled, TooManyFiled: by the same contact.
    """
    current = hold_notice(notice)
    if not current.is_open():
        raise PeriodOver
    by_contact = filed_by(current, phone, email)
    for row in by_contact.filter(subject=subject, text=text):
        if row.sent_from == sender_mark(row.key_salt, session):
            return row  # the button was pressed twice
        raise AlreadyFiled
    if by_contact.count() >= MOST_A_CONTACT:
        raise TooManyFiled
    rules, now = CaseRules.current(), timezone.now()
    filed = Objection(
        notice=current,
        subject=subject,
        text=text,
        name=name,
        phone=phone,
        email=email,
        filed_at=now,
        due_at=WorkCalendar.current().deadline(now, rules.objection_days),
        consent_version=TEXT_VERSION,
        consent_hash=text_hash(consent_text(rules)),
    )
    filed.sent_from = sender_mark(filed.key_salt, session)
    filed.save()
    for shown, content in files:
        row = ObjectionFile(objection=filed, name=shown)
        row.file.save(content.name, content, save=False)
        row.save()
    log(instance=current, action="cases.objection_filed", data={"reference": filed.reference})
    outbox.tell_objector(filed, ObjectionMessageKind.RECEIVED)
    tell_offices(filed, NoticeKind.NOTICE_OBJECTION, event=filed.reference)
    return filed


def filed_by(notice: NoticePage, phone: str, email: str):
    """Objections to the notice from the same number or address."""
    rows = Objection.objects.filter(notice=notice)
    return rows.filter(phone=phone) if phone else rows.filter(email__iexact=email)


@transaction.atomic
def withdraw_objection(objection: Objection) -> bool:
    """Whoever filed it takes it back; whether it was still open."""
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    if not row.is_open():
        return False
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    log(instance=row.notice, action="cases.objection_withdrawn", data={"reference": row.reference})
    return True
