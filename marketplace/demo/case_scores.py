"""Scorings of the demonstration's cases: points, reasons and minutes are invented.

Written as rows and not by the acts, so that nobody gets messages of what was long ago.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from cases.models import (
    CasePage,
    CaseReviewer,
    CriterionPoints,
    Discussion,
    ScoreSheet,
    ScoringRound,
    ScoringScheme,
)
from cases.models.scoring import FIRST_TURN, SECOND_TURN
from marketplace.demo.content import read

ASKED_AFTER = timedelta(hours=2)
SUBMITTED_AFTER = timedelta(days=1)


def score(page: CasePage, case_id: str) -> None:
    """The scoring of the case's latest version, where the demonstration has one."""
    for row in read("case_scores"):
        if row["case"] == case_id:
            load_round(page, row)


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def load_round(page: CasePage, row: dict) -> None:
    bureau = get_user_model().objects.get(username="bureau")
    opened_at = days_ago(row["opened_days_ago"])
    scoring = ScoringRound.objects.create(
        case=page,
        scheme=ScoringScheme.objects.order_by("effective_on").first(),
        revision=page.get_latest_revision(),
        opened_at=opened_at,
        opened_by=bureau,
    )
    reviewers = [load_reviewer(scoring, given) for given in row["sheets"]]
    if said := row.get("discussion"):
        load_discussion(scoring, reviewers, said)
        for reviewer, given in zip(reviewers, row["sheets"], strict=True):
            answer = given.get("revised", given)
            load_sheet(reviewer, SECOND_TURN, answer, scoring.second_turn_at)
    if "outcome" in row:
        scoring.outcome, scoring.reason = row["outcome"], row["reason"]
        scoring.closed_at, scoring.closed_by = days_ago(row["closed_days_ago"]), bureau
        scoring.save()


def load_reviewer(scoring: ScoringRound, given: dict) -> CaseReviewer:
    reviewer = CaseReviewer.objects.create(
        round=scoring,
        user=get_user_model().objects.get(username=given["account"]),
        assigned_at=scoring.opened_at + ASKED_AFTER,
        assigned_by=scoring.opened_by,
    )
    if "points" in given:
        load_sheet(reviewer, FIRST_TURN, given, scoring.opened_at)
    return reviewer


def load_sheet(reviewer: CaseReviewer, turn: int, given: dict, since: datetime) -> None:
    at = since + SUBMITTED_AFTER
    sheet = ScoreSheet.objects.create(
        reviewer=reviewer, turn=turn, started_at=since, saved_at=at, submitted_at=at
    )
    criteria = reviewer.round.scheme.criteria.all()
    CriterionPoints.objects.bulk_create(
        CriterionPoints(sheet=sheet, criterion=criterion, points=points, reason=reason)
        for criterion, points, reason in zip(
            criteria, given["points"], given["reasons"], strict=True
        )
    )


def load_discussion(scoring: ScoringRound, reviewers: list[CaseReviewer], said: dict) -> None:
    at = days_ago(said["days_ago"])
    discussion = Discussion.objects.create(
        round=scoring,
        held_on=timezone.localdate(at),
        minutes=said["minutes"],
        others=said["others"],
        recorded_at=at,
        recorded_by=scoring.opened_by,
    )
    discussion.present.set(reviewers)
    scoring.second_turn_at = at
    scoring.save()
