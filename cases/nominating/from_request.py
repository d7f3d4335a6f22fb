"""“Make this a case”: first answers from a finished request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.models import Nomination
from cases.nominating.making import amount
from cases.nominating.steps import COMPANY, NEEDS, PATH, RESULTS
from providers.matching.models import MatchRequest, RequestState


def may_become_case(request: MatchRequest) -> bool:
    """Whether its work was accepted; silence is no acceptance (design: Matching)."""
    return request.state() == RequestState.CONFIRMED and request.erased_at is None


def nomination_of(request: MatchRequest) -> Nomination | None:
    """The nomination that was made from it, if any."""
    return Nomination.objects.filter(request=request).first()


def answers_from(request: MatchRequest) -> dict:
    """What the request knows, step by step, as it would be typed."""
    choice = request.active_choice
    invitation = choice.invitation
    solutions = list(invitation.solutions.all())
    industries = [request.industry_id] if request.industry_id else []
    return {
        COMPANY: {
            "company": request.company,
            "uscc": request.uscc,
            "title": "",
            "summary": "",
            "industries": industries,
            "headcount_band": request.headcount_band,
        },
        NEEDS: {
            "pain_points": [str(point.pk) for point in request.pain_points.all()],
            "needs": request.sentence,
        },
        PATH: {
            "solutions": [str(solution.pk) for solution in solutions],
            "providers": [str(invitation.provider_id)],
            "investment_wan": amount(choice.contracted_wan),
            "path_text": path_words(choice),
        },
        RESULTS: {
            "level_before": request.level_id or "",
            "level_after": choice.level_reached_id or "",
        },
    }


def path_words(choice) -> str:
    """What the work was judged by and its steps, for the author to write out."""
    steps = [f"{row.due_on:%Y-%m-%d} {row.title}" for row in choice.milestones.all()]
    criteria = [row.text for row in choice.criteria.all()]
    parts = []
    if steps:
        parts.append(_("Steps: %(steps)s") % {"steps": "; ".join(steps)})
    if criteria:
        parts.append(_("Accepted by: %(criteria)s") % {"criteria": "; ".join(criteria)})
    return "\n".join(parts)
