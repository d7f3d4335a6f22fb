"""What is due by the clock about notices and objections; each may be done twice or late."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cases.models import NoticePage, NoticeRecord, NoticeState, Objection
from cases.notices.retention import erase_objector, objections_to_erase
from cases.notices.telling import DECIDES, tell_of_end, tell_offices
from catalog.batches import one_by_one
from catalog.workdays import WorkCalendar
from providers.models import NoticeKind

# How early the bureau is reminded that an objection has to be handled.
WARNING_DAYS = 2


def remind_of_objections(now: datetime) -> int:
    """Tell the bureau of objections that are nearly due, and again of those that are late."""
    last_safe = WorkCalendar.current().deadline(now, WARNING_DAYS)
    due = Objection.objects.blocking().filter(due_at__lte=last_safe)

    def tell(pk: int) -> bool:
        row = Objection.objects.select_related("notice", "subject").get(pk=pk)
        stage = "late" if row.due_at < now else "near"
        event = f"{row.reference}:{stage}"
        kind = NoticeKind.NOTICE_OBJECTION_DUE
        return tell_offices(row, kind, event=event, permission=DECIDES) > 0

    return one_by_one(list(due.values_list("pk", flat=True)), tell)


def tell_ended_notices(now: datetime) -> int:
    """Tell the bureau of notices that have ended with nothing left open; once."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    ended = NoticePage.objects.over(today).filter(record__end_told_at=None, result=None)

    def tell(pk: int) -> bool:
        notice = NoticePage.objects.get(pk=pk)
        if notice.state(today) != NoticeState.HANDLED:
            return False
        NoticeRecord.objects.filter(notice=notice).update(end_told_at=now)
        return tell_of_end(notice) > 0

    return one_by_one(list(ended.values_list("pk", flat=True)), tell)


def erase_objectors(now: datetime) -> int:
    """Personal data of people who objected long ago."""
    due = list(objections_to_erase(now).values_list("pk", flat=True))
    return one_by_one(due, lambda pk: erase_objector(pk, now))
