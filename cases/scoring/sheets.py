"""A reviewer's sheet: kept as a draft, submitted once, revised once after a discussion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import CaseReviewer, CriterionPoints, ScoreSheet, ScoringCriterion
from cases.models.scoring import FIRST_TURN, FULL_POINTS, SECOND_TURN
from cases.scoring import telling
from cases.scoring.entry import check_entry
from cases.scoring.records import held_open, record
from providers.withdrawal.subtree import ActRefused


@dataclass(frozen=True)
class Entry:
    """What is given for one criterion; a draft may lack points or reason."""

    points: int | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        return self.points is not None and bool(self.reason)


Entries = Mapping[int, Entry]


@transaction.atomic
def save_draft(reviewer: CaseReviewer, entries: Entries, *, by: AbstractBaseUser) -> ScoreSheet:
    """Keep what was filled in so far, by the ids of the criteria.

    Raises:
        PermissionDenied: it is another's sheet.
        EntryRefused: the reviewer may not enter points now.
        ActRefused: the sheet is submitted, the round closed, or the points are none of 0 to 10.
    """
    return written(reviewer, entries, by)


@transaction.atomic
def submit(reviewer: CaseReviewer, *, by: AbstractBaseUser) -> ScoreSheet:
    """Hand the draft in; it stays as it is. Raises as ``save_draft``, and where it lacks a line."""
    sheet = written(reviewer, {}, by)
    if missing := missing_in(sheet):
        names = _(", ").join(criterion.name for criterion in missing)
        raise ActRefused([_("Points with a reason are missing for: %(names)s.") % {"names": names}])
    sheet.submitted_at = timezone.now()
    sheet.save(update_fields=["submitted_at"])
    record(reviewer.round, "scoring_sheet", by, who=reviewer.name, turn=sheet.turn)
    telling.tell_if_all_in(reviewer.round)
    return sheet


@transaction.atomic
def keep_first(reviewer: CaseReviewer, *, by: AbstractBaseUser) -> ScoreSheet:
    """Say after a discussion that the first sheet stands. Raises as ``submit``."""
    held = held_open(reviewer.round_id)
    first = ScoreSheet.objects.filter(reviewer=reviewer, turn=FIRST_TURN).first()
    if first is None or first.submitted_at is None or held.turn != SECOND_TURN:
        raise ActRefused([_("There is no submitted sheet that could stand.")])
    written(reviewer, entries_of(first), by)
    return submit(reviewer, by=by)


def entries_of(sheet: ScoreSheet | None) -> dict[int, Entry]:
    """What a sheet holds, by the ids of the criteria; nothing where there is none yet."""
    lines = sheet.lines.all() if sheet else ()
    return {line.criterion_id: Entry(line.points, line.reason) for line in lines}


def written(reviewer: CaseReviewer, entries: Entries, by: AbstractBaseUser) -> ScoreSheet:
    """The sheet of the round's turn with these entries, held until the transaction ends."""
    if reviewer.user_id != by.pk:
        raise PermissionDenied
    # Before the reviewer is asked about: from here on no outcome closes the round.
    held = held_open(reviewer.round_id)
    check_entry(reviewer)
    if held.turn == SECOND_TURN and held.second_turn_ended_at:
        raise ActRefused([_("The time to revise is over.")])
    sheet, _is_new = ScoreSheet.objects.get_or_create(reviewer=reviewer, turn=held.turn)
    if sheet.submitted_at:
        raise ActRefused([_("You have submitted this sheet; it stays as it is.")])
    write_lines(sheet, entries, allowed={each.pk for each in held.scheme.criteria.all()})
    sheet.saved_at = timezone.now()
    sheet.save(update_fields=["saved_at"])
    return sheet


def write_lines(sheet: ScoreSheet, entries: Entries, allowed: set[int]) -> None:
    lines = {line.criterion_id: line for line in sheet.lines.all()}
    new, changed = [], []
    for criterion, entry in entries.items():
        points_are_odd = entry.points is not None and not 0 <= entry.points <= FULL_POINTS
        if criterion not in allowed or points_are_odd:
            raise ActRefused([_("Points are whole numbers from 0 to 10, for criteria in force.")])
        line = lines.get(criterion) or CriterionPoints(sheet=sheet, criterion_id=criterion)
        line.points, line.reason = entry.points, entry.reason
        (changed if line.pk else new).append(line)
    CriterionPoints.objects.bulk_create(new)
    CriterionPoints.objects.bulk_update(changed, ["points", "reason"])


def missing_in(sheet: ScoreSheet) -> list[ScoringCriterion]:
    """Criteria without points or without a reason."""
    entries = entries_of(sheet)
    criteria = sheet.reviewer.round.scheme.criteria.all()
    return [each for each in criteria if not entries.get(each.pk, Entry()).is_whole]
