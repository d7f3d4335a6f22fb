"""Cases that resemble a case: by industry and by what they were about, each with its reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import CasePage
from catalog.models import SolutionPage

MOST = 3


@dataclass(frozen=True)
class Related:
    """A case, and in words what it has in common."""

    case: CasePage
    why: str


def related_cases(case: CasePage, limit: int = MOST) -> list[Related]:
    """Listed cases with most in common; equal ones in the order of a hash, which favours no name.

    What a case was about are its pain points and the scenarios of the solutions that it used. The
    number of queries does not depend on the number of cases.
    """
    everything = (
        CasePage.objects.listed()
        .select_related("level_before", "level_after", "benchmark")
        .prefetch_related("industries", "pain_points", "indicators__indicator", "used_solutions")
    )
    cases = list(everything)
    scenarios = scenarios_used(cases)
    own = next((other for other in cases if other.pk == case.pk), None)
    if own is None:
        return []

    def rank(other: CasePage) -> tuple[int, int, str]:
        tie = hashlib.sha256(f"related:{case.pk}:{other.pk}".encode()).hexdigest()
        return (
            -len(shared_industries(own, other)),
            -len(shared_matters(own, other, scenarios)),
            tie,
        )

    others = [
        other
        for other in cases
        if other.pk != own.pk
        and (shared_industries(own, other) or shared_matters(own, other, scenarios))
    ]
    return [
        Related(other, words(own, other, scenarios)) for other in sorted(others, key=rank)[:limit]
    ]


def scenarios_used(cases: list[CasePage]) -> dict[int, dict[int, str]]:
    """The scenarios of the solutions that each case used, by the case's id."""
    used = {row.solution_id for case in cases for row in case.used_solutions.all()} - {None}
    solutions = SolutionPage.objects.filter(pk__in=used).prefetch_related("scenarios")
    by_solution = {
        solution.pk: {term.pk: term.name for term in solution.scenarios.all()}
        for solution in solutions
    }
    found: dict[int, dict[int, str]] = {}
    for case in cases:
        found[case.pk] = {}
        for row in case.used_solutions.all():
            found[case.pk] |= by_solution.get(row.solution_id, {})
    return found


def shared_industries(one: CasePage, other: CasePage) -> list[str]:
    mine = {term.pk for term in one.industries.all()}
    return [term.name for term in other.industries.all() if term.pk in mine]


def shared_matters(one: CasePage, other: CasePage, scenarios: dict) -> list[str]:
    """Scenarios and pain points in common, by name."""
    mine = {term.pk for term in one.pain_points.all()}
    points = [term.name for term in other.pain_points.all() if term.pk in mine]
    both = [name for pk, name in scenarios[other.pk].items() if pk in scenarios[one.pk]]
    return [*both, *points]


def words(one: CasePage, other: CasePage, scenarios: dict) -> str:
    industries = shared_industries(one, other)
    matters = shared_matters(one, other, scenarios)[:3]
    between = _(", ")
    if industries and matters:
        return _("Same industry, and also about: %(matters)s") % {"matters": between.join(matters)}
    if industries:
        return _("Same industry")
    return _("Also about: %(matters)s") % {"matters": between.join(matters)}
