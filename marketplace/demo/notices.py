"""The demonstration's public notices: one open, one ended without an objection, one with an
objection that was upheld. Days count back from the day on which it is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from wagtail.models import Page

from cases.models import (
    CaseRules,
    NoticePage,
    NoticeRecord,
    NoticeResult,
    NoticeSubject,
    Objection,
    SubjectRecord,
)
from cases.models.notices import today
from cases.notices.consent import TEXT_VERSION, consent_text
from cases.notices.filing import file_objection
from cases.notices.recording import put_on_record
from cases.notices.results import Figures
from catalog.workdays import WorkCalendar
from marketplace.demo.articles import article_block
from marketplace.demo.content import day, read
from marketplace.page_tree import notice_section
from providers.matching.personal_data.consent_texts import text_hash

# The key of a session that no browser has.
SESSION = "demonstration"
# An objection that waits on the open notice; loaded with the requests only.
WAITING = {
    "text": "案例中“非计划停机”的改造前数据与企业台账口径不一致，请说明统计周期（演示）。",
    "name": "演示来信人",
    "phone": "0797-00009903",
}


def put_on_ended_notice(case: Page, code: str) -> None:
    """Put a case on the notice that it was on before it was published."""
    row = next(row for row in read("notices") if code in row["subjects"])
    notice = found(row) or add_notice(row)
    NoticeSubject.objects.get_or_create(
        notice=notice, page=case, defaults={"sort_order": row["subjects"].index(code)}
    )
    put_on_record(notice, at=opening_of(notice))


def load_notices(pages: Mapping[str, Page]) -> None:
    """Make and publish what is missing.

    Args:
        pages: the demonstration's solutions and cases by the ids of its texts (S13, B04).
    """
    for row in read("notices"):
        notice = found(row) or add_notice(row)
        if notice.live:
            continue
        for order, name in enumerate(row["subjects"]):
            about = {"page": pages[name]} if name in pages else {"text": name}
            NoticeSubject.objects.get_or_create(
                notice=notice, defaults={"sort_order": order}, **about
            )
        # It was published on its first day, which has passed.
        put_on_record(notice, at=opening_of(notice))
        notice = NoticePage.objects.get(pk=notice.pk)
        notice.save_revision().publish()
        for said in row["objections"]:
            add_objection(notice, said)
        if row["result"]:
            add_result(notice, row)


def found(row: dict) -> NoticePage | None:
    return NoticePage.objects.filter(slug=row["slug"]).first()


def add_notice(row: dict) -> NoticePage:
    """The draft of a notice, without its subjects."""
    starts_on = first_day(row)
    notice = NoticePage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        search_description=row["summary"],
        published_on=starts_on,
        source="演示内容",
        about=row["about"],
        starts_on=starts_on,
        body=[article_block(block) for block in row["body"]],
        how_to_object=row["how_to_object"],
        objection_contact=row["objection_contact"],
        is_demo=True,
        live=False,
    )
    section = notice_section()
    section.refresh_from_db()
    section.add_child(instance=notice)
    return notice


def first_day(row: dict) -> date:
    """So many days before today, no later than the text around it says, and a working day."""
    first = today() - timedelta(days=row["days_ago"])
    if latest := day(row["not_after"]):
        first = min(first, latest)
    calendar = WorkCalendar.current()
    while not calendar.is_working_day(first):
        first -= timedelta(days=1)
    return first


def opening_of(notice: NoticePage) -> datetime:
    return office_hour(notice.starts_on)


def office_hour(on: date) -> datetime:
    """Half past eight in the morning, Beijing time."""
    return datetime.combine(on, time(8, 30), tzinfo=timezone.get_default_timezone())


def add_objection(notice: NoticePage, said: dict) -> None:
    """An objection that was handled long ago, with what became of its subject."""

    def after(days: int) -> datetime:
        return office_hour(notice.starts_on + timedelta(days=days))

    rules, filed_at = CaseRules.current(), after(said["days_after"])
    subject = notice.subjects.all()[said["subject"]]
    Objection.objects.create(
        notice=notice,
        subject=subject,
        text=said["text"],
        name=said["name"],
        phone=said["phone"],
        email=said["email"],
        consent_version=TEXT_VERSION,
        consent_hash=text_hash(consent_text(rules)),
        filed_at=filed_at,
        due_at=WorkCalendar.current().deadline(filed_at, rules.objection_days),
        admitted_at=after(said["admitted_days"]),
        admission_reason=said["admission"],
        text_for_parties=said["parties"],
        answered_at=after(said["answered_days"]),
        is_upheld=said["upheld"],
        answer=said["answer"],
        public_answer=said["public"],
    )
    SubjectRecord.objects.filter(subject=subject).update(
        taken_out_at=after(said["answered_days"]),
        taken_out_because=said["public"],
        fate=said["fate"],
    )


def add_result(notice: NoticePage, row: dict) -> None:
    published_at = office_hour(notice.starts_on + timedelta(days=row["result_after_days"]))
    figures = Figures.of(notice)
    NoticeResult.objects.create(
        notice=notice,
        filed=figures.filed,
        admitted=figures.admitted,
        upheld=figures.upheld,
        settled=figures.settled,
        sentence=row["result"],
        published_at=published_at,
    )
    NoticeRecord.objects.filter(notice=notice).update(end_told_at=published_at)


def load_waiting_objection() -> None:
    """One objection that nobody has looked at, once, while its notice is open."""
    notice = NoticePage.objects.not_over().order_by("-starts_on").first()
    if notice is None or notice.objections.exists():
        return
    file_objection(notice, subject=notice.subjects.first(), email="", session=SESSION, **WAITING)
