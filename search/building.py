"""How an entry is made of a listing and what was read beside it.

Searchable are the title, the sentence beneath it, what it does, the names of its scenarios,
industries and pain points, and the names of its provider, customers and solutions as far as they
are public themselves. The terms' English names are found but not quoted: they stand nowhere on the
Chinese page. Contacts, drafts, a hidden enterprise's name and its exact investment never
enter an entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html import unescape

from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import Page

from cases.models import CaseIndicator, CasePage
from catalog.models import IndustryChain, ListingPage, SolutionPage
from providers.models import ProviderPage, Qualification
from search.entries import Entry
from search.facets import GENERAL, INVESTMENT_BANDS, YES, band_of

# A page's address on the site.
Address = Callable[[Page], str]

MODELS: dict[str, type[ListingPage]] = {
    "solution": SolutionPage,
    "provider": ProviderPage,
    "case": CasePage,
}
SOLUTION_TERMS = (
    "pain_points",
    "scenarios",
    "industries",
    "company_sizes",
    "value_goals",
    "deployment_modes",
)
PROVIDER_TERMS = ("service_categories", "scenarios", "industries")
CASE_TERMS = ("industries", "pain_points", "modes")

_BLOCK_END = re.compile(r"</(?:p|li|h\d|ul|ol)>|<br ?/?>")
# A row without a primary key is about to become the newest.
_NOT_YET = float("inf")


def key_of(page: ListingPage) -> str:
    kind = next(kind for kind, model in MODELS.items() if isinstance(page, model))
    return f"{kind}:{page.pk}"


def solution_entry(
    page: SolutionPage,
    provider: ProviderPage | None,
    batch: int | None,
    proofs: list[CasePage],
    url: Address,
) -> Entry:
    """``batch`` is the bureau's recognition, ``proofs`` the listed cases that use the solution."""
    terms = {name: _terms(getattr(page, name)) for name in SOLUTION_TERMS}
    named = [*terms["scenarios"], *terms["industries"], *terms["pain_points"]]
    price = None if page.price_on_request else _fixed(page.price_max_wan)
    return Entry(
        key=key_of(page),
        title=page.title,
        url=url(page),
        summary=page.tagline,
        body=_lines(
            page.problem,
            *(f"{item.value['title']} {item.value['text']}" for item in page.functions),
            page.technology,
            page.interfaces,
            *_labels(named),
            *([provider.title, provider.legal_name] if provider else ()),
        ),
        unquoted=_lines(*_english(named)),
        values={
            "industry": _industry(page, terms["industries"]),
            "scenario": _codes(terms["scenarios"]),
            "deployment": _codes(terms["deployment_modes"]),
            "pricing": _code(page.pricing_model_id),
            "level": _code(page.level_to_id),
            "size": _codes(terms["company_sizes"]),
            "goal": _codes(terms["value_goals"]),
            "provider": _code(provider.slug if provider else None),
            "batch": _code(str(batch) if batch else None),
            "evidence": _flag(bool(proofs)),
            "local": _flag(page.local_service),
        },
        first_published_at=page.first_published_at,
        delivery_days=page.delivery_days,
        price_max_wan=price,
        evidence=len(proofs),
        stale_on=_first(page.expire_at, *(case.expire_at for case in proofs)),
        suggestions=(page.title,),
        card={
            "price": None
            if price is None
            else {"min_wan": _text(_fixed(page.price_min_wan)), "max_wan": _text(price)},
            "delivery_days": page.delivery_days,
            "level_from": page.level_from_id,
            "level_to": page.level_to_id,
            "batch": batch,
            "cases": len(proofs),
            "figure": _figure(proofs[0]) if proofs else None,
            "provider": {
                "name": provider.title,
                "url": url(provider),
                "slug": provider.slug,
                "local_team_size": provider.local_team_size,
            }
            if provider
            else None,
        },
    )


def provider_entry(
    page: ProviderPage,
    tier: str | None,
    checked: list[Qualification],
    proofs: list[CasePage],
    url: Address,
) -> Entry:
    """``checked`` are the qualifications that the bureau has checked, in force or not."""
    terms = {name: _terms(getattr(page, name)) for name in PROVIDER_TERMS}
    named = [*terms["scenarios"], *terms["industries"], *terms["service_categories"]]
    named += [page.kind] if page.kind else []
    day = timezone.localdate()
    valid = [item for item in checked if item.is_valid_on(day)]
    turns = [item.valid_from for item in checked if item.valid_from and item.valid_from > day]
    # The last day that there is has no day after it: it stands for no end.
    ends = [item.valid_to for item in valid if item.valid_to and item.valid_to < date.max]
    turns += [end + timedelta(days=1) for end in ends]
    return Entry(
        key=key_of(page),
        title=page.title,
        url=url(page),
        summary=page.summary,
        body=_lines(
            page.legal_name,
            *(_prose(item.value.source) for item in page.introduction),
            *(f"{item.value['title']} {item.value['text']}" for item in page.strengths),
            *_labels(named),
        ),
        unquoted=_lines(*_english(named)),
        values={
            "kind": _code(page.kind_id),
            "scenario": _codes(terms["scenarios"]),
            "industry": _industry(page, terms["industries"]),
            "qualification": frozenset(item.type_id for item in valid),
            "local": _flag(bool(page.local_team_size)),
            "service": _codes(terms["service_categories"]),
        },
        first_published_at=page.first_published_at,
        evidence=len(proofs),
        stale_on=_first(
            page.expire_at, *(case.expire_at for case in proofs), *map(_midnight, turns)
        ),
        suggestions=tuple(dict.fromkeys((page.title, page.legal_name))),
        card={
            "legal_name": page.legal_name,
            "tier": tier,
            "local_team_size": page.local_team_size,
            "response_hours": page.response_hours,
            "cases": len(proofs),
        },
    )


