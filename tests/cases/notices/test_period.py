"""A notice's period: counted in working days of the mainland, by Beijing's clock, then fixed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Page, Revision

from cases.models import NoticePage, NoticeRecord, NoticeState, NoticeSubject, SubjectRecord
from cases.models.notices import last_day, today
from catalog.models import CalendarDay, PublicationRefused, SolutionPage
from marketplace.due import expire_pages, publish_scheduled
from tests.cases.notices.objecting import (
    account,
    case_on_notice,
    clock_at,
    draft_notice,
    end,
    open_notice,
    publish,
)
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2026, 11, 9), 5, date(2026, 11, 13)),  # Monday to Friday, both counted
        (date(2026, 11, 7), 5, date(2026, 11, 13)),  # a Saturday does not count
        (date(2026, 9, 30), 5, date(2026, 10, 12)),  # over the National Day holiday
        (date(2026, 11, 13), 1, date(2026, 11, 13)),
    ],
)
def test_the_last_day_is_counted_in_working_days(first, days, last):
    assert last_day(first, days) == last


def test_the_bureaus_calendar_goes_before():
    CalendarDay.objects.create(date=date(2026, 11, 11), is_working_day=False)
    assert last_day(date(2026, 11, 9), 5) == date(2026, 11, 16)


def test_the_end_is_computed_when_it_is_saved_and_may_only_be_later():
    notice = draft_notice(case_on_notice(), starts_on=date(2027, 3, 1))
    assert notice.ends_on == date(2027, 3, 5)
    notice.longer_until = date(2027, 3, 10)
    notice.full_clean()
    notice.save()
    assert NoticePage.objects.get(pk=notice.pk).ends_on == date(2027, 3, 10)
    notice.longer_until = date(2027, 3, 4)
    with pytest.raises(ValidationError) as refused:
        notice.full_clean()
    assert "longer_until" in refused.value.message_dict


def test_it_is_open_from_the_first_second_to_the_last_of_beijing(monkeypatch):
    notice = open_notice()
    NoticePage.objects.filter(pk=notice.pk).update(
        starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 13)
    )
    notice = NoticePage.objects.get(pk=notice.pk)
    midnight = datetime(2026, 11, 8, 16, 0, tzinfo=UTC)  # in Beijing
    for moment, state in (
        (midnight - timedelta(seconds=1), NoticeState.SCHEDULED),
        (midnight, NoticeState.OPEN),
        (midnight + timedelta(days=5, seconds=-1), NoticeState.OPEN),
        (midnight + timedelta(days=5), NoticeState.HANDLED),
    ):
        clock_at(monkeypatch, moment)
        assert notice.state() == state
        assert notice.is_open() is (state == NoticeState.OPEN)


# -- publishing ---------------------------------------------------------------------------------


def test_a_notice_whose_first_day_has_passed_is_not_published():
    end(open_notice())
    notice = draft_notice(case_on_notice(), starts_on=today() - timedelta(days=1))
    revision = notice.save_revision()
    with pytest.raises(PublicationRefused):
        revision.publish()
    assert not NoticePage.objects.get(pk=notice.pk).live
    assert not NoticeRecord.objects.filter(notice=notice).exists()


def test_what_is_wrong_with_a_notice_is_said(client):
    case = case_on_notice()
    notice = draft_notice(about=NoticePage.About.CASES)
    assert notice.blockers()
    solution = SolutionPage.objects.filter(live=False).first()
    notice.subjects = [NoticeSubject(page=case), NoticeSubject(page=case)]
    assert any(case.title in str(said) for said in notice.blockers())  # it is on the demo's notice
    NoticePage.objects.filter(subjects__page=case, live=True).update(ends_on=today())
    end(NoticePage.objects.get(subjects__page=case, live=True))
    assert len(notice.blockers()) == 1  # twice
    notice.subjects = [NoticeSubject(page=solution)]
    assert any(solution.title in str(said) for said in notice.blockers())
    notice.subjects = [NoticeSubject(page=case)]
    assert notice.blockers() == []


def test_publishing_notes_what_was_put_on_notice():
    case = case_on_notice()
    end(open_notice())
    notice = publish(draft_notice(case))
    record = SubjectRecord.objects.get(subject__notice=notice)
    assert record.title == case.title
    assert record.facts["summary"] == case.summary
    assert record.facts["level_after"] == "L7"
    assert len(record.facts["providers"]) == 2
    assert record.content_hash
    assert notice.state() == NoticeState.OPEN


def test_before_it_opens_a_notice_can_be_changed_and_taken_back():
    end(open_notice())
    notice = publish(draft_notice(case_on_notice(), starts_on=today() + timedelta(days=30)))
    assert notice.state() == NoticeState.SCHEDULED
    notice.starts_on = today() + timedelta(days=40)
    notice = publish(notice)
    assert notice.starts_on == today() + timedelta(days=40)
    assert SubjectRecord.objects.filter(subject__notice=notice).count() == 1
    notice.unpublish()
    assert not NoticeRecord.objects.filter(notice=notice).exists()
    assert NoticePage.objects.get(pk=notice.pk).state() == NoticeState.DRAFT


# -- once it has opened -------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["starts_on", "days", "longer_until", "about", "subjects"])
def test_an_open_notice_keeps_its_terms(change):
    notice = open_notice()
    kept = NoticeSubject.objects.get(notice=notice).pk
    draft = notice.get_latest_revision_as_object()
    if change == "subjects":
        draft.subjects = [NoticeSubject(text="另一项")]
    else:
        others = {
            "starts_on": today() + timedelta(days=1),
            "days": 9,
            "longer_until": today() + timedelta(days=60),
            "about": NoticePage.About.OTHER,
        }
        setattr(draft, change, others[change])
    revision = draft.save_revision()
    with pytest.raises(PublicationRefused):
        revision.publish()
    assert NoticeSubject.objects.get(notice=notice).pk == kept


def test_its_wording_can_be_mended_and_the_subjects_stay_the_same_rows():
    notice = open_notice()
    kept = NoticeSubject.objects.get(notice=notice).pk
    draft = notice.get_latest_revision_as_object()
    draft.starts_on = notice.starts_on
    draft.summary = "更正后的摘要。"
    publish(draft)
    publish(NoticePage.objects.get(pk=notice.pk).get_latest_revision_as_object())
    notice = NoticePage.objects.get(pk=notice.pk)
    assert notice.summary == "更正后的摘要。"
    assert NoticeSubject.objects.get(notice=notice).pk == kept


def test_an_open_notice_is_neither_unpublished_nor_deleted_nor_hidden():
    notice, bureau = open_notice(), account("bureau")
    with pytest.raises(PublicationRefused):
        notice.unpublish()
    rights = NoticePage.objects.get(pk=notice.pk).permissions_for_user(bureau)
    assert rights.can_publish()
    assert not rights.can_unpublish()
    assert not rights.can_delete()
    assert not rights.can_set_view_restrictions()


def test_a_notice_never_expires():
    notice = open_notice()
    notice.expire_at = datetime(2030, 1, 1, tzinfo=UTC)
    with pytest.raises(ValidationError):
        notice.full_clean()


def test_a_scheduled_version_meets_the_gate_when_its_time_comes():
    end(open_notice())
    notice = draft_notice(case_on_notice(), starts_on=today() - timedelta(days=1))
    revision = notice.save_revision()
    past = datetime(2026, 1, 1, tzinfo=UTC)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    with pytest.raises(Exception, match="PublicationRefused"):
        publish_scheduled(datetime.now(UTC))
    assert not NoticePage.objects.get(pk=notice.pk).live


def test_the_clock_does_not_take_a_notice_away():
    notice = open_notice()
    Page.objects.filter(pk=notice.pk).update(expire_at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(Exception, match="PublicationRefused"):
        expire_pages(datetime.now(UTC))
    assert NoticePage.objects.get(pk=notice.pk).live


# -- in the editor ------------------------------------------------------------------------------


def form_of(notice: NoticePage, client) -> dict:
    """The editor's form as it stands, to be posted."""
    subjects = list(notice.subjects.all())
    posted = {
        "title": notice.title,
        "slug": notice.slug,
        "published_on": notice.published_on.isoformat(),
        "about": notice.about,
        "starts_on": notice.starts_on.isoformat(),
        "days": notice.days,
        "longer_until": "",
        "summary": notice.summary,
        "source": notice.source,
        "how_to_object": notice.how_to_object,
        "objection_contact": notice.objection_contact,
        "seo_title": "",
        "search_description": "",
        "subjects-TOTAL_FORMS": len(subjects),
        "subjects-INITIAL_FORMS": len(subjects),
        "subjects-MIN_NUM_FORMS": 0,
        "subjects-MAX_NUM_FORMS": 1000,
        "body-count": 1,
        "body-0-deleted": "",
        "body-0-order": 0,
        "body-0-type": "heading",
        "body-0-id": "",
        "body-0-value": "公示",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": 0,
    }
    for place, subject in enumerate(subjects):
        posted |= {
            f"subjects-{place}-id": subject.pk,
            f"subjects-{place}-ORDER": place + 1,
            f"subjects-{place}-DELETE": "",
            f"subjects-{place}-page": subject.page_id or "",
            f"subjects-{place}-text": subject.text,
        }
    return posted


