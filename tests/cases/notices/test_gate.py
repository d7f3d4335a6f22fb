"""What a public notice has to say before something is public for the first time."""

from __future__ import annotations

import pytest

from cases.models import CasePage, CaseRules, NoticePage, NoticeSubject, SubjectRecord
from cases.models.notices import today
from cases.notices.deciding import refuse_admission
from cases.notices.filing import withdraw_objection
from cases.notices.gate import notice_blockers
from cases.notices.results import withdraw_notice
from cases.notices.subjects import take_out
from catalog.models import PublicationRefused, SolutionPage, publish_revision
from tests.cases.notices.objecting import (
    account,
    admitted,
    answered,
    case_on_notice,
    draft_notice,
    end,
    ended_notice,
    filed,
    open_notice,
    publish,
)

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def case() -> CasePage:
    return case_on_notice()


def set_rules(**changed) -> None:
    rules = CaseRules.current()
    for name, value in changed.items():
        setattr(rules, name, value)
    rules.save()


def sentences(case: CasePage) -> list[str]:
    return [str(said) for said in notice_blockers(case.get_latest_revision_as_object())]


def test_a_case_is_blocked_until_its_notice_has_ended(case):
    open_notice()
    assert len(sentences(case)) == 1
    end(open_notice())
    assert sentences(case) == []


def test_on_its_last_day_it_is_still_blocked(case):
    NoticePage.objects.filter(pk=open_notice().pk).update(ends_on=today())
    assert len(sentences(case)) == 1


def test_without_a_notice_it_is_blocked_and_the_sentence_is_among_the_open_points(case):
    draft = CasePage.objects.filter(live=False).exclude(pk=case.pk).first()
    assert sentences(draft)
    assert set(sentences(draft)) <= {str(said) for said in draft.blockers()}
    with pytest.raises(PublicationRefused):
        publish_revision(draft.get_latest_revision(), by=None)


def test_a_setting_lifts_it(case):
    open_notice()
    page = case.get_latest_revision_as_object()
    said = set(sentences(case))
    assert said <= {str(point) for point in page.blockers()}
    set_rules(cases_need_notice=False)
    assert not said & {str(point) for point in page.blockers()}


def test_what_was_changed_since_needs_a_new_notice(case):
    end(open_notice())
    case = case.get_latest_revision_as_object()
    case.summary = "改过的一句话。"
    assert len(notice_blockers(case)) == 1
    # It comes back to its author, who submits it anew.
    case.current_workflow_state.cancel()
    case.save_revision()
    again = publish(draft_notice(case))
    end(again)
    assert notice_blockers(case) == []


def test_saving_the_same_again_is_no_change(case):
    end(open_notice())
    page = case.get_latest_revision_as_object()
    page.save_revision()
    assert sentences(case) == []


def test_an_objection_holds_it_up_until_it_is_settled(case):
    notice = open_notice()
    objection = filed(notice)
    end(notice)
    assert len(sentences(case)) == 1
    admitted(objection)
    assert len(sentences(case)) == 1
    answered(objection)
    assert sentences(case) == []


def test_so_does_one_to_the_notice_as_a_whole(case):
    notice = open_notice()
    objection = filed(notice, subject=None)
    end(notice)
    assert len(sentences(case)) == 1
    admitted(objection)
    answered(objection, upheld=True)
    assert len(sentences(case)) == 1


def test_one_that_was_not_admitted_or_was_withdrawn_does_not(case):
    notice = open_notice()
    first, second = filed(notice), filed(notice, text="另一条理由。")
    end(notice)
    refuse_admission(first, by=account("bureau"), reason="没有事实。")
    withdraw_objection(second)
    assert sentences(case) == []


def test_one_about_something_else_on_the_notice_does_not(case):
    end(open_notice())
    notice = draft_notice(case, about=NoticePage.About.CASES)
    NoticeSubject.objects.create(notice=notice, text="另一项", sort_order=9)
    notice = publish(NoticePage.objects.get(pk=notice.pk))
    other = NoticeSubject.objects.get(notice=notice, text="另一项")
    filed(notice, subject=other)
    end(notice)
    assert sentences(case) == []


def test_what_was_taken_out_is_blocked_with_the_reason(case):
    notice = open_notice()
    take_out(notice.subjects.get(), by=account("bureau"), reason="企业撤回授权。", fate="complete")
    end(notice)
    assert len(sentences(case)) == 1
    assert "企业撤回授权。" in sentences(case)[0]


def test_a_withdrawn_notice_counts_for_nothing(case):
    notice = open_notice()
    withdraw_notice(notice, by=account("bureau"), reason="公示期有误。")
    end(notice)
    assert len(sentences(case)) == 1


def test_what_was_public_once_needs_no_notice_again():
    case = CasePage.objects.live().first()
    SubjectRecord.objects.all().delete()
    NoticeSubject.objects.filter(page=case).delete()
    page = case.get_latest_revision_as_object()
    page.summary = "改过的一句话。"
    assert notice_blockers(page) == []


def test_solutions_need_one_where_the_bureau_says_so():
    solution = SolutionPage.objects.filter(live=False, notice_subjects=None).first()
    before = {str(point) for point in solution.blockers()}
    set_rules(solutions_need_notice=True)
    added = {str(point) for point in solution.blockers()} - before
    assert len(added) == 1
    ended_notice(solution, days_ago=30)
    NoticePage.objects.filter(subjects__page=solution).update(about="solutions")
    assert {str(point) for point in solution.blockers()} == before


def test_the_cases_of_the_demonstration_went_through_a_notice():
    for case in CasePage.objects.live():
        subject = NoticeSubject.objects.get(page=case)
        assert subject.notice.result.filed == 0
        assert subject.record.facts["enterprise"] == case.enterprise_name
