"""A scoring from its opening to its outcome: blind, discussed, revised, settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import PageLogEntry, Workflow

from cases.models import (
    CaseIndexPage,
    CasePage,
    CaseReviewer,
    CaseRules,
    CriterionPoints,
    Nomination,
    ScoreSheet,
    ScoringCriterion,
    ScoringRound,
    ScoringScheme,
)
from cases.nominating.deciding import give_up, refuse
from cases.scoring import assigning, discussing, outcome, sheets
from cases.scoring.rounds import open_round, points_against, waiting_for_a_round
from cases.scoring.state import state_of
from cases.stages import CaseStage, stage_of
from catalog.models import Evidence
from marketplace.roles import REVIEW
from providers.models import Notice, NoticeKind, ProviderTeam
from providers.withdrawal.subtree import ActRefused
from tests.cases.scoring.making import (
    another,
    asked,
    complete_case,
    entries,
    handed_in,
    nominated,
    opened,
    scored,
    user,
)
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")


def told(kind: NoticeKind, page) -> set[str]:
    rows = Notice.objects.filter(kind=kind, page=page.pk)
    return set(rows.values_list("user__username", flat=True))


# -- opening --------------------------------------------------------------------------------------


def test_it_opens_on_the_latest_version_by_the_criteria_in_force():
    page = nominated()
    latest = page.get_latest_revision()
    ScoringScheme.objects.create(effective_on=timezone.localdate() + timedelta(days=1))
    scoring = open_round(page, by=user("bureau"))
    assert scoring.revision == latest
    assert scoring.scheme == ScoringScheme.objects.in_force()
    assert stage_of(page) == CaseStage.UNDER_REVIEW
    draft = page.get_latest_revision_as_object()
    draft.summary = "后来的改动。"
    draft.save_revision()
    assert ScoringRound.objects.get(pk=scoring.pk).revision == latest


def test_it_does_not_open_without_a_nomination():
    page = complete_case()
    with pytest.raises(ActRefused, match=r"nominated|推荐|申报"):
        open_round(page, by=user("bureau"))
    assert not page.scoring_rounds.exists()


@pytest.mark.parametrize("how", ["withdrawn_at", "rejected_at"])
def test_nor_after_the_nomination_is_over(how):
    page = nominated()
    Nomination.objects.filter(case=page).update(**{how: timezone.now(), "message": "理由"})
    with pytest.raises(ActRefused):
        open_round(page, by=user("bureau"))


def test_nor_while_the_gate_is_open():
    page = nominated()
    Evidence.objects.filter(page_id=page.pk).delete()
    with pytest.raises(ActRefused) as refused:
        open_round(page, by=user("bureau"))
    assert refused.value.sentences == points_against(page)
    assert not page.scoring_rounds.exists()


def test_nor_twice_at_once():
    page = nominated()
    open_round(page, by=user("bureau"))
    with pytest.raises(ActRefused):
        open_round(page, by=user("bureau"))
    first = page.scoring_rounds.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoringRound.objects.create(case=page, scheme=first.scheme, revision=first.revision)


def test_nor_by_criteria_that_do_not_make_100():
    criteria = ScoringScheme.objects.in_force().criteria.all()
    ScoringCriterion.objects.filter(pk=criteria[0].pk).update(weight=31)
    with pytest.raises(ActRefused):
        open_round(nominated(), by=user("bureau"))


def test_what_waits_for_a_scoring_is_listed_until_one_settles_it():
    page = nominated()
    assert page in waiting_for_a_round()
    scoring = open_round(page, by=user("bureau"))
    assert page not in waiting_for_a_round()
    outcome.settle(scoring, "complete", reason="补材料", by=user("bureau"))
    assert page in waiting_for_a_round()


# -- the database ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"closed_at": timezone.now()},
        {"closed_at": timezone.now(), "outcome": "rejected"},
        {"closed_at": timezone.now(), "reason": "理由"},
        {"outcome": "rejected", "reason": "理由"},
        {"second_turn_ended_at": timezone.now()},
    ],
)
def test_an_outcome_has_its_day_and_reason(fields):
    scoring = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoringRound.objects.filter(pk=scoring.pk).update(**fields)


def test_each_is_asked_once_and_has_one_sheet_a_turn():
    scoring = opened()
    reviewer = asked(scoring)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseReviewer.objects.create(round=scoring, user=reviewer.user)
    sheet = ScoreSheet.objects.create(reviewer=reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSheet.objects.create(reviewer=reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreSheet.objects.create(reviewer=reviewer, turn=3)
    criterion = scoring.scheme.criteria.all()[0]
    CriterionPoints.objects.create(sheet=sheet, criterion=criterion, points=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        CriterionPoints.objects.create(sheet=sheet, criterion=criterion, points=4)


@pytest.mark.parametrize("points", [11, 100])
def test_points_lie_between_0_and_10(points):
    scoring = opened()
    reviewer = asked(scoring)[0]
    with pytest.raises(ActRefused):
        sheets.save_draft(reviewer, entries(scoring, points), by=reviewer.user)
    sheet = ScoreSheet.objects.create(reviewer=reviewer)
    criterion = scoring.scheme.criteria.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        CriterionPoints.objects.create(sheet=sheet, criterion=criterion, points=points)


def test_a_scored_case_is_not_deleted():
    page = nominated()
    boss = type(user("bureau")).objects.create_superuser("boss", password="x-1-y-2-z-3")
    assert page.permissions_for_user(boss).can_delete()
    open_round(page, by=user("bureau"))
    assert not page.permissions_for_user(boss).can_delete()
    above = provider_of("provider1")
    assert not above.permissions_for_user(boss).can_delete()


# -- reviewers ------------------------------------------------------------------------------------


def test_whoever_is_asked_is_told_and_can_decline_with_a_reason():
    scoring = opened()
    officer, expert = asked(scoring)
    assert told(NoticeKind.SCORING_ASSIGNED, scoring.case) == {"committee", "expert"}
    with pytest.raises(ActRefused):
        assigning.decline(expert, "  ", by=expert.user)
    with pytest.raises(PermissionDenied):
        assigning.decline(expert, "不熟悉", by=officer.user)
    assigning.decline(expert, "不熟悉这个行业", by=expert.user)
    expert.refresh_from_db()
    assert not expert.is_active
    assert told(NoticeKind.SCORING_DECLINED, scoring.case) == {"bureau"}
    again = assigning.ask(scoring, expert.user, by=user("bureau"))
    assert again.pk == expert.pk
    assert again.is_active


def test_one_is_replaced_by_another():
    scoring = opened()
    _officer, expert = asked(scoring)
    assigning.take_out(expert, "出差", by=user("bureau"))
    other = assigning.ask(scoring, another("colleague"), by=user("bureau"))
    active = {each.reviewer.pk for each in state_of(scoring.pk).active}
    assert other.pk in active
    assert expert.pk not in active


def test_nobody_is_taken_out_for_the_points_given():
    scoring = scored(80, 30)
    low = scoring.reviewers.get(user=user("expert"))
    with pytest.raises(ActRefused):
        assigning.take_out(low, "分数太低", by=user("bureau"))
    low.user.groups.add(ProviderTeam.objects.get(provider=provider_of("provider2")).group)
    assigning.take_out(low, "入职了服务商", by=user("bureau"))
    assert not state_of(scoring.pk).is_in


def test_who_has_handed_in_does_not_decline():
    scoring = opened()
    reviewer = asked(scoring)[0]
    handed_in(reviewer, 7)
    with pytest.raises(ActRefused):
        assigning.decline(reviewer, "改主意了", by=reviewer.user)


# -- sheets, blind --------------------------------------------------------------------------------


def test_a_draft_is_kept_and_its_total_is_exact():
    scoring = opened()
    reviewer = asked(scoring)[0]
    given = entries(scoring, [9, 6, 8, 7, 8, 6])
    half = dict(list(given.items())[:2])
    sheets.save_draft(reviewer, half, by=reviewer.user)
    assert reviewer.sheets.get().total == Decimal(39)
    with pytest.raises(ActRefused):
        sheets.submit(reviewer, by=reviewer.user)
    sheets.save_draft(reviewer, given, by=reviewer.user)
    sheet = sheets.submit(reviewer, by=reviewer.user)
    assert sheet.total == Decimal("76.5")
    with pytest.raises(ActRefused):
        sheets.save_draft(reviewer, given, by=reviewer.user)


def test_points_without_a_reason_are_not_handed_in():
    scoring = opened()
    reviewer = asked(scoring)[0]
    given = entries(scoring, 5)
    first = next(iter(given))
    given[first] = sheets.Entry(5, "")
    sheets.save_draft(reviewer, given, by=reviewer.user)
    with pytest.raises(ActRefused):
        sheets.submit(reviewer, by=reviewer.user)


def test_criteria_of_another_version_are_refused():
    scoring = opened()
    reviewer = asked(scoring)[0]
    later = ScoringScheme.objects.in_force().as_next()
    later.save()
    foreign = later.criteria.all()[0].pk
    with pytest.raises(ActRefused):
        sheets.save_draft(reviewer, {foreign: sheets.Entry(5, "x")}, by=reviewer.user)


def test_there_is_no_result_before_all_are_in_and_then_the_bureau_is_told():
    scoring = opened()
    first, second = asked(scoring)
    handed_in(first, 8)
    assert state_of(scoring.pk).result is None
    assert not told(NoticeKind.SCORING_COMPLETE, scoring.case)
    handed_in(second, 7)
    result = state_of(scoring.pk).result
    assert result.mean == 75
    assert result.spread == 10
    assert [each.mean for each in result.criteria] == [Fraction(15, 2)] * 6
    assert told(NoticeKind.SCORING_COMPLETE, scoring.case) == {"bureau"}


def test_one_sheet_alone_is_blind_however_few_were_asked():
    scoring = opened()
    (only,) = asked(scoring, "committee")
    handed_in(only, 8)
    assert state_of(scoring.pk).result is None


def test_a_third_reviewer_who_is_asked_late_makes_it_blind_again():
    scoring = scored(80, 70)
    assert state_of(scoring.pk).result is not None
    assigning.ask(scoring, another("colleague"), by=user("bureau"))
    assert state_of(scoring.pk).result is None


def test_when_the_last_one_awaited_declines_the_bureau_is_told():
    another("colleague", "committee")
    scoring = opened()
    first, second, third = asked(scoring, "committee", "expert", "colleague")
    handed_in(first, 8)
    handed_in(second, 7)
    assigning.decline(third, "没有时间", by=third.user)
    assert told(NoticeKind.SCORING_COMPLETE, scoring.case) == {"bureau"}


# -- discussion -----------------------------------------------------------------------------------


def discuss(scoring: ScoringRound, *, revise: bool = True, **changed):
    said = {
        "held_on": timezone.localdate(),
        "present": list(scoring.reviewers.active().values_list("pk", flat=True)),
        "minutes": "逐项核对了佐证材料。",
        "opens_second_turn": revise,
        "by": user("bureau"),
    }
    return discussing.record_discussion(scoring, **said | changed)


def settle(scoring: ScoringRound, to: str = "shortlisted", **more):
    outcome.settle(scoring, to, reason="理由", by=user("bureau"), **more)


def test_a_wide_spread_asks_for_a_discussion_before_the_outcome():
    scoring = scored(90, 60)
    assert state_of(scoring.pk).needs_discussion
    with pytest.raises(ActRefused):
        settle(scoring)
    discuss(scoring, revise=False)
    settle(scoring)
    assert ScoringRound.objects.get(pk=scoring.pk).outcome == "shortlisted"


@pytest.mark.parametrize(("totals", "is_wide"), [((90, 70), False), ((90, 60), True)])
def test_the_limit_itself_is_no_wide_spread(totals, is_wide):
    """More than 20 points apart, as the rules say."""
    assert state_of(scored(*totals).pk).is_wide == is_wide


def test_the_limit_is_a_rule_of_the_bureau():
    rules = CaseRules.current()
    rules.spread_limit = 5
    rules.save()
    assert state_of(scored(80, 70).pk).needs_discussion


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes": "  "},
        {"present": []},
        {"held_on": timezone.localdate() + timedelta(days=1)},
        {"held_on": timezone.localdate() - timedelta(days=30)},
    ],
)
def test_minutes_say_when_and_who(changed):
    scoring = scored(90, 60)
    with pytest.raises(ActRefused):
        discuss(scoring, **changed)
    assert not scoring.discussions.exists()


def test_nobody_is_present_who_does_not_score():
    scoring = scored(90, 60)
    foreign = CaseReviewer.objects.exclude(round=scoring).values_list("pk", flat=True)[:2]
    with pytest.raises(ActRefused):
        discuss(scoring, present=list(foreign))


def test_there_is_nothing_to_discuss_before_all_are_in():
    scoring = opened()
    first, _second = asked(scoring)
    handed_in(first, 9)
    with pytest.raises(ActRefused):
        discuss(scoring)


def test_after_a_discussion_sheets_are_revised_blind_and_the_first_stay():
    scoring = scored(90, 50)
    discuss(scoring)
    first, second = CaseReviewer.objects.filter(round=scoring)
    assert told(NoticeKind.SCORING_REVISED, scoring.case) == {"committee", "expert"}
    handed_in(second, 7)
    # Not seen before the other has answered too.
    assert state_of(scoring.pk).result.totals == (Decimal(90), Decimal(50))
    with pytest.raises(ActRefused):
        settle(scoring)
    sheets.keep_first(first, by=first.user)
    state = state_of(scoring.pk)
    assert state.result.totals == (Decimal(90), Decimal(70))
    assert state.first_result.totals == (Decimal(90), Decimal(50))
    assert second.sheets.get(turn=1).total == 50
    settle(scoring)


def test_a_revised_sheet_is_revised_no_more():
    scoring = scored(90, 50)
    discuss(scoring)
    reviewer = CaseReviewer.objects.filter(round=scoring).first()
    handed_in(reviewer, 8)
    with pytest.raises(ActRefused):
        handed_in(reviewer, 7)
    with pytest.raises(ActRefused):
        sheets.keep_first(reviewer, by=reviewer.user)


def test_the_bureau_waits_no_longer_and_first_sheets_stand():
    scoring = scored(90, 50)
    discuss(scoring)
    first, second = CaseReviewer.objects.filter(round=scoring)
    handed_in(second, 7)
    discussing.end_second_turn(scoring, by=user("bureau"))
    assert state_of(scoring.pk).result.totals == (Decimal(90), Decimal(70))
    with pytest.raises(ActRefused):
        handed_in(first, 8)
    with pytest.raises(ActRefused):
        discussing.end_second_turn(scoring, by=user("bureau"))


def test_a_second_click_records_no_second_discussion():
    scoring = scored(90, 50)
    discuss(scoring, revise=False)
    with pytest.raises(ActRefused):
        discuss(scoring, revise=False)
    assert scoring.discussions.count() == 1
    discuss(scoring, minutes="又谈了一次。", revise=False)


def test_sheets_are_revised_once_only_and_no_further_reviewer_joins():
    scoring = scored(90, 50)
    discuss(scoring)
    discussing.end_second_turn(scoring, by=user("bureau"))
    with pytest.raises(ActRefused):
        discuss(scoring, minutes="又谈了一次。")
    with pytest.raises(ActRefused):
        assigning.ask(scoring, another("colleague"), by=user("bureau"))


# -- outcome --------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["shortlisted", "rejected"])
def test_an_outcome_by_points_needs_all_sheets(to):
    scoring = opened()
    first, _second = asked(scoring)
    handed_in(first, 9)
    with pytest.raises(ActRefused):
        settle(scoring, to)
    assert ScoringRound.objects.get(pk=scoring.pk).is_open


def test_as_few_as_one_reviewer_never_suffice():
    scoring = opened()
    (only,) = asked(scoring, "committee")
    handed_in(only, 9)
    with pytest.raises(ActRefused):
        settle(scoring)


@pytest.mark.parametrize("to", ["shortlisted", "complete", "rejected"])
def test_an_outcome_has_a_reason(to):
    scoring = scored(90, 80)
    with pytest.raises(ActRefused):
        outcome.settle(scoring, to, reason=" ", by=user("bureau"))


def test_below_the_pass_mark_shortlisting_has_a_reason_of_its_own():
    scoring = scored(70, 60)
    with pytest.raises(ActRefused):
        settle(scoring)
    settle(scoring, below_mark_reason="填补行业空白")
    scoring.refresh_from_db()
    assert scoring.below_mark_reason == "填补行业空白"


def test_the_pass_mark_itself_is_enough():
    scoring = scored(70, 70)
    settle(scoring)
    scoring.refresh_from_db()
    assert scoring.below_mark_reason == ""


def test_a_tie_that_arose_since_a_sheet_was_handed_in_stops_the_outcome():
    scoring = scored(90, 80)
    expert = user("expert")
    expert.groups.add(ProviderTeam.objects.get(provider=provider_of("provider2")).group)
    with pytest.raises(ActRefused) as refused:
        settle(scoring)
    assert any("演示·外部专家" in str(said) for said in refused.value.sentences)


def test_nobody_settles_a_case_that_they_wrote_at():
    scoring = scored(90, 80)
    draft = scoring.case.get_latest_revision_as_object()
    draft.summary = "局里改过一句。"
    draft.save_revision(user=user("bureau"))
    with pytest.raises(ActRefused):
        settle(scoring)
    outcome.settle(scoring, "shortlisted", reason="理由", by=another("colleague"))


def test_shortlisted_a_providers_case_moves_to_cases_and_its_members_are_told():
    page = nominated()
    member = user("provider1")
    assert page.permissions_for_user(member).can_edit()
    scoring = scored(90, 80, page=page)
    settle(scoring)
    page = CasePage.objects.get(pk=page.pk)
    assert page.is_child_of(CaseIndexPage.objects.get())
    assert not page.permissions_for_user(member).can_edit()
    assert stage_of(page) == CaseStage.SHORTLISTED
    assert "provider1" in told(NoticeKind.CASE_SHORTLISTED, page)


def test_a_taken_address_below_cases_stops_the_move():
    page = nominated("zhenzhi-xiaodan-kuaifan")
    scoring = scored(90, 80, page=page)
    with pytest.raises(ActRefused, match="zhenzhi-xiaodan-kuaifan"):
        settle(scoring)
    assert ScoringRound.objects.get(pk=scoring.pk).is_open


def test_back_for_completion_it_lies_open_for_its_provider_again():
    page = nominated()
    member = user("provider1")
    Workflow.objects.get(name=REVIEW).start(page, user=member)
    scoring = opened(page)
    settle(scoring, "complete")
    page = CasePage.objects.get(pk=page.pk)
    assert page.is_child_of(provider_of("provider1"))
    assert not page.workflow_in_progress
    nomination = Nomination.objects.get(case=page)
    assert nomination.returned_at
    assert nomination.message == "理由"
    assert nomination.submitted_at
    assert "provider1" in told(NoticeKind.CASE_INCOMPLETE, page)
    again = open_round(page, by=user("bureau"))
    nomination.refresh_from_db()
    assert again.is_open
    assert nomination.returned_at is None


def test_not_chosen_ends_nomination_and_review():
    page = nominated()
    Workflow.objects.get(name=REVIEW).start(page, user=user("provider1"))
    scoring = scored(50, 40, page=page)
    settle(scoring, "rejected")
    page = CasePage.objects.get(pk=page.pk)
    assert stage_of(page) == CaseStage.REJECTED
    assert not page.workflow_in_progress
    assert "provider1" in told(NoticeKind.CASE_REJECTED, page)
    with pytest.raises(ActRefused):
        open_round(page, by=user("bureau"))


def test_a_closed_round_is_settled_no_more():
    scoring = scored(90, 80)
    settle(scoring)
    for act in (
        lambda: settle(scoring, "rejected"),
        lambda: discuss(scoring),
        lambda: assigning.ask(scoring, another("colleague"), by=user("bureau")),
    ):
        with pytest.raises(ActRefused):
            act()
    assert ScoringRound.objects.get(pk=scoring.pk).outcome == "shortlisted"


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda row, by: give_up(row, by=by), "complete"),
        (lambda row, by: refuse(row, by=by, message="不合适"), "rejected"),
    ],
    ids=["withdrawn", "refused"],
)
def test_a_nomination_that_is_over_is_scored_no_further(act, expected):
    scoring = opened()
    reviewer = asked(scoring)[0]
    act(scoring.case.nomination, user("bureau"))
    scoring.refresh_from_db()
    assert scoring.outcome == expected
    with pytest.raises(ActRefused):
        handed_in(reviewer, 8)


def test_every_act_stands_in_the_history_of_the_case():
    scoring = scored(90, 50)
    discuss(scoring)
    discussing.end_second_turn(scoring, by=user("bureau"))
    settle(scoring)
    rows = PageLogEntry.objects.filter(page=scoring.case.pk, action__startswith="cases.scor")
    assert set(rows.values_list("action", flat=True)) == {
        "cases.scoring_opened",
        "cases.scoring_asked",
        "cases.scoring_sheet",
        "cases.scoring_discussed",
        "cases.scoring_second_turn_ended",
        "cases.scoring_closed",
    }
    assert all(entry.message for entry in rows)
