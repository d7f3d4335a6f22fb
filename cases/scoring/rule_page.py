"""/scoring/: by what cases are scored, for everybody; the bureau looks at it before a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import CaseIndexPage, CaseRules, ScoringCriterion, ScoringScheme

# Versions beside each other on the page; older ones are left out.
SHOWN_VERSIONS = 3


@dataclass(frozen=True)
class Version:
    """One version with the days from and until which it holds."""

    scheme: ScoringScheme
    criteria: tuple[ScoringCriterion, ...]
    until: date | None
    is_in_force: bool
    is_to_come: bool


@require_safe
def rule(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/scoring/rule.html", page_of(list(ScoringScheme.objects.all())))


def preview(request: HttpRequest, scheme: ScoringScheme) -> HttpResponse:
    """The same page with a version that is being edited."""
    others = [row for row in ScoringScheme.objects.all() if row.pk != scheme.pk]
    rows = [*others, scheme] if scheme.effective_on else others
    ordered = sorted(rows, key=lambda row: row.effective_on, reverse=True)
    return render(request, "cases/scoring/rule.html", page_of(ordered) | {"is_preview": True})


def page_of(schemes: list[ScoringScheme]) -> dict:
    """The context; ``schemes`` stand with the latest first."""
    index = CaseIndexPage.objects.first()
    cases = [{"title": index.title, "url": index.url}] if index else []
    here = {"title": _("How cases are scored"), "url": reverse("case_score_rule")}
    return {
        "versions": shown(versions(schemes)),
        "rules": CaseRules.current(),
        "trail": [*cases, here],
    }


def versions(schemes: list[ScoringScheme]) -> list[Version]:
    today = timezone.localdate()
    in_force = next((row for row in schemes if row.effective_on <= today), None)
    ends = [None, *(row.effective_on for row in schemes)]
    return [
        Version(
            scheme=row,
            criteria=tuple(row.criteria.all()),
            until=until,
            is_in_force=row is in_force,
            is_to_come=row.effective_on > today,
        )
        for row, until in zip(schemes, ends, strict=False)
    ]


def shown(found: list[Version]) -> list[Version]:
    """What is in force first, then what is to come, then the latest of those before."""
    ordered = sorted(found, key=lambda each: (not each.is_in_force, not each.is_to_come))
    return ordered[:SHOWN_VERSIONS]
