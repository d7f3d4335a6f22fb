"""The bureau puts shortlisted cases on a public notice: a draft with its subjects filled in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cases.models import CasePage, NoticePage, NoticeState, ScoringRound, ScoringScheme
from cases.models.notices import today
from cases.notices.drafting import draft_notice, shortlisted_cases
from cases.notices.sections import notice_section
from catalog.models import PublicationRefused
from providers.withdrawal.subtree import ActRefused
from tests.cases.notices.objecting import account, admin, case_on_notice
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def case() -> CasePage:
    """A case that its scoring has shortlisted."""
    case = CasePage.objects.filter(live=False).exclude(pk=case_on_notice().pk).first()
    shortlist(case)
    return case


def shortlist(case: CasePage, outcome: str = ScoringRound.Outcome.SHORTLISTED) -> None:
    ScoringRound.objects.filter(case=case).delete()
    ScoringRound.objects.create(
        case=case,
        scheme=ScoringScheme.objects.first(),
        revision=case.get_latest_revision(),
        closed_at=timezone.now(),
        outcome=outcome,
        reason="测试",
    )


def test_shortlisted_cases_are_offered_and_others_are_not(case):
    assert case in shortlisted_cases()
    shortlist(case, ScoringRound.Outcome.REJECTED)
    assert case not in shortlisted_cases()
    shortlist(case_on_notice())
    assert case_on_notice() not in shortlisted_cases()


def test_a_draft_is_made_with_subjects_length_and_wording(case):
    client = signed_in("bureau")
    page = client.get(admin("put"))
    assert case.title in page.content.decode()
    first = today() + timedelta(days=3)
    answer = client.post(admin("put"), {"cases": [str(case.pk)], "starts_on": first.isoformat()})
    notice = NoticePage.objects.latest("pk")
    assert answer.url == f"/admin/pages/{notice.pk}/edit/"
    assert client.get(answer.url).status_code == 200
    assert notice.state() == NoticeState.DRAFT
    draft = notice.get_latest_revision_as_object()
    assert [row.page_id for row in draft.subjects.all()] == [case.pk]
    assert (draft.starts_on, draft.days, draft.about) == (first, 5, "cases")
    assert draft.how_to_object
    assert draft.objection_contact
    assert draft.blockers() == []
    assert case not in shortlisted_cases()


def test_once_published_the_case_is_on_notice(case):
    notice = draft_notice([case], starts_on=today(), by=account("bureau"), section=notice_section())
    notice.get_latest_revision().publish()
    notice = NoticePage.objects.get(pk=notice.pk)
    assert notice.state() == NoticeState.OPEN
    assert notice.subjects.get().record.title == case.title


def test_what_is_wrong_is_said(case):
    client = signed_in("bureau")
    typed = {"cases": [str(case.pk)], "starts_on": today().isoformat()}
    past = (today() - timedelta(days=1)).isoformat()
    other = Page.objects.filter(depth=3).first().pk
    for wrong in ({"cases": []}, {"cases": [str(other)]}, {"starts_on": past}, {"starts_on": "x"}):
        assert client.post(admin("put"), typed | wrong).status_code == 422
    with pytest.raises(ActRefused):
        draft_notice(
            [case],
            starts_on=today() - timedelta(days=1),
            by=account("bureau"),
            section=notice_section(),
        )


def test_only_the_bureau_makes_one(case):
    typed = {"cases": [str(case.pk)], "starts_on": today().isoformat()}
    for username in ("committee", "lead", "provider1"):
        client = signed_in(username)
        assert client.get(admin("put")).status_code == 404
        assert client.post(admin("put"), typed).status_code == 404


def test_a_notice_does_not_name_who_stays_anonymous():
    drafts = CasePage.objects.filter(live=False).exclude(pk=case_on_notice().pk)
    case = next(page for page in drafts if page.current_workflow_state is None)
    draft = case.get_latest_revision_as_object()
    draft.is_anonymous, draft.anonymous_name = True, "一家工厂"
    draft.title = f"{draft.enterprise_name}的改造"
    draft.save_revision()
    notice = draft_notice([case], starts_on=today(), by=account("bureau"), section=notice_section())
    assert len(notice.get_latest_revision_as_object().blockers()) == 1
    with pytest.raises(PublicationRefused):
        notice.get_latest_revision().publish()
    draft.title = "一家工厂的改造"
    draft.save_revision()
    version = notice.get_latest_revision_as_object()
    assert version.blockers() == []
    # Nor by its own words.
    version.summary = f"含{draft.enterprise_name}"
    assert len(version.blockers()) == 1


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_nobody_can_mean_is_said(case, day):
    client = signed_in("bureau")
    typed = {"cases": [str(case.pk)], "starts_on": day}
    assert client.post(admin("put"), typed).status_code == 422
    section = notice_section()
    address = reverse("wagtailadmin_pages:add", args=["cases", "noticepage", section.pk])
    form = {
        "title": "测试公示",
        "slug": "far",
        "published_on": today().isoformat(),
        "about": "other",
        "starts_on": today().isoformat(),
        "days": "5",
        "objection_contact": "演示受理单位",
        "body-count": "0",
        "subjects-TOTAL_FORMS": "0",
        "subjects-INITIAL_FORMS": "0",
        "subjects-MIN_NUM_FORMS": "0",
        "subjects-MAX_NUM_FORMS": "1000",
    }
    for wrong in ({"starts_on": day}, {"longer_until": "9999-12-31"}, {"days": "32767"}):
        answer = client.post(address, form | wrong)
        assert answer.status_code == 200
        assert set(answer.context["form"].errors) == set(wrong)
    assert client.post(address, form).status_code == 302
