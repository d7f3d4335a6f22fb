"""A provider's checked facts, and its data for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from catalog.json_ld import json_ld

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.template import Context
    from django.utils.safestring import SafeString

    from providers.models import ProviderPage, ProviderStanding

register = template.Library()


@register.simple_tag
def valid_qualifications(provider: ProviderPage) -> QuerySet:
    """What the bureau has checked and has not expired; nothing else is ever shown."""
    return provider.qualifications.valid().select_related("type")


@register.simple_tag
def standing_of(provider: ProviderPage) -> ProviderStanding | None:
    """The provider's tier as the bureau set it; None while it has none."""
    return getattr(provider, "standing", None)


@register.simple_tag(takes_context=True)
def provider_data(context: Context, provider: ProviderPage) -> SafeString:
    """The provider as schema.org Organization."""
    return json_ld(
        {
            "@type": "Organization",
            "name": provider.legal_name,
            "alternateName": provider.title if provider.title != provider.legal_name else None,
            "description": provider.summary,
            "url": provider.get_full_url(context.get("request")),
            "sameAs": provider.website,
            "telephone": provider.public_phone,
            "taxID": provider.uscc,
            "foundingDate": provider.registered_on,
            "numberOfEmployees": provider.headcount,
            "knowsAbout": [term.name for term in provider.scenarios.all()],
        }
    )
