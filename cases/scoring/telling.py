"""Who is told what of a scoring, in the transaction that makes it true."""

from __future__ import annotations

from django.urls import reverse

from cases.models import CaseReviewer, Discussion, Nomination, OutsideExpert, ScoringRound
from cases.models.scoring import SECOND_TURN
from cases.nominating.deciding import tell_nominator
from cases.scoring.state import state_of
from providers.models import Notice, NoticeKind
from providers.notices import PRIVATE_LINKS, private_link, tell_bureau, tell_user

OUTCOME_KINDS = {
    ScoringRound.Outcome.SHORTLISTED: NoticeKind.CASE_SHORTLISTED,
    ScoringRound.Outcome.COMPLETE: NoticeKind.CASE_INCOMPLETE,
    ScoringRound.Outcome.REJECTED: NoticeKind.CASE_REJECTED,
}


def tell_asked(reviewer: CaseReviewer) -> None:
    """One who comes back is asked anew."""
    event = f"reviewer{reviewer.pk}:{reviewer.assigned_at.isoformat()}"
    tell_reviewer(reviewer, NoticeKind.SCORING_ASSIGNED, event=event)


def tell_reviewer(reviewer: CaseReviewer, kind: NoticeKind, *, event: str) -> bool:
    """Tell one reviewer of its own sheet; whether it is new."""
    path = reverse("scoring_sheet", args=[reviewer.pk])
    return tell_user(reviewer.user, kind, event=event, page=reviewer.round.case, path=path)


def tell_declined(reviewer: CaseReviewer) -> None:
    tell_bureau(
        NoticeKind.SCORING_DECLINED,
        event=f"reviewer{reviewer.pk}:{reviewer.declined_at.isoformat()}",
        page=reviewer.round.case,
        path=reverse("scoring_round", args=[reviewer.round_id]),
    )


def tell_if_all_in(scoring: ScoringRound) -> None:
    """Tell the bureau once a turn that nobody is waited for any more."""
    state = state_of(scoring.pk)
    if not state.is_in or state.is_second_open:
        return
    tell_bureau(
        NoticeKind.SCORING_COMPLETE,
        event=f"round{scoring.pk}:{scoring.turn}",
        page=state.round.case,
        path=reverse("scoring_round", args=[scoring.pk]),
    )


def tell_second_turn(scoring: ScoringRound, discussion: Discussion) -> None:
    """Everybody who scores may now revise, whether present or not."""
    for each in state_of(scoring.pk).waiting(SECOND_TURN):
        event = f"discussion{discussion.pk}:{each.reviewer.pk}"
        tell_reviewer(each.reviewer, NoticeKind.SCORING_REVISED, event=event)


def tell_outcome(scoring: ScoringRound) -> None:
    """Tell who put the case forward; an enterprise reads it by its link."""
    nomination = Nomination.objects.filter(case=scoring.case_id).first()
    if nomination is not None:
        event = f"round{scoring.pk}"
        tell_nominator(nomination, OUTCOME_KINDS[scoring.outcome], event=event)


def invitation_link(notice: Notice) -> str:
    """The private link of an invited expert, made when the message goes out."""
    expert = OutsideExpert.objects.filter(user=notice.user_id).first()
    return private_link("expert_invitation", expert.token if expert else "")


def tell_invited(expert: OutsideExpert) -> bool:
    """Write the message that holds the link; a new salt is a new link, and is told again."""
    return tell_user(expert.user, NoticeKind.EXPERT_INVITED, event=f"expert:{expert.salt}")


PRIVATE_LINKS[NoticeKind.EXPERT_INVITED] = invitation_link
