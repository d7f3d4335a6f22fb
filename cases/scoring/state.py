"""How a scoring stands: who is in, what may be seen, what came of it.

Blind until all are in: there is no result before, for nobody, and drafts are shown to their
reviewer alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from cases.models import (
    CaseReviewer,
    CaseRules,
    CriterionPoints,
    Discussion,
    ScoreSheet,
    ScoringCriterion,
    ScoringRound,
)
from cases.models.scoring import FIRST_TURN, SECOND_TURN
from cases.scoring.arithmetic import mean, spread


@dataclass(frozen=True)
class CriterionResult:
    """One criterion over all reviewers: points and reasons in the order of the reviewers."""

    criterion: ScoringCriterion
    lines: tuple[CriterionPoints, ...]

    @property
    def mean(self) -> Fraction:
        return mean([line.points for line in self.lines])

    @property
    def spread(self) -> int:
        return int(spread([line.points for line in self.lines]))


@dataclass(frozen=True)
class Result:
    """What the counted sheets make together; totals stand in the order of the sheets."""

    sheets: tuple[ScoreSheet, ...]
    criteria: tuple[CriterionResult, ...]

    @property
    def totals(self) -> tuple[Decimal, ...]:
        return tuple(sheet.total for sheet in self.sheets)

    @property
    def mean(self) -> Fraction:
        return mean(self.totals)

    @property
    def spread(self) -> Fraction:
        return spread(self.totals)


@dataclass(frozen=True)
class ReviewerState:
    """One reviewer with its sheets by turn, drafts included."""

    reviewer: CaseReviewer
    sheets: dict[int, ScoreSheet]

    def submitted(self, turn: int) -> ScoreSheet | None:
        sheet = self.sheets.get(turn)
        return sheet if sheet and sheet.submitted_at else None


@dataclass(frozen=True)
class RoundState:
    """A scoring with all that hangs on it, read once."""

    round: ScoringRound
    rules: CaseRules
    criteria: tuple[ScoringCriterion, ...]
    reviewers: tuple[ReviewerState, ...]
    discussions: tuple[Discussion, ...]

    @cached_property
    def active(self) -> list[ReviewerState]:
        return [each for each in self.reviewers if each.reviewer.is_active]

    def waiting(self, turn: int) -> list[ReviewerState]:
        """Those who have not submitted their sheet of the turn."""
        return [each for each in self.active if each.submitted(turn) is None]

    @property
    def has_enough(self) -> bool:
        """Whether as many score as the rules ask for; what is closed stays as it was judged."""
        if not self.round.is_open:
            return bool(self.active)
        return len(self.active) >= self.rules.fewest_reviewers

    @property
    def is_in(self) -> bool:
        """Whether the first sheets of all are in: from here on they are seen."""
        return self.has_enough and not self.waiting(FIRST_TURN)

    @property
    def is_second_over(self) -> bool:
        """Whether all have answered the discussion, or the bureau waits no longer."""
        if self.round.second_turn_at is None:
            return False
        return self.round.second_turn_ended_at is not None or not self.waiting(SECOND_TURN)

    @property
    def is_second_open(self) -> bool:
        """Whether reviewers may still revise; others see what they revise afterwards."""
        begun = self.round.is_open and self.round.second_turn_at is not None
        return begun and not self.is_second_over

    def counted(self, each: ReviewerState) -> ScoreSheet | None:
        """The sheet that counts for a reviewer: the revised one once that turn is over."""
        first = each.submitted(FIRST_TURN)
        return each.submitted(SECOND_TURN) or first if self.is_second_over else first

    @cached_property
    def result(self) -> Result | None:
        """What came of it; None while it is blind."""
        return self.result_of([self.counted(each) for each in self.active]) if self.is_in else None

    @cached_property
    def first_result(self) -> Result | None:
        """What came of the first sheets, where they were discussed and revised."""
        if not self.is_in:
            return None
        return self.result_of([each.submitted(FIRST_TURN) for each in self.active])

    def result_of(self, sheets: list[ScoreSheet]) -> Result:
        lines = [{line.criterion_id: line for line in sheet.lines.all()} for sheet in sheets]
        criteria = [
            CriterionResult(criterion, tuple(by_criterion[criterion.pk] for by_criterion in lines))
            for criterion in self.criteria
        ]
        return Result(tuple(sheets), tuple(criteria))

    @property
    def is_wide(self) -> bool:
        """Whether the first totals lie so far apart that the rules ask for a discussion."""
        found = self.first_result
        return found is not None and found.spread > Fraction(self.rules.spread_limit)

    @property
    def needs_discussion(self) -> bool:
        return self.is_wide and not self.discussions

    @property
    def is_below_mark(self) -> bool:
        return self.result is not None and self.result.mean < Fraction(self.rules.pass_mark)

    @property
    def is_ready(self) -> bool:
        """Whether the bureau may settle the outcome by the points."""
        return self.is_in and not self.is_second_open and not self.needs_discussion


def with_all(rounds: QuerySet) -> QuerySet:
    """The rounds with everything that their state is made of, in a fixed number of queries."""
    lines = CriterionPoints.objects.select_related("criterion")
    sheets = ScoreSheet.objects.prefetch_related(Prefetch("lines", lines))
    reviewers = CaseReviewer.objects.select_related("user__outside_expert").prefetch_related(
        Prefetch("sheets", sheets)
    )
    discussions = Discussion.objects.select_related("recorded_by")
    return rounds.select_related("case", "scheme").prefetch_related(
        "scheme__criteria",
        Prefetch("reviewers", reviewers),
        Prefetch("discussions", discussions.prefetch_related("present__user")),
    )


def states_of(rounds: Iterable[ScoringRound]) -> list[RoundState]:
    """The states of rounds that were read by ``with_all``."""
    rules = CaseRules.current()
    return [state_from(each, rules) for each in rounds]


def state_from(scoring: ScoringRound, rules: CaseRules) -> RoundState:
    """The state of a round that was read by ``with_all``."""
    return RoundState(
        round=scoring,
        rules=rules,
        criteria=tuple(scoring.scheme.criteria.all()),
        reviewers=tuple(
            ReviewerState(reviewer, {sheet.turn: sheet for sheet in reviewer.sheets.all()})
            for reviewer in scoring.reviewers.all()
        ),
        discussions=tuple(scoring.discussions.all()),
    )


def state_of(pk: int) -> RoundState:
    """The state of one round as it is now."""
    return state_from(with_all(ScoringRound.objects).get(pk=pk), CaseRules.current())
