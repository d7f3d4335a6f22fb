"""What the request form takes over from the page it was opened on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.models import Page

from catalog.models import IndustryChain, Scenario, SolutionPage
from providers.matching.score.offers import case_model, offer_key
from providers.models import ProviderPage
from providers.public_forms import bearable

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,255}")
SOLUTION_PATH = re.compile(rf"({SLUG.pattern})/({SLUG.pattern})")
MAX_CODES = 20
# Offers taken over; the second step holds the limit of providers.
MAX_ASKED = 6
MAX_SENTENCE = 300


@dataclass
class Prefill:
    """First answers of the need, and whom to ask; consent is never filled in."""

    need: dict = field(default_factory=dict)
    # Keys of offers, or of a provider whose best offer is meant.
    asked: list[str] = field(default_factory=list)
    # Ids of the case that is to be repeated, and of the edition it was read in.
    begun_on: int | None = None
    begun_in: int | None = None

    def add(self, name: str, values: list[str]) -> None:
        kept = self.need.setdefault(name, [])
        kept += [value for value in values if value not in kept]


def prefill_from(query: QueryDict) -> Prefill:
    """Read ``solution``, ``provider``, ``case``, ``q``, ``scenario`` and ``industry``.

    What names nothing that is listed is left out; the form opens all the same.
    """
    prefill = Prefill()
    for path in query.getlist("solution")[:MAX_ASKED]:
        take_solution(prefill, path)
    if SLUG.fullmatch(slug := query.get("provider", "")):
        take_provider(prefill, slug)
    if SLUG.fullmatch(slug := query.get("case", "")):
        take_case(prefill, slug)
    if prefill.begun_on and SLUG.fullmatch(slug := query.get("edition", "")):
        take_edition(prefill, slug)
    if text := " ".join(bearable(query.get("q", ""), MAX_SENTENCE).split()):
        prefill.need["sentence"] = text
    if chosen := known(Scenario, query.getlist("scenario")):
        prefill.add("scenarios", chosen)
    if chosen := known(IndustryChain, query.getlist("industry")):
        prefill.need["industry"] = chosen[0]
    prefill.asked = prefill.asked[:MAX_ASKED]
    return prefill


def take_solution(prefill: Prefill, path: str) -> None:
    match = SOLUTION_PATH.fullmatch(path)
    if not match:
        return
    provider = ProviderPage.objects.listed().filter(slug=match[1]).first()
    if provider is None:
        return
    solution = SolutionPage.objects.listed().child_of(provider).filter(slug=match[2]).first()
    if solution:
        prefill.asked.append(offer_key(provider, solution))
        prefill.add("scenarios", [scenario.pk for scenario in solution.scenarios.all()])
        take_industry(prefill, solution)


def take_industry(prefill: Prefill, solution: SolutionPage) -> None:
    """A solution made for one industry chain says which the enterprise belongs to."""
    industries = [] if solution.all_industries else list(solution.industries.all())
    if len(industries) == 1:
        prefill.need.setdefault("industry", industries[0].pk)


def take_provider(prefill: Prefill, slug: str) -> None:
    if ProviderPage.objects.listed().filter(slug=slug).exists():
        prefill.asked.append(slug)


def take_case(prefill: Prefill, slug: str) -> None:
    """“Do the same here”: the case's problems and industry, and the solutions that it used."""
    case = case_model().objects.listed().filter(slug=slug).first()
    if case is None:
        return
    prefill.begun_on = case.pk
    prefill.add("pain_points", [point.pk for point in case.pain_points.all()[:5]])
    if industry := case.industries.first():
        prefill.need["industry"] = industry.pk
    prefill.need["sentence"] = (
        _("We want to do the same as in the case “%(case)s”.") % {"case": case.title}
    )[:MAX_SENTENCE]
    used = Q(case_uses__case=case)
    for solution in SolutionPage.objects.listed().filter(used).distinct():
        prefill.asked.append(offer_key(solution.provider, solution))
        prefill.add("scenarios", [scenario.pk for scenario in solution.scenarios.all()])


def take_edition(prefill: Prefill, slug: str) -> None:
    """The public page beside the case, such as an edition that holds it."""
    case = Page.objects.get(pk=prefill.begun_on)
    beside = Page.objects.live().public().sibling_of(case, inclusive=False)
    prefill.begun_in = beside.filter(slug=slug).values_list("pk", flat=True).first()


def known(vocabulary: type[Scenario] | type[IndustryChain], values: list[str]) -> list[str]:
    asked = [bearable(value, 40) for value in values[:MAX_CODES]]
    return list(vocabulary.objects.offered().filter(pk__in=asked).values_list("pk", flat=True))
