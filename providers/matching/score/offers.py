"""What may be proposed to a need: listed solutions, or providers of a service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Model, Q

from catalog.models import SolutionPage
from providers.matching.answering.pauses import open_to_requests
from providers.matching.models import BudgetBand, MatchRequest, RequestKind, ScoreWeights
from providers.matching.score.fit import (
    Criterion,
    Line,
    Need,
    Offer,
    rank,
    unsaid,
    what_would_change,
)
from providers.models import ProviderPage, Qualification

# Kinds of request that a provider answers with a service of the county's plan, not a listing.
SERVICE_OF_KIND = {
    RequestKind.DIAGNOSIS: "diagnosis",
    RequestKind.TRAINING: "training",
    RequestKind.POLICY: "policy",
}


@dataclass(frozen=True)
class Proposal:
    """An offer as the enterprise sees it: who, what, how many points and why."""

    provider: ProviderPage
    solution: SolutionPage | None
    lines: tuple[Line, ...]
    difference: str
    position: int
    # What the lines were computed from, so that their sentences can be written in any language.
    need: Need
    offer: Offer

    @property
    def key(self) -> str:
        return offer_key(self.provider, self.solution)

    @property
    def provider_key(self) -> str:
        """What a consent is given by: it holds for a provider and all its offers."""
        return offer_key(self.provider)

    @property
    def title(self) -> str:
        return self.solution.title if self.solution else self.provider.title

    @property
    def page(self) -> SolutionPage | ProviderPage:
        return self.solution or self.provider

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)

    @property
    def fits(self) -> bool:
        """Whether it covers a scenario asked for and serves the industry, as far as these are said.

        A criterion without weight does not count.
        """
        return all(
            line.points or line.unsaid or not line.max
            for line in self.lines
            if line.criterion in FITTING
        )


# What an offer must meet at all to be an answer to the need; the rest only orders.
FITTING = frozenset({Criterion.SCENARIO, Criterion.INDUSTRY})


@dataclass(frozen=True)
class Proposals:
    """All proposals in order, and what the enterprise could say to sharpen it."""

    items: list[Proposal]
    unsaid: list[str]

    def by_key(self) -> dict[str, Proposal]:
        return {proposal.key: proposal for proposal in self.items}

    def providers(self) -> dict[str, ProviderPage]:
        return {proposal.provider_key: proposal.provider for proposal in self.items}

    @property
    def provider_count(self) -> int:
        return len(self.providers())

    @property
    def fitting_count(self) -> int:
        """How many providers have an offer that fits."""
        return len({proposal.provider_key for proposal in self.items if proposal.fits})


def offer_key(provider: ProviderPage, solution: SolutionPage | None = None) -> str:
    """The path below /providers/ that names an offer in forms and drafts."""
    return f"{provider.slug}/{solution.slug}" if solution else provider.slug


def proposals_for(need: Need, kind: str, reference: str) -> Proposals:
    """Every listed offer for the kind of request, ranked; a constant number of queries."""
    offered = service_offers(SERVICE_OF_KIND[kind]) if kind in SERVICE_OF_KIND else listed_offers()
    sources = {offer.key: (provider, solution) for offer, provider, solution in offered}
    ranked = rank(need, [offer for offer, *_pages in offered], weights_now(), reference)
    items = [
        Proposal(
            *sources[item.offer.key],
            item.lines,
            what_would_change(ranked, position),
            position,
            need,
            item.offer,
        )
        for position, item in enumerate(ranked)
    ]
    return Proposals(items, unsaid(ranked))


def weights_now():
    return ScoreWeights.objects.in_force()


Offered = tuple[Offer, ProviderPage, SolutionPage | None]


def listed_offers() -> list[Offered]:
    """Listed solutions of listed providers."""
    providers = {provider.path: provider for provider in listed_providers()}
    solutions = list(
        SolutionPage.objects.listed()
        .select_related("level_from", "level_to")
        .prefetch_related("scenarios", "industries")
    )
    cases = published_cases("used_solutions__solution", solutions)
    found = []
    for solution in solutions:
        provider = providers.get(solution.path[: -solution.steplen])
        if provider is None:
            continue
        offer = Offer(
            key=offer_key(provider, solution),
            scenarios=codes(solution.scenarios.all()),
            industries=codes(solution.industries.all()),
            all_industries=solution.all_industries,
            level_from=solution.level_from and solution.level_from.level,
            level_to=solution.level_to and solution.level_to.level,
            price_min_wan=None if solution.price_on_request else solution.price_min_wan,
            price_max_wan=None if solution.price_on_request else solution.price_max_wan,
            delivery_days=solution.delivery_days,
            onsite_hours=provider.response_hours,
            cases=cases[solution.pk],
            qualifications=provider.valid_qualification_count,
        )
        found.append((offer, provider, solution))
    return found


def service_offers(service: str) -> list[Offered]:
    """Listed providers that offer a service of the county's plan."""
    providers = list(
        listed_providers()
        .filter(service_categories=service)
        .prefetch_related("scenarios", "industries")
    )
    cases = published_cases("used_providers__provider", providers)
    return [
        (
            Offer(
                key=offer_key(provider),
                scenarios=codes(provider.scenarios.all()),
                industries=codes(provider.industries.all()),
                all_industries=provider.all_industries,
                onsite_hours=provider.response_hours,
                cases=cases[provider.pk],
                qualifications=provider.valid_qualification_count,
                is_service=True,
            ),
            provider,
            None,
        )
        for provider in providers
    ]


