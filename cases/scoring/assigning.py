"""Who is asked to score a case: asked, declined, taken out, another in the place of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import CaseReviewer, ScoringRound
from cases.models.scoring import FIRST_TURN
from cases.scoring import telling
from cases.scoring.entry import possible_reviewers
from cases.scoring.records import held_open, record
from cases.scoring.state import state_of
from cases.scoring.ties import ties_of, ties_of_all
from providers.withdrawal.subtree import ActRefused


@dataclass(frozen=True)
class Candidate:
    """An account that may score, with what ties it to the case and whether it was asked already."""

    user: AbstractBaseUser
    ties: list[str]
    is_asked: bool

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()

    @property
    def may_be_asked(self) -> bool:
        return not self.ties and not self.is_asked


def candidates(scoring: ScoringRound) -> list[Candidate]:
    """Everybody who may score cases, those without a tie first; in a fixed number of queries."""
    users = possible_reviewers().select_related("outside_expert").order_by("username")
    ties = ties_of_all(users, scoring.case)
    active = CaseReviewer.objects.active().filter(round=scoring)
    asked = set(active.values_list("user_id", flat=True))
    found = [Candidate(user, ties[user.pk], user.pk in asked) for user in users]
    return sorted(found, key=lambda each: (bool(each.ties), each.is_asked))


@transaction.atomic
def ask(scoring: ScoringRound, user: AbstractBaseUser, *, by: AbstractBaseUser) -> CaseReviewer:
    """Ask an account to score the case; one that left this scoring comes back by it.

    Raises:
        ActRefused: it has a tie to the case or may not score, was asked already, or the points
            have been discussed.
    """
    held = held_open(scoring.pk)
    if held.turn != FIRST_TURN:
        raise ActRefused([_("The points have been discussed: no further reviewer is asked.")])
    if not possible_reviewers().filter(pk=user.pk).exists():
        raise ActRefused([_("This account may not score cases, or its term is over.")])
    if ties := ties_of(user, held.case):
        raise ActRefused(ties)
    reviewer, is_new = CaseReviewer.objects.get_or_create(
        round=held, user=user, defaults={"assigned_by": by}
    )
    if not is_new:
        come_back(reviewer, by)
    record(held, "scoring_asked", by, who=reviewer.name)
    telling.tell_asked(reviewer)
    return reviewer


def come_back(reviewer: CaseReviewer, by: AbstractBaseUser) -> None:
    """Let somebody who has left score again; that it left stays in the case's history."""
    if reviewer.is_active:
        raise ActRefused([_("This account has been asked already.")])
    reviewer.declined_at = reviewer.removed_at = reviewer.removed_by = None
    reviewer.reason = ""
    reviewer.assigned_at, reviewer.assigned_by = timezone.now(), by
    reviewer.save()


@transaction.atomic
def decline(reviewer: CaseReviewer, reason: str, *, by: AbstractBaseUser) -> None:
    """The reviewer does not score this case.

    Raises:
        PermissionDenied: it is somebody else's.
        ActRefused: no reason, or a sheet is in already.
    """
    if reviewer.user_id != by.pk:
        raise PermissionDenied
    held, row = held_reviewer(reviewer)
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if row.sheets.filter(submitted_at__isnull=False).exists():
        raise ActRefused([_("You have submitted a sheet; it stays as it is.")])
    row.declined_at, row.reason = timezone.now(), reason.strip()
    row.save(update_fields=["declined_at", "reason"])
    record(held, "scoring_declined", by, who=row.name, reason=row.reason)
    telling.tell_declined(row)
    telling.tell_if_all_in(held)


@transaction.atomic
def take_out(reviewer: CaseReviewer, reason: str, *, by: AbstractBaseUser) -> None:
    """Take a reviewer out; its sheet stays on record and counts no more.

    Once the points are seen only a tie is a reason: nobody goes because of what they gave.

    Raises:
        ActRefused: no reason, or all sheets are in and there is no tie.
    """
    held, row = held_reviewer(reviewer)
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if state_of(held.pk).is_in and not ties_of(row.user, held.case):
        raise ActRefused(
            [_("All sheets are in: only a reviewer with a tie to the case can be taken out now.")]
        )
    row.removed_at, row.removed_by, row.reason = timezone.now(), by, reason.strip()
    row.save(update_fields=["removed_at", "removed_by", "reason"])
    record(held, "scoring_taken_out", by, who=row.name, reason=row.reason)
    telling.tell_if_all_in(held)


def held_reviewer(reviewer: CaseReviewer) -> tuple[ScoringRound, CaseReviewer]:
    """The open round and the reviewer as they are now, held until the transaction ends.

    Raises:
        ActRefused: the round is closed, or the reviewer has left.
    """
    held = held_open(reviewer.round_id)
    row = CaseReviewer.objects.select_for_update(of=("self",)).select_related("user")
    found = row.get(pk=reviewer.pk)
    if not found.is_active:
        raise ActRefused([_("This reviewer has left the scoring already.")])
    return held, found
