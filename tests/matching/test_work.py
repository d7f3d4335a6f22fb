"""Criteria, milestones, hand-over, and what silence does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import ProvincialLevel
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import EventKind, MatchingTerms, MessageKind, RequestState, Side
from providers.matching.working.carrying_out import (
    NOTICE_BEFORE_CLOSING,
    CriteriaNotAgreedError,
    PlannedStep,
    agree_criteria,
    close_silent,
    confirm_work,
    criteria_mark,
    hand_over,
    refuse_work,
    set_criteria,
    set_milestones,
)
from providers.matching.working.disputes import open_dispute
from tests.matching import working
from tests.matching.working import fresh, told

pytestmark = pytest.mark.usefixtures("demo_site")
DELIVERED = "三条产线全部上线。"


# -- criteria -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "other"), [(Side.ENTERPRISE, "provider"), (Side.PROVIDER, "enterprise")]
)
def test_a_change_needs_the_other_sides_agreement_and_tells_it(side, other):
    choice = working.agreed()
    before = told(choice, MessageKind.CRITERIA_CHANGED, other)
    set_criteria(choice, side=side, lines=["新的一条"])
    choice = fresh(choice)
    stamps = {
        Side.ENTERPRISE: choice.enterprise_agreed_at,
        Side.PROVIDER: choice.provider_agreed_at,
    }
    assert stamps.pop(side)
    assert list(stamps.values()) == [None]
    assert told(choice, MessageKind.CRITERIA_CHANGED, other) == before + 1
    assert choice.request.events.filter(kind=EventKind.CRITERIA_CHANGED, side=side).exists()


def test_the_same_list_again_is_an_agreement_and_no_change():
    choice = working.contracted()
    set_criteria(choice, side=Side.PROVIDER, lines=working.LINES)
    events = choice.request.events.filter(kind=EventKind.CRITERIA_CHANGED)
    changes = events.count()
    set_criteria(choice, side=Side.ENTERPRISE, lines=[*working.LINES, " ", working.LINES[0]])
    assert fresh(choice).criteria_are_agreed
    assert events.count() == changes


def test_nobody_agrees_to_what_was_changed_meanwhile():
    choice = working.contracted()
    set_criteria(choice, side=Side.PROVIDER, lines=["先前的一条"])
    seen = criteria_mark(choice)
    set_criteria(choice, side=Side.PROVIDER, lines=["后来的一条"])
    with pytest.raises(MovedOnError):
        agree_criteria(choice, side=Side.ENTERPRISE, seen=seen)
    with pytest.raises(MovedOnError):
        set_criteria(choice, side=Side.ENTERPRISE, lines=["我的一条"], seen=seen)
    assert [line.text for line in choice.criteria.all()] == ["后来的一条"]
    assert fresh(choice).enterprise_agreed_at is None


def test_an_empty_list_cannot_be_agreed_to():
    choice = working.contracted()
    choice.criteria.all().delete()
    with pytest.raises(MovedOnError):
        agree_criteria(choice, side=Side.ENTERPRISE)


@pytest.mark.parametrize("lines", [[], [" "], ["x" * 301], [str(n) for n in range(31)]])
def test_no_impossible_list_is_stored(lines):
    choice = working.agreed()
    with pytest.raises(ValueError, match="criteri"):
        set_criteria(choice, side=Side.ENTERPRISE, lines=lines)
    assert fresh(choice).criteria_are_agreed


def test_criteria_stay_while_a_hand_over_waits():
    choice = working.handed_over()
    with pytest.raises(MovedOnError):
        set_criteria(choice, side=Side.ENTERPRISE, lines=["新的一条"])


# -- milestones ---------------------------------------------------------------------------------


def test_the_provider_keeps_milestones_and_a_reached_one_keeps_its_moment():
    choice, by = working.contracted(), working.member()
    day = timezone.localdate()
    steps = [PlannedStep("调研", day, is_reached=True), PlannedStep("上线", day)]
    set_milestones(choice, by=by, milestones=steps)
    first, second = choice.milestones.order_by("pk")
    assert first.reached_at
    assert not second.reached_at
    later = PlannedStep("调研完成", day + timedelta(days=3), is_reached=True, pk=first.pk)
    set_milestones(choice, by=by, milestones=[later])
    (kept,) = choice.milestones.all()
    assert (kept.pk, kept.title, kept.reached_at) == (first.pk, "调研完成", first.reached_at)


def test_a_milestone_of_other_work_is_not_touched():
    mine, others = working.contracted(), working.contracted(username="provider2")
    day = timezone.localdate()
    set_milestones(others, by=working.member("provider2"), milestones=[PlannedStep("别家", day)])
    foreign = others.milestones.get()
    with pytest.raises(MovedOnError):
        set_milestones(
            mine, by=working.member(), milestones=[PlannedStep("改名", day, pk=foreign.pk)]
        )
    foreign.refresh_from_db()
    assert foreign.title == "别家"


# -- hand-over ----------------------------------------------------------------------------------


def test_nothing_is_handed_over_before_both_have_agreed():
    choice = working.contracted()
    with pytest.raises(CriteriaNotAgreedError):
        hand_over(choice, by=working.member(), message=DELIVERED)
    assert fresh(choice).handed_over_at is None


def test_handed_over_twice_is_handed_over_once():
    choice = working.agreed()
    first = hand_over(choice, by=working.member(), message=DELIVERED)
    assert hand_over(choice, by=working.member(), message=DELIVERED) == first
    assert told(choice, MessageKind.HANDED_OVER, "enterprise") == 1
    assert fresh(choice).request.state() == RequestState.HANDED_OVER


def test_the_enterprise_confirms_with_the_level_reached_and_nothing_follows():
    choice = working.handed_over()
    level = ProvincialLevel.objects.get(level=6)
    confirm_work(choice, level_reached=level)
    confirm_work(choice, level_reached=level)
    choice = fresh(choice)
    assert choice.request.state() == RequestState.CONFIRMED
    assert choice.level_reached == level
    assert choice.hand_overs.get().confirmed_at
    assert told(choice, MessageKind.HAND_OVER_CONFIRMED, "provider") == 1
    for act in (
        lambda: confirm_work(choice),
        lambda: refuse_work(choice, refusal="还缺报表"),
        lambda: hand_over(choice, by=working.member(), message=DELIVERED),
        lambda: open_dispute(choice, side=Side.PROVIDER, text="不认可验收结果"),
    ):
        with pytest.raises(MovedOnError):
            act()
    assert fresh(choice).level_reached == level


def test_refused_work_is_handed_over_again():
    choice = working.handed_over()
    refuse_work(choice, refusal="缺少质量报表")
    refuse_work(choice, refusal="缺少质量报表")
    choice = fresh(choice)
    assert choice.request.state() == RequestState.CONTRACTED
    assert told(choice, MessageKind.HAND_OVER_REFUSED, "provider") == 1
    hand_over(choice, by=working.member(), message="报表已补上。")
    assert [row.refusal for row in choice.hand_overs.all()] == ["缺少质量报表", ""]
    confirm_work(choice)
    assert fresh(choice).accepted_at


def test_a_refusal_does_not_follow_a_confirmation_in_the_same_moment():
    choice = working.handed_over()
    confirm_work(choice)
    with pytest.raises(MovedOnError):
        refuse_work(choice, refusal="还缺报表")
    assert choice.hand_overs.get().refused_at is None


# -- silence ------------------------------------------------------------------------------------


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_silence_is_reminded_of_and_then_closed_as_unconfirmed():
    choice = working.handed_over()
    terms, start = MatchingTerms.current(), choice.handed_over_at
    reminder = start + days(terms.silence_notice_days)
    assert close_silent(reminder - timedelta(seconds=1)) == 0
    assert [close_silent(reminder), close_silent(reminder)] == [1, 0]
    assert told(choice, MessageKind.HAND_OVER_WAITS, "enterprise") == 1
    end = start + days(terms.silence_days)
    assert close_silent(end - timedelta(seconds=1)) == 0
    assert [close_silent(end), close_silent(end)] == [1, 0]
    choice = fresh(choice)
    assert choice.request.state() == RequestState.UNCONFIRMED
    assert choice.accepted_at is None
    assert choice.hand_overs.get().confirmed_at is None
    for audience in ("enterprise", "provider"):
        assert told(choice, MessageKind.CLOSED_UNCONFIRMED, audience) == 1


def test_a_clock_that_comes_late_reminds_first_and_closes_five_days_later():
    choice = working.handed_over()
    late = choice.handed_over_at + days(90)
    assert close_silent(late) == 1
    assert fresh(choice).unconfirmed_at is None
    assert close_silent(late + NOTICE_BEFORE_CLOSING - timedelta(seconds=1)) == 0
    assert close_silent(late + NOTICE_BEFORE_CLOSING) == 1
    assert fresh(choice).unconfirmed_at


def test_nothing_closes_while_a_dispute_is_open():
    choice = working.handed_over()
    open_dispute(choice, side=Side.PROVIDER, text="对方迟迟不肯验收")
    assert close_silent(choice.handed_over_at + days(90)) == 0
    assert fresh(choice).request.state() == RequestState.DISPUTED


def test_work_that_was_not_handed_over_is_never_silent():
    working.agreed()
    assert close_silent(timezone.now() + days(400)) == 0
