"""What the pages of the scoring in the back office have in common."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import ScoringRound
from cases.scoring.entry import EntryRefused
from cases.scoring.rounds import MANAGES
from providers.acts import confirm_act, office_only
from providers.withdrawal.subtree import ActRefused

ICON = "pick"


def crumbs(*steps: tuple[str, str]) -> list[dict]:
    """The way here: (address, label) pairs, the last one without an address."""
    ways = [(reverse("wagtailadmin_home"), _("Home")), (reverse("scoring"), _("Scoring")), *steps]
    return [{"url": url, "label": label} for url, label in ways]


def round_crumbs(scoring: ScoringRound, label: str) -> list[dict]:
    return crumbs(
        (reverse("scoring_round", args=[scoring.pk]), scoring.case.draft_title), ("", label)
    )


def managed_round(request: HttpRequest, pk: int) -> ScoringRound:
    """The round, for the bureau; 404 for everybody else."""
    office_only(request.user, MANAGES)
    return get_object_or_404(ScoringRound.objects.select_related("case"), pk=pk)


def act_on_round(
    request: HttpRequest,
    scoring: ScoringRound,
    form: forms.Form,
    act: Callable[[dict], str],
    *,
    title: str,
    **context: object,
) -> HttpResponse:
    """A page on which the bureau confirms an act on a round, and goes back to the round."""
    return confirm_act(
        request,
        form,
        refusing(act),
        back=reverse("scoring_round", args=[scoring.pk]),
        title=title,
        icon=ICON,
        breadcrumbs_items=round_crumbs(scoring, title),
        **context,
    )


def refusing(act: Callable[[dict], str]) -> Callable[[dict], str]:
    """The act, with what stands against entering points told as what stands against any act."""

    def told(cleaned: dict) -> str:
        try:
            return act(cleaned)
        except EntryRefused as refused:
            raise ActRefused(refused.sentences) from refused

    return told
