"""What is due by the clock: reminders, the end of a notice, and the erasure of who objected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from cases.models import (
    CaseRules,
    NoticePage,
    NoticeRecord,
    NoticeResult,
    Objection,
    ObjectionState,
)
from cases.models.notices import today
from cases.notices.clock import erase_objectors, remind_of_objections, tell_ended_notices
from cases.notices.results import publish_result, withdraw_notice
from catalog.models.solutions import private_storage
from catalog.workdays import WorkCalendar
from marketplace.due import JOBS
from providers.models import Notice, NoticeKind
from tests.cases.notices.objecting import (
    NAME,
    TEXT,
    account,
    admin,
    admitted,
    answered,
    end,
    filed,
    open_notice,
)

pytestmark = pytest.mark.usefixtures("demo_site")


def due_notices():
    return Notice.objects.filter(kind=NoticeKind.NOTICE_OBJECTION_DUE)


def test_the_bureau_is_reminded_before_and_after_the_deadline_once_each():
    objection, now = filed(), timezone.now()
    assert remind_of_objections(now) == 0
    soon = WorkCalendar.current().deadline(now, 2)
    Objection.objects.filter(pk=objection.pk).update(due_at=soon)
    assert remind_of_objections(now) == 1
    assert remind_of_objections(now) == 0
    told = due_notices().get()
    assert told.user == account("bureau")
    assert told.path == admin("objection", objection.reference)
    Objection.objects.filter(pk=objection.pk).update(due_at=now - timedelta(minutes=1))
    assert remind_of_objections(now) == 1
    assert due_notices().count() == 2


def test_of_what_is_settled_nobody_is_reminded():
    objection = answered(admitted())
    Objection.objects.filter(pk=objection.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert remind_of_objections(timezone.now()) == 0


def test_the_bureau_is_told_once_that_a_notice_has_ended():
    notice, now = open_notice(), timezone.now()
    assert tell_ended_notices(now) == 0
    end(notice)
    assert tell_ended_notices(now) == 1
    assert tell_ended_notices(now) == 0
    told = Notice.objects.get(kind=NoticeKind.NOTICE_ENDED)
    assert told.path == admin("notice", notice.pk)


def test_while_an_objection_is_open_the_end_is_not_told():
    notice = open_notice()
    objection = filed(notice)
    end(notice)
    assert tell_ended_notices(timezone.now()) == 0
    answered(admitted(objection))
    assert tell_ended_notices(timezone.now()) == 1


# -- erasure ------------------------------------------------------------------------------------


def handled() -> Objection:
    file = ("证据", ContentFile(b"proof", name="a.jpg"))
    return answered(admitted(filed(files=[file])))


def test_who_objected_is_erased_so_many_months_after_the_result(django_capture_on_commit_callbacks):
    objection = handled()
    stored = objection.files.get().file.name
    notice = end(objection.notice)
    publish_result(notice, by=account("bureau"), sentence="按程序办理。")
    now, months = timezone.now(), CaseRules.current().objector_months
    # Those of the demonstration are older.
    erase_objectors(now + timedelta(days=30 * months - 1))
    objection.refresh_from_db()
    assert objection.name
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_objectors(now + timedelta(days=30 * months, minutes=1)) == 1
    objection.refresh_from_db()
    assert (objection.name, objection.phone, objection.email) == ("", "", "")
    assert TEXT not in objection.text
    assert not objection.files.exists()
    assert not private_storage().exists(stored)
    # The proof stays: what was agreed to, what was decided, and when it was erased.
    assert objection.erased_at
    assert objection.consent_hash
    assert objection.state() == ObjectionState.DISMISSED
    assert objection.public_answer == "经核实，统计口径已说明。"
    assert objection.text_for_parties
    assert erase_objectors(now + timedelta(days=400)) == 0


def test_also_after_a_withdrawal_and_where_no_result_is_published():
    objection = handled()
    withdraw_notice(objection.notice, by=account("bureau"), reason="公示期有误。")
    months = CaseRules.current().objector_months
    erase_objectors(timezone.now() + timedelta(days=30 * months, minutes=1))
    objection.refresh_from_db()
    assert objection.name == ""

    NoticeRecord.objects.update(withdrawn_at=None, withdrawal_reason="")
    other = filed(open_notice(), text="另一条。", phone="13900000002")
    NoticePage.objects.filter(pk=other.notice_id).update(
        starts_on=today() - timedelta(days=600), ends_on=today() - timedelta(days=590)
    )
    assert erase_objectors(timezone.now()) == 1
    other.refresh_from_db()
    assert other.name == ""


def test_the_months_are_a_setting():
    objection = handled()
    publish_result(end(objection.notice), by=account("bureau"), sentence="按程序办理。")
    rules = CaseRules.current()
    rules.objector_months = 1
    rules.save()
    NoticeResult.objects.filter(notice=objection.notice).update(
        published_at=timezone.now() - timedelta(days=31)
    )
    assert erase_objectors(timezone.now()) == 1
    assert NAME not in str(Objection.objects.filter(pk=objection.pk).values().get())


def test_the_clock_knows_all_three():
    work = {job.work for job in JOBS}
    assert {remind_of_objections, tell_ended_notices, erase_objectors} <= work
