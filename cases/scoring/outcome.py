"""What the bureau makes of a scoring: shortlisted, back for completion, or not chosen."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.move_page import MovePageAction

from cases.models import CaseIndexPage, CasePage, Nomination, ScoringRound
from cases.nominating.deciding import end_review
from cases.scoring import telling
from cases.scoring.records import held_open, hold_nomination, record
from cases.scoring.state import RoundState, state_of
from cases.scoring.ties import ties_of, ties_of_all
from catalog.editing import take_for_writing
from providers.withdrawal.subtree import ActRefused

Outcome = ScoringRound.Outcome


@transaction.atomic
def settle(
    scoring: ScoringRound,
    outcome: str,
    *,
    reason: str,
    below_mark_reason: str = "",
    by: AbstractBaseUser,
) -> None:
    """Close the round with its outcome and do what follows from it.

    Args:
        below_mark_reason: why a case below the pass mark is shortlisted all the same.

    Raises:
        ActRefused: sheets are missing, a discussion is, a reviewer or whoever decides has a tie to
            the case, or a reason is not given.
    """
    # The nomination before the round, as whoever refuses it takes them; the page comes last, since
    # whoever hands a sheet in notes that in the page's history.
    hold_nomination(scoring.case_id)
    held = held_open(scoring.pk)
    take_for_writing(scoring.case_id)
    state = state_of(held.pk)
    if points := points_against(state, outcome, reason, below_mark_reason, by):
        raise ActRefused(points)
    held.outcome, held.reason = outcome, reason.strip()
    is_below = outcome == Outcome.SHORTLISTED and state.is_below_mark
    held.below_mark_reason = below_mark_reason.strip() if is_below else ""
    held.closed_at, held.closed_by = timezone.now(), by
    held.save()
    record(held, "scoring_closed", by, outcome=outcome, reason=held.reason)
    follow(held, by)
    telling.tell_outcome(held)


def points_against(
    state: RoundState, outcome: str, reason: str, below_mark_reason: str, by: AbstractBaseUser
) -> list[str]:
    """Why the outcome cannot be settled, as sentences."""
    found = [] if reason.strip() else [_("Give the reason.")]
    found += [
        _("You have a tie to this case: %(tie)s") % {"tie": tie}
        for tie in ties_of(by, state.round.case)
    ]
    if outcome == Outcome.COMPLETE:
        return found
    found += points_against_scores(state)
    if not state.is_in:
        return found
    if outcome == Outcome.SHORTLISTED and state.is_below_mark and not below_mark_reason.strip():
        found.append(
            _("The mean is below the pass mark: say why the case is shortlisted all the same.")
        )
    if outcome == Outcome.SHORTLISTED:
        found += points_against_moving(state.round.case)
    return found


def points_against_scores(state: RoundState) -> list[str]:
    """Why the points cannot be the ground of an outcome."""
    if not state.is_in:
        fewest = state.rules.fewest_reviewers
        return [
            _("The sheets of all reviewers, at least %(fewest)s, must be in.") % {"fewest": fewest}
        ]
    found = []
    if state.is_second_open:
        found.append(_("Reviewers are still asked to revise their sheets."))
    if state.needs_discussion:
        found.append(_("The totals lie far apart: record the discussion first."))
    ties = ties_of_all([each.reviewer.user for each in state.active], state.round.case)
    for each in state.active:
        found += [
            _("%(name)s has a tie to this case now: %(tie)s Take this reviewer out.")
            % {"name": each.reviewer.name, "tie": tie}
            for tie in ties[each.reviewer.user_id]
        ]
    return found


def points_against_moving(case: CasePage) -> list[str]:
    """Why the page could not be put below Cases."""
    index = CaseIndexPage.objects.get()
    if case.is_child_of(index):
        return []
    if index.get_children().filter(slug=case.slug).exists():
        return [
            _("Another case below Cases has the address “%(slug)s”: have it changed first.")
            % {"slug": case.slug}
        ]
    return []


@receiver(post_save, sender=Nomination)
@transaction.atomic
def end_with_the_nomination(sender, instance: Nomination, **kwargs) -> None:
    """A nomination that is withdrawn or refused is scored no further."""
    if not instance.is_over or instance.case_id is None:
        return
    for scoring in ScoringRound.objects.select_for_update().open().filter(case=instance.case_id):
        if instance.rejected_at:
            scoring.outcome, scoring.reason = Outcome.REJECTED, instance.message
        else:
            scoring.outcome, scoring.reason = Outcome.COMPLETE, _("The nomination was withdrawn.")
        scoring.closed_at = timezone.now()
        scoring.save()
        record(scoring, "scoring_closed", None, outcome=scoring.outcome, reason=scoring.reason)


# -- what follows ---------------------------------------------------------------------------------


def follow(scoring: ScoringRound, by: AbstractBaseUser) -> None:
    """Move, return or end the nomination; a case that is public already stays as it is."""
    case = CasePage.objects.get(pk=scoring.case_id)
    if case.live:
        return
    now = timezone.now()
    nomination = Nomination.objects.open().filter(case=case.pk)
    if scoring.outcome == Outcome.SHORTLISTED:
        index = CaseIndexPage.objects.get()
        if not case.is_child_of(index):
            move = MovePageAction(case, index, pos="last-child", user=by)
            # Nobody holds *publish*, which Wagtail asks of whoever moves a page.
            move.execute(skip_permission_checks=True)
    elif scoring.outcome == Outcome.COMPLETE:
        nomination.update(returned_at=now, message=scoring.reason, changed_at=now)
        end_review(case, by)
    else:
        nomination.update(rejected_at=now, message=scoring.reason, changed_at=now)
        end_review(case, by)
