"""What cases add to other pages: proof for solutions and providers, cards with their evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django import template
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from cases.adopting.ledger import ledger_of
from cases.editions.listing import editions_showing
from cases.models import CasePage, CaseSolution
from cases.related import related_cases
from catalog.json_ld import json_ld
from catalog.models import ProvincialLevel, SolutionPage
from catalog.related import related_solutions
from catalog.wording import wan, wan_band
from providers.models import ProviderPage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.template import Context
    from django.utils.safestring import SafeString

    from cases.adopting.ledger import Ledger
    from cases.models import CaseIndicator
    from cases.related import Related

register = template.Library()

# Steps (万元) between which an anonymous case tells its investment.
INVESTMENT_STEPS = (Decimal(30), Decimal(100))


@dataclass(frozen=True)
class Evidence:
    """How many listed cases use a solution, and the first measured figure of the newest."""

    cases: int = 0
    figure: CaseIndicator | None = None


@dataclass(frozen=True)
class Step:
    """One level of the scale: where the case began, where it came to, what lies between."""

    code: str
    is_before: bool
    is_after: bool
    is_climbed: bool


def newest(cases: QuerySet) -> QuerySet:
    return (
        cases.order_by("-first_published_at", "slug")
        .select_related("level_before", "level_after", "benchmark")
        .prefetch_related("indicators__indicator", "industries")
        .distinct()
    )


@register.simple_tag
def cases_of_solution(solution: SolutionPage) -> QuerySet:
    return newest(CasePage.objects.listed().filter(used_solutions__solution=solution))


@register.simple_tag
def cases_of_provider(provider: ProviderPage) -> QuerySet:
    return newest(CasePage.objects.listed().filter(used_providers__provider=provider))


@register.simple_tag
def adoption_ledger(case: CasePage) -> Ledger:
    """Who did the same after the case, as the public may read it."""
    return ledger_of(case)


@register.simple_tag
def cases_like(case: CasePage) -> list[Related]:
    """Cases that resemble it, each with what they have in common."""
    return related_cases(case)


@register.simple_tag
def editions_with(case: CasePage) -> QuerySet:
    """Public editions of the collection whose latest issue holds the case."""
    return editions_showing(case)


@register.simple_tag
def level_steps(case: CasePage) -> list[Step]:
    """The provincial scale with the levels before and reached; empty where one is not given."""
    if not (case.level_before_id and case.level_after_id):
        return []
    levels = list(ProvincialLevel.objects.order_by("order", "code"))
    places = {level.pk: place for place, level in enumerate(levels)}
    before, after = places[case.level_before_id], places[case.level_after_id]
    low, high = min(before, after), max(before, after)
    return [
        Step(level.pk, place == before, place == after, low < place <= high)
        for place, level in enumerate(levels)
    ]


@register.simple_tag
def newest_solutions(limit: int) -> QuerySet:
    return SolutionPage.objects.listed().order_by("-first_published_at", "slug")[:limit]


@register.simple_tag
def newest_cases(limit: int) -> QuerySet:
    return newest(CasePage.objects.listed())[:limit]


@register.simple_tag
def solution_cards(solutions: Iterable[SolutionPage]) -> list[SolutionPage]:
    """The solutions with all that a card shows: provider, evidence, modes; a fixed few queries."""
    cards = list(solutions)
    prefetch_related_objects(cards, "level_from", "level_to", "recognition", "deployment_modes")
    found = evidence_of(cards)
    parents = {card.path[: -card.steplen] for card in cards}
    providers = {page.path: page for page in ProviderPage.objects.filter(path__in=parents)}
    for card in cards:
        card.provider = providers[card.path[: -card.steplen]]
        card.evidence = found[card.pk]
    return cards


@register.simple_tag
def related_cards(solution: SolutionPage) -> list[SolutionPage]:
    return solution_cards(related_solutions(solution))


def evidence_of(solutions: Iterable[SolutionPage]) -> dict[int, Evidence]:
    """Evidence by solution, for all of them in two queries."""
    uses = (
        CaseSolution.objects.filter(
            solution__in=[solution.pk for solution in solutions],
            case__in=CasePage.objects.listed(),
        )
        .select_related("case")
        .prefetch_related("case__indicators__indicator")
        .order_by("-case__first_published_at", "case__slug")
    )
    cases: dict[int, list[CasePage]] = defaultdict(list)
    for use in uses:
        cases[use.solution_id].append(use.case)
    found: dict[int, Evidence] = defaultdict(Evidence)
    for solution, proofs in cases.items():
        figures = [row for row in proofs[0].indicators.all() if row.change.is_measured]
        found[solution] = Evidence(len(proofs), figures[0] if figures else None)
    return found


@register.simple_tag
def solutions_used(case: CasePage) -> dict[str, list]:
    """What the case used: `cards` of listed solutions, `texts` for all others."""
    uses = list(case.used_solutions.all())
    wanted = [use.solution_id for use in uses if use.solution_id]
    cards = solution_cards(SolutionPage.objects.listed().filter(pk__in=wanted))
    shown = {card.pk for card in cards}
    texts = [str(use) for use in uses if use.solution_id not in shown]
    return {"cards": cards, "texts": texts}


@register.simple_tag
def providers_used(case: CasePage) -> dict[str, list]:
    """Who worked on the case: `pages` of listed providers, `texts` for all others."""
    uses = list(case.used_providers.all())
    wanted = [use.provider_id for use in uses if use.provider_id]
    pages = list(ProviderPage.objects.listed().filter(pk__in=wanted).select_related("kind"))
    shown = {page.pk for page in pages}
    texts = [str(use) for use in uses if use.provider_id not in shown]
    return {"pages": pages, "texts": texts}


@register.simple_tag
def investment(case: CasePage) -> str:
    """The investment; as a band where the enterprise stays anonymous."""
    amount = case.investment_wan
    if amount is None:
        return ""
    if not case.is_anonymous:
        return wan(amount)
    low, high = INVESTMENT_STEPS
    if amount <= low:
        return _("up to %(amount)s") % {"amount": wan(low)}
    if amount <= high:
        return wan_band(low, high)
    return _("over %(amount)s") % {"amount": wan(high)}


@register.simple_tag(takes_context=True)
def case_data(context: Context, case: CasePage) -> SafeString:
    """The case as schema.org Article."""
    request = context.get("request")
    return json_ld(
        {
            "@type": "Article",
            "headline": case.title,
            "description": case.summary,
            "url": case.get_full_url(request),
            "datePublished": case.first_published_at,
            "dateModified": case.updated_on,
            "about": [term.name for term in case.industries.all()],
            "mentions": [
                {"@type": "Organization", "name": str(use)} for use in case.used_providers.all()
            ],
        }
    )
