"""Other solutions that a reader of one may want to see."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from catalog.models import SolutionPage

if TYPE_CHECKING:
    from collections.abc import Iterable


def related_solutions(solution: SolutionPage, limit: int = 3) -> list[SolutionPage]:
    """Listed solutions for the same scenarios: most scenarios in common first, then industries.

    Equal ones stand in the order of a hash, so no name is favoured.
    """
    scenarios = [term.pk for term in solution.scenarios.all()]
    industries = [term.pk for term in solution.industries.all()]
    found: Iterable[SolutionPage] = (
        SolutionPage.objects.listed()
        .exclude(pk=solution.pk)
        .filter(scenarios__in=scenarios)
        .annotate(
            shared_scenarios=Count("scenarios", filter=Q(scenarios__in=scenarios), distinct=True),
            shared_industries=Count(
                "industries", filter=Q(industries__in=industries), distinct=True
            ),
        )
    )

    def rank(other: SolutionPage) -> tuple[int, int, str]:
        tie = hashlib.sha256(f"related:{solution.pk}:{other.pk}".encode()).hexdigest()
        return -other.shared_scenarios, -other.shared_industries, tie

    return sorted(found, key=rank)[:limit]
