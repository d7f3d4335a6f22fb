"""The public page that explains the score, and the bureau's look at it before a change."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from providers.matching.models import ScoreWeights
from providers.matching.score.rule import WeightSet, explained, never_counted, weight_sets
from providers.matching.score.weights_preview import differences, effect


@require_safe
def rule(request: HttpRequest) -> HttpResponse:
    """/requests/score/: every criterion, its points now and before, and how shares are found."""
    return render(request, "requests/score.html", page_of(weight_sets()))


def preview(request: HttpRequest, weights: ScoreWeights) -> HttpResponse:
    """The same page with weights that are being edited, and what they would change."""
    sets = weight_sets(weights)
    now = next(each.weights for each in sets if each.is_in_force)
    context = page_of(sets) | {
        "is_preview": True,
        "differences": differences(now, weights.weights()),
        "effect": effect(now, weights.weights()),
    }
    return render(request, "requests/score.html", context)


def page_of(sets: list[WeightSet]) -> dict:
    return {
        "sets": sets,
        "criteria": explained(sets),
        "never": never_counted(),
        "trail": [
            {"title": _("Ask for service"), "url": reverse("request_new")},
            {"title": _("How the order is made"), "url": reverse("score_rule")},
        ],
    }
