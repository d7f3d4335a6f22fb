"""Talking about points that lie far apart, and the second turn that may follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Discussion, ScoringRound
from cases.scoring import telling
from cases.scoring.records import held_open, record
from cases.scoring.state import state_of
from providers.withdrawal.subtree import ActRefused

FEWEST_PRESENT = 2


@transaction.atomic
def record_discussion(
    scoring: ScoringRound,
    *,
    held_on: date,
    present: Collection[int],
    minutes: str,
    others: str = "",
    opens_second_turn: bool,
    by: AbstractBaseUser,
) -> Discussion:
    """Keep the minutes; ``present`` are ids of reviewers of this round.

    Raises:
        ActRefused: sheets are still missing, the day or those present cannot be, or a second turn
            was opened before.
    """
    held = held_open(scoring.pk)
    state = state_of(held.pk)
    if points := points_against(state, held_on, present, minutes, opens_second_turn):
        raise ActRefused(points)
    discussion = Discussion.objects.create(
        round=held, held_on=held_on, minutes=minutes.strip(), others=others.strip(), recorded_by=by
    )
    discussion.present.set(present)
    if opens_second_turn:
        held.second_turn_at = timezone.now()
        held.save(update_fields=["second_turn_at"])
    record(held, "scoring_discussed", by, second_turn=opens_second_turn)
    if opens_second_turn:
        telling.tell_second_turn(held, discussion)
    return discussion


def points_against(
    state, held_on: date, present: Collection[int], minutes: str, opens_second_turn: bool
) -> list[str]:
    if not state.is_in:
        return [_("Sheets are still missing: there is nothing to discuss yet.")]
    found = []
    if not minutes.strip():
        found.append(_("Write down what was said."))
    if not timezone.localdate(state.round.opened_at) <= held_on <= timezone.localdate():
        found.append(_("The day lies between the opening of the scoring and today."))
    here = {each.reviewer.pk for each in state.active}
    if len(set(present)) < FEWEST_PRESENT or not set(present) <= here:
        found.append(_("At least two of the reviewers who score this case were present."))
    if any(each.minutes == minutes.strip() for each in state.discussions):
        found.append(_("These minutes are recorded already."))
    if opens_second_turn and state.round.second_turn_at:
        found.append(_("The reviewers could revise once already."))
    return found


@transaction.atomic
def end_second_turn(scoring: ScoringRound, *, by: AbstractBaseUser) -> None:
    """Wait no longer for reviewers who have not answered: their first sheets stand.

    Raises:
        ActRefused: no second turn is open.
    """
    held = held_open(scoring.pk)
    if not state_of(held.pk).is_second_open:
        raise ActRefused([_("Nobody is asked to revise a sheet.")])
    held.second_turn_ended_at = timezone.now()
    held.save(update_fields=["second_turn_ended_at"])
    record(held, "scoring_second_turn_ended", by)
