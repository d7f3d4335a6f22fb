"""The admission checklist as the review screen shows it: the listing's own and its provider's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.admission import Check, State, Word, required
from catalog.models import ListingPage, SolutionPage
from providers.models import ProviderPage, Undertaking


def checklist(listing: ListingPage) -> list[Check]:
    """Every point, what stops publication first; nothing that ``blockers`` names is missing."""
    own = listing.admission_checks()
    checks = [*own, *provider_checks(listing)]
    told = {str(check.sentence) for check in checks}
    checks += [
        Check(Word.PROCEDURE, State.BLOCK, sentence)
        for sentence in listing.blockers()
        if str(sentence) not in told
    ]
    order = [State.BLOCK, State.WARN, State.INFO, State.OK]
    return sorted(checks, key=lambda check: order.index(check.state))


def provider_checks(listing: ListingPage) -> list[Check]:
    """What the provider itself must have done before anything of it is public."""
    if isinstance(listing, SolutionPage):
        provider = listing.provider
    else:
        provider = listing
    if not isinstance(provider, ProviderPage):
        return []
    checks = [
        required(
            Word.PROVIDER,
            Undertaking.objects.filter(provider=provider).exists(),
            _("The provider has signed the undertaking."),
            _("The provider has not signed the undertaking."),
        )
    ]
    if provider is not listing:
        checks.append(
            required(
                Word.PROVIDER,
                provider.live,
                _("The provider's own profile is published."),
                _("The provider's own profile is not published yet."),
            )
        )
    return checks
