"""A notice and its result as the public reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from cases.models import NoticePage, NoticeState, NoticeSubject, SubjectRecord
from cases.models.notices import today
from cases.notices.recording import shown_of
from catalog.models import ListingPage
from catalog.workdays import WorkCalendar


@dataclass(frozen=True)
class ShownSubject:
    """One subject as the public reads it; ``url`` only where its own page is public."""

    title: str
    url: str
    summary: str
    enterprise: str
    providers: list[str]
    level: str
    record: SubjectRecord | None

    @property
    def is_out(self) -> bool:
        return self.record is not None and self.record.taken_out_at is not None


def notice_context(notice: NoticePage) -> dict:
    """What the page of a notice shows beside its text."""
    state, subjects = notice.state(), shown_subjects(notice)
    record = getattr(notice, "record", None)
    return {
        "state": state,
        "state_look": LOOKS[state],
        "withdrawal": record if record and record.withdrawn_at else None,
        "subjects": subjects,
        "has_enterprises": any(row.enterprise for row in subjects),
        "has_providers": any(row.providers for row in subjects),
        "has_levels": any(row.level for row in subjects),
        "days_left": days_left(notice.ends_on) if state == NoticeState.OPEN else None,
        "object_url": f"{notice.url}object/" if state == NoticeState.OPEN else "",
        "result_url": result_address(notice, state),
    }


def result_address(notice: NoticePage, state: NoticeState) -> str:
    """Where the result is read; empty until it is published."""
    return f"{notice.url}result/" if state == NoticeState.RESULT else ""


# The look of the state's badge.
LOOKS = {
    NoticeState.DRAFT: "off",
    NoticeState.SCHEDULED: "accent",
    NoticeState.OPEN: "good",
    NoticeState.CLOSED: "warn",
    NoticeState.HANDLED: "off",
    NoticeState.RESULT: "accent",
    NoticeState.WITHDRAWN: "bad",
}


def days_left(ends_on: date) -> int:
    """Working days from today to the last day, today counted if it is one."""
    calendar = WorkCalendar.current()
    return calendar.between(today(), ends_on) + calendar.is_working_day(today())


def shown_subjects(notice: NoticePage) -> list[ShownSubject]:
    """The subjects with what was put on notice of them; of a draft with what would be."""
    rows = list(notice.subjects.all())
    stored = {row.pk: row for row in stored_subjects(notice)}
    addresses = public_addresses({row.page_id for row in rows if row.page_id})
    return [shown(stored.get(row.pk, row), addresses) for row in rows]


def stored_subjects(notice: NoticePage):
    return NoticeSubject.objects.filter(notice=notice.pk).select_related("record", "page")


def shown(subject: NoticeSubject, addresses: dict[int, str]) -> ShownSubject:
    record = getattr(subject, "record", None) if subject.pk else None
    kept = shown_of(subject) if record is None else None
    facts = kept["facts"] if kept else record.facts
    if record and record.taken_out_at:
        facts = {}
    levels = [facts.get("level_before", ""), facts.get("level_after", "")]
    return ShownSubject(
        title=kept["title"] if kept else record.title,
        url=addresses.get(subject.page_id, ""),
        summary=facts.get("summary", ""),
        enterprise=facts.get("enterprise", ""),
        providers=facts.get("providers", []),
        level="→".join(level for level in levels if level),
        record=record,
    )


def public_addresses(page_ids: set[int]) -> dict[int, str]:
    """Addresses of those pages that a visitor may open."""
    pages = Page.objects.filter(pk__in=page_ids).live().public().specific()
    return {
        page.pk: page.url or ""
        for page in pages
        if not isinstance(page, ListingPage) or page.is_shown()
    }


def result_page(request: HttpRequest, notice: NoticePage) -> HttpResponse:
    """What came of the notice; 404 until it is published."""
    result = getattr(notice, "result", None)
    if result is None:
        raise Http404
    context = {"page": notice, "result": result, "back": notice.url}
    return render(request, "cases/notices/result.html", context)
