"""Reviewers hear once more of a sheet that is waited for, when the working days are over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cases.models import CaseReviewer, CaseRules, OutsideExpert, ScoringRound
from cases.scoring import discussing
from cases.scoring.reminders import remind_reviewers
from catalog.workdays import WorkCalendar
from marketplace.due import JOBS
from providers.models import Notice, NoticeKind
from tests.cases.scoring.making import asked, handed_in, opened, scored, user

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")


@pytest.fixture
def only_ours() -> None:
    """Without the demonstration's open scoring."""
    ScoringRound.objects.open().update(closed_at=timezone.now(), outcome="complete", reason="x")


def told(scoring: ScoringRound) -> list[str]:
    rows = Notice.objects.filter(kind=NoticeKind.SCORING_REMINDED, page=scoring.case_id)
    return sorted(rows.values_list("user__username", flat=True))


def after_the_days() -> datetime:
    days = CaseRules.current().scoring_days
    return WorkCalendar.current().deadline(timezone.now(), days) + timedelta(seconds=1)


@pytest.mark.usefixtures("only_ours")
def test_each_is_reminded_once_after_the_working_days():
    scoring = opened()
    asked(scoring)
    late = after_the_days()
    assert remind_reviewers(late - timedelta(seconds=2)) == 0
    assert remind_reviewers(late) == 2
    assert told(scoring) == ["committee", "expert"]
    assert remind_reviewers(late + timedelta(days=30)) == 0


@pytest.mark.usefixtures("only_ours")
def test_whoever_has_handed_in_left_or_may_not_score_is_not_reminded():
    scoring = opened()
    officer, expert = asked(scoring)
    handed_in(officer, 7)
    OutsideExpert.objects.filter(user=expert.user).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert remind_reviewers(after_the_days()) == 0
    OutsideExpert.objects.filter(user=expert.user).update(
        ends_on=timezone.localdate() + timedelta(days=60)
    )
    CaseReviewer.objects.filter(pk=expert.pk).update(declined_at=timezone.now(), reason="x")
    assert remind_reviewers(after_the_days()) == 0
    CaseReviewer.objects.filter(pk=expert.pk).update(declined_at=None, reason="")
    assert remind_reviewers(after_the_days()) == 1
    assert told(scoring) == ["expert"]


@pytest.mark.usefixtures("only_ours")
def test_a_second_turn_has_its_own_days():
    scoring = scored(90, 50)
    discussing.record_discussion(
        scoring,
        held_on=timezone.localdate(),
        present=list(scoring.reviewers.values_list("pk", flat=True)),
        minutes="讨论。",
        opens_second_turn=True,
        by=user("bureau"),
    )
    handed_in(scoring.reviewers.get(user=user("expert")), 7)
    assert remind_reviewers(after_the_days()) == 1
    assert told(scoring) == ["committee"]
    discussing.end_second_turn(scoring, by=user("bureau"))
    assert remind_reviewers(after_the_days() + timedelta(days=30)) == 0


def test_the_clock_does_both():
    labels = {job.label for job in JOBS}
    assert {"reviewers of cases reminded", "accounts of experts ended"} <= labels