def listed_providers():
    """Listed providers with an open inbox, each with its number of checked, valid certificates."""
    valid = Q(qualifications__in=Qualification.objects.valid())
    return open_to_requests(ProviderPage.objects.listed()).annotate(
        valid_qualification_count=Count("qualifications", filter=valid, distinct=True)
    )


def case_model() -> type[Model]:
    """The model of published cases. A later app defines it and points here by ``case_uses``."""
    use = SolutionPage._meta.get_field("case_uses").related_model
    return use._meta.get_field("case").related_model


def published_cases(path: str, pages: Iterable) -> dict[int, tuple[frozenset[str], ...]]:
    """For each page the industries of every listed case that used it (``path`` leads there)."""
    rows = (
        case_model()
        .objects.listed()
        .filter(**{f"{path}__in": [page.pk for page in pages]})
        .values_list(path, "pk", "industries")
    )
    industries: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page, case, industry in rows:
        industries[page][case].add(industry)
    found = {
        page: tuple(frozenset(chains) for chains in of_case.values())
        for page, of_case in industries.items()
    }
    return defaultdict(tuple, found)


def codes(terms: Iterable) -> frozenset[str]:
    return frozenset(term.pk for term in terms)


def need_of(answers: dict) -> Need:
    """The need as the score reads it, from the cleaned answers of the first step."""
    scenarios = {scenario.pk: scenario for scenario in answers.get("scenarios") or ()}
    for point in answers.get("pain_points") or ():
        for scenario in point.scenarios.all():
            scenarios[scenario.pk] = scenario
    ordered = sorted(scenarios.values(), key=lambda scenario: (scenario.order, scenario.pk))
    industry, level = answers.get("industry"), answers.get("level")
    band = BudgetBand(answers.get("budget_band") or BudgetBand.UNSURE)
    return Need(
        scenarios={scenario.pk: scenario.name for scenario in ordered},
        industry=industry.pk if industry else "",
        industry_name=industry.name if industry else "",
        level=level.level if level else None,
        budget_stated=band != BudgetBand.UNSURE,
        budget_wan=band.upper_wan,
    )


def need_of_request(request: MatchRequest) -> Need:
    """The need of a request that was sent, as the score reads it."""
    return need_of(
        {
            "scenarios": request.scenarios.all(),
            "industry": request.industry,
            "level": request.level,
            "budget_band": request.budget_band,
        }
    )


def proposals_of(request: MatchRequest) -> Proposals:
    """Every listed offer for a request, ranked as the enterprise would see them."""
    return proposals_for(need_of_request(request), request.kind, request.reference)
