"""Notices that are open, and people who object to them, for the tests."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import CasePage, NoticePage, NoticeRecord, NoticeSubject, Objection
from cases.models.notices import today
from cases.notices.deciding import admit, answer_objection
from cases.notices.filing import file_objection
from cases.notices.recording import put_on_record
from marketplace.page_tree import notice_section

# Planted, so that a test can look for them wherever they must not be.
NAME, PHONE, EMAIL = "钱守正", "13900008888", "qian.shouzheng@example.com"
TEXT = "案例中的停机时间与车间台账不一致，请核查统计口径。"
ON_NOTICE = "hanfu-nenghao-anquan"  # B04 of the demonstration


def account(username: str) -> AbstractBaseUser:
    return get_user_model().objects.get(username=username)


def case_on_notice() -> CasePage:
    return CasePage.objects.get(slug=ON_NOTICE)


def open_notice() -> NoticePage:
    """The demonstration's notice of B04, opened today and for a week, whenever it was loaded."""
    notices = NoticePage.objects.filter(subjects__page=case_on_notice())
    first = today()
    notices.update(starts_on=first, ends_on=first + timedelta(days=7))
    return notices.get()


def draft_notice(*pages, starts_on: date | None = None, **fields) -> NoticePage:
    """A notice that nobody has published yet, of these pages."""
    notice = NoticePage(
        **{
            "title": "测试公示",
            "slug": "test-notice",
            "about": NoticePage.About.CASES,
            "starts_on": starts_on or today(),
            "body": [{"type": "paragraph", "value": "<p>现予公示。</p>"}],
            "objection_contact": "演示受理单位",
            "live": False,
        }
        | fields
    )
    notice.subjects = [
        NoticeSubject(sort_order=order, page=page) for order, page in enumerate(pages)
    ]
    section = notice_section()
    section.add_child(instance=notice)
    return NoticePage.objects.get(pk=notice.pk)


def publish(notice: NoticePage) -> NoticePage:
    """Publish its latest version, as the editor's button does."""
    notice.save_revision().publish()
    return NoticePage.objects.get(pk=notice.pk)


def ended_notice(*pages, days_ago: int = 20) -> NoticePage:
    """A notice of these pages that ran its whole period, so many days ago."""
    notice = draft_notice(*pages, starts_on=today() - timedelta(days=days_ago))
    put_on_record(notice, at=timezone.now() - timedelta(days=days_ago))
    return publish(NoticePage.objects.get(pk=notice.pk))


def end(notice: NoticePage, days_ago: int = 1) -> NoticePage:
    """Let the period of an open notice be over."""
    last = today() - timedelta(days=days_ago)
    first = last - timedelta(days=7)
    NoticePage.objects.filter(pk=notice.pk).update(starts_on=first, ends_on=last)
    opened = datetime.combine(first, time(8), tzinfo=timezone.get_default_timezone())
    NoticeRecord.objects.filter(notice=notice).update(published_at=opened)
    return NoticePage.objects.get(pk=notice.pk)


def clock_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Have the site take that moment for now."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def typed(notice: NoticePage, **changed) -> dict:
    """What somebody types into the form, with these changes."""
    subject = notice.subjects.first()
    return {
        "subject": str(subject.pk) if subject else "whole",
        "text": TEXT,
        "name": NAME,
        "phone": PHONE,
        "email": "",
        "consent": "on",
        "homepage": "",
    } | changed


def object_address(notice: NoticePage) -> str:
    return f"{notice.url}object/"


def send(client: Client, notice: NoticePage, **changed) -> HttpResponse:
    return client.post(object_address(notice), typed(notice, **changed))


def filed(notice: NoticePage | None = None, **changed) -> Objection:
    """An objection to the first subject of a notice, by the act itself."""
    notice = notice or open_notice()
    said = {
        "subject": notice.subjects.first(),
        "text": TEXT,
        "name": NAME,
        "phone": PHONE,
        "email": EMAIL,
        "session": "somebody",
    }
    return file_objection(notice, **(said | changed))


def latest() -> Objection:
    """The objection that was filed last; the demonstration holds one that was settled."""
    return Objection.objects.latest("pk")


def admitted(objection: Objection | None = None, text: str = "停机时间与台账不一致。") -> Objection:
    return admit(
        objection or filed(), by=account("bureau"), reason="事实具体。", text_for_parties=text
    )


def answered(objection: Objection | None = None, *, upheld: bool = False) -> Objection:
    return answer_objection(
        objection or admitted(),
        by=account("bureau"),
        is_upheld=upheld,
        answer="已核实，感谢来信。",
        public_answer="经核实，统计口径已说明。",
        fate="complete" if upheld else "",
    )


def admin(name: str, *arguments) -> str:
    return reverse(f"notices_{name}", args=arguments)