def test_the_editor_keeps_the_terms_of_an_open_notice():
    notice, bureau = open_notice(), signed_in("bureau")
    address = f"/admin/pages/{notice.pk}/edit/"
    assert bureau.get(address).status_code == 200
    posted = form_of(notice, bureau)
    changed = posted | {"days": 9, "action-publish": "action-publish"}
    before = notice.latest_revision_id
    refused = bureau.post(address, changed)
    assert refused.status_code == 200
    assert NoticePage.objects.get(pk=notice.pk).latest_revision_id == before
    took = bureau.post(address, posted | {"summary": "改了一句。", "action-publish": "x"})
    assert took.status_code == 302
    assert NoticePage.objects.get(pk=notice.pk).summary == "改了一句。"


def test_the_editors_button_says_why_a_notice_is_not_published():
    end(open_notice())
    notice = draft_notice(case_on_notice(), starts_on=today() - timedelta(days=3))
    notice.save_revision()
    bureau = signed_in("bureau")
    posted = form_of(notice, bureau) | {"action-publish": "action-publish"}
    answer = bureau.post(f"/admin/pages/{notice.pk}/edit/", posted, follow=True)
    assert "公示" in answer.content.decode()
    assert not NoticePage.objects.get(pk=notice.pk).live


def test_a_new_notice_proposes_length_and_wording():
    section = open_notice().get_parent()
    page = signed_in("bureau").get(f"/admin/pages/add/cases/noticepage/{section.pk}/")
    form = page.context["form"]
    assert form.initial["days"] == 5
    assert "保密" in form.initial["how_to_object"] or "secret" in form.initial["how_to_object"]


def test_what_stands_on_a_notice_is_not_deleted():
    case, bureau = case_on_notice(), signed_in("bureau")
    answer = bureau.post(f"/admin/pages/{case.pk}/delete/", follow=True)
    assert answer.status_code == 200
    assert type(case).objects.filter(pk=case.pk).exists()
