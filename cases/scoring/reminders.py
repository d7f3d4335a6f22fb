"""Reviewers whose sheets are waited for hear of it once more, by the clock."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from cases.models import CaseReviewer, CaseRules
from cases.models.scoring import SECOND_TURN
from cases.scoring.entry import hindrances
from cases.scoring.telling import tell_reviewer
from catalog.batches import one_by_one
from catalog.workdays import WorkCalendar
from providers.models import NoticeKind


def remind_reviewers(now: datetime) -> int:
    """Remind each reviewer once a turn, when the working days of the rules are over."""
    days, calendar = CaseRules.current().scoring_days, WorkCalendar.current()
    waited_for = CaseReviewer.objects.active().filter(round__closed_at=None)
    rows = {
        reviewer.pk: reviewer
        for reviewer in waited_for.select_related("round__case", "user").prefetch_related("sheets")
        if is_waited_for(reviewer) and calendar.deadline(asked_at(reviewer), days) < now
    }
    return one_by_one(list(rows), lambda pk: remind(rows[pk]))


def is_waited_for(reviewer: CaseReviewer) -> bool:
    """Whether the sheet of the round's turn is not in."""
    if reviewer.round.second_turn_ended_at:
        return False
    turn = reviewer.round.turn
    return not any(sheet.turn == turn and sheet.submitted_at for sheet in reviewer.sheets.all())


def asked_at(reviewer: CaseReviewer) -> datetime:
    if reviewer.round.turn == SECOND_TURN:
        return reviewer.round.second_turn_at
    return reviewer.assigned_at


def remind(reviewer: CaseReviewer) -> bool:
    """Whoever may not score any more is not asked to; the bureau sees why."""
    if hindrances(reviewer):
        return False
    asked = timezone.localtime(asked_at(reviewer)).isoformat()
    event = f"reviewer{reviewer.pk}:{asked}"
    return tell_reviewer(reviewer, NoticeKind.SCORING_REMINDED, event=event)
