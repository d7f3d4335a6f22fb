"""Facts of the catalogue in words, links to its lists, and a solution's data for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalog import wording
from catalog.json_ld import json_ld
from catalog.models import RewardPolicy
from catalog.withdrawal import absence_of

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet
    from django.template import Context
    from django.utils.safestring import SafeString
    from wagtail.blocks import ChoiceBlock

    from catalog.models import ProvincialLevel, SolutionPage

register = template.Library()

register.simple_tag(absence_of)
register.filter("wan", wording.wan)
register.filter("exact_wan", wording.exact_wan)
register.filter("price", wording.price)
register.filter("days", wording.days)
register.filter("items", wording.items)
register.filter("plain", wording.plain)
register.filter("figure", wording.figure)
register.filter("section_name", wording.section_name)


@register.simple_tag
def find(kind: str, **choices: str) -> str:
    """The address of a list (`solutions`, `providers`, `cases`) filtered by these facet values."""
    query = urlencode(choices)
    address = f"{reverse('wagtail_serve', args=[''])}{kind}/"
    return f"{address}?{query}" if query else address


@register.simple_tag
def ask(**about: str) -> str:
    """The address of the request form, filled in from a solution, a provider or a case."""
    query = urlencode({key: value for key, value in about.items() if value})
    address = f"{reverse('wagtail_serve', args=[''])}requests/new/"
    return f"{address}?{query}" if query else address


@register.simple_tag
def reward_estimate(level: ProvincialLevel | None = None) -> str:
    """The address of the reward estimate, for a level; empty while the bureau hides the page."""
    if RewardPolicy.objects.current() is None:
        return ""
    address = reverse("reward")
    return f"{address}?{urlencode({'level': level.code})}" if level else address


@register.simple_tag
def product_site(solution: SolutionPage, what: str = "page") -> str:
    """The address that says so before it leaves for the product's page or video elsewhere."""
    address = reverse("leave", args=[solution.provider.slug])
    return f"{address}?{urlencode({'solution': solution.slug, 'what': what})}"


@register.filter
def choice_label(block: ChoiceBlock, value: str) -> str:
    """The label of a stored choice of a StreamField block; the value itself if it is unknown."""
    choices = block.field.choices
    return str(dict(choices).get(value, value))


@register.filter
def slug_path(solution: SolutionPage) -> str:
    """How a request names a solution: `provider/solution`, the end of its address."""
    return f"{solution.provider.slug}/{solution.slug}"


@register.simple_tag
def level_range(solution: SolutionPage) -> str:
    """From which level to which, such as "L3→L5"; a positioning, never a promise.

    Codes, not labels: they stand for themselves in every language.
    """
    ends = [term.code for term in (solution.level_from, solution.level_to) if term]
    return "→".join(ends)


@register.simple_tag
def references_of(solution: SolutionPage) -> QuerySet:
    """Customers that the provider names, each with its indicator."""
    return solution.reference_cases.select_related("indicator")


@register.simple_tag(takes_context=True)
def solution_data(context: Context, solution: SolutionPage) -> SafeString:
    """The solution as schema.org Product or Service with its offer."""
    is_product = solution.offering_type == "product"
    provider = solution.provider
    return json_ld(
        {
            "@type": "Product" if is_product else "Service",
            "name": solution.title,
            "description": solution.tagline or solution.problem,
            "url": solution.get_full_url(context.get("request")),
            "category": [term.name for term in solution.scenarios.all()],
            "brand" if is_product else "provider": {
                "@type": "Organization",
                "name": provider.legal_name,
                "url": provider.get_full_url(context.get("request")),
            },
            "offers": offer(solution),
        }
    )


def offer(solution: SolutionPage) -> dict | None:
    """The price band in yuan, as schema.org counts; None where the price is on request."""
    if solution.price_on_request or solution.price_max_wan is None:
        return None

    def yuan(amount: Decimal | None) -> str | None:
        return None if amount is None else wording.plain(amount * wording.YUAN_PER_WAN)

    return {
        "@type": "AggregateOffer",
        "priceCurrency": "CNY",
        "lowPrice": yuan(solution.price_min_wan),
        "highPrice": yuan(solution.price_max_wan),
        "description": str(_("Whole first year")),
    }