def case_entry(
    page: CasePage,
    is_benchmark: bool,
    editions: Iterable[str],
    shown: dict[int, ListingPage],
    url: Address,
) -> Entry:
    """``editions`` are the slugs of those whose current issue shows the case.

    ``shown`` holds the listed solutions and providers that cases name, by primary key.
    """
    terms = {name: _terms(getattr(page, name)) for name in CASE_TERMS}
    named = [*terms["industries"], *terms["pain_points"], *terms["modes"]]
    enterprise = page.anonymous_name if page.is_anonymous else page.enterprise_name
    uses = _in_order(page.used_solutions)
    works = _in_order(page.used_providers)
    solutions = [shown[use.solution_id] for use in uses if use.solution_id in shown]
    providers = [shown[work.provider_id] for work in works if work.provider_id in shown]
    # What was used tells the scenarios; where nothing listed was, the problems tell them.
    scenarios = {term.pk for solution in solutions for term in solution.scenarios.all()} or {
        term.pk for point in terms["pain_points"] for term in point.scenarios.all()
    }
    return Entry(
        key=key_of(page),
        title=page.title,
        url=url(page),
        summary=page.summary,
        body=_lines(
            enterprise,
            page.main_products,
            *map(_prose, (page.profile, page.needs, page.path_text)),
            *(item.value["what"] for item in page.timeline),
            page.data_and_integration,
            *map(_prose, (page.results, page.next_steps)),
            page.preconditions,
            page.entry_threshold,
            page.fits,
            page.pitfalls,
            *_labels(named),
            *(solution.title for solution in solutions),
            *(use.text for use in uses if not use.solution_id),
            *(provider.title for provider in providers),
            *(work.text for work in works if not work.provider_id),
        ),
        unquoted=_lines(*_english(named)),
        values={
            "industry": _codes(terms["industries"]),
            "scenario": frozenset(scenarios),
            "level": _code(page.level_after_id),
            "mode": _codes(terms["modes"]),
            "benchmark": _flag(is_benchmark),
            "investment": band_of(INVESTMENT_BANDS, page.investment_wan),
            "edition": frozenset(editions),
        },
        first_published_at=page.first_published_at,
        stale_on=_first(page.expire_at, *(item.expire_at for item in (*solutions, *providers))),
        suggestions=(page.title,),
        card={
            "enterprise": enterprise,
            "level_before": page.level_before_id,
            "level_after": page.level_after_id,
            "benchmark": is_benchmark,
            "months": page.months,
            "investment_wan": None if page.is_anonymous else _text(_fixed(page.investment_wan)),
            "figures": [_figure_of(row) for row in _in_order(page.indicators)[:2]],
            "picture": _picture(page),
        },
    )


def _lines(*texts: str) -> str:
    return "\n".join(text.strip() for text in texts if text and text.strip())


def _prose(html: str) -> str:
    """Rich text without its tags; a block's end is a line's end."""
    return unescape(strip_tags(_BLOCK_END.sub("\n", html)))


def _terms(chosen) -> list:
    """A page's terms in the vocabulary's order, in memory as in the database."""
    return sorted(chosen.all(), key=lambda term: (term.order, term.pk))


def _in_order(children) -> list:
    """A page's child rows in the editor's order, in memory as in the database."""
    return sorted(children.all(), key=lambda row: (row.sort_order or 0, row.pk or _NOT_YET))


def _labels(terms: Iterable) -> Iterator[str]:
    return (term.label for term in terms)


def _english(terms: Iterable) -> Iterator[str]:
    """The terms' English names, so that readers of the English interface find them as well."""
    return (term.label_en for term in terms if term.label_en != term.label)


def _codes(terms: Iterable) -> frozenset[str]:
    return frozenset(term.pk for term in terms)


def _code(code: str | None) -> frozenset[str]:
    return frozenset((code,)) if code else frozenset()


def _flag(holds: bool) -> frozenset[str]:
    return frozenset((YES,)) if holds else frozenset()


def _industry(page: SolutionPage | ProviderPage, chains: Iterable[IndustryChain]) -> frozenset[str]:
    return _codes(chains) | _code(GENERAL if page.all_industries else None)


def _fixed(amount: Decimal | None) -> Decimal | None:
    """An amount as the database keeps it, so that the same amount reads the same everywhere."""
    return None if amount is None else Decimal(amount).quantize(Decimal("0.0001"))


def _text(amount: Decimal | None) -> str | None:
    """The amount as people write it: 3.6, not 3.6000."""
    return None if amount is None else f"{amount.normalize():f}"


def _first(*moments: datetime | None) -> datetime | None:
    """The first of the moments that is still to come."""
    now = timezone.now()
    return min((moment for moment in moments if moment and moment > now), default=None)


def _midnight(day: date) -> datetime:
    """When a day begins on the county's clocks."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _figure(case: CasePage) -> dict | None:
    """The first measured figure of a case."""
    measured = (row for row in _in_order(case.indicators) if row.change.is_measured)
    return next((_figure_of(row) for row in measured), None)


def _figure_of(row: CaseIndicator) -> dict:
    indicator = row.indicator
    return {
        "indicator": indicator.pk,
        "label": indicator.label,
        "label_en": indicator.label_en,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "before": _text(_fixed(row.before)),
        "after": _text(_fixed(row.after)),
    }


def newest_first(case: CasePage) -> tuple[float, str]:
    published = case.first_published_at
    return (-published.timestamp() if published else 0, case.slug)


def _picture(page: CasePage) -> int | None:
    """Primary key of the case's first picture."""
    return next((item.value["image"].pk for item in page.pictures if item.value["image"]), None)
