"""A provider takes its own listing back."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import Signal
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from catalog.models import ListingPage, Withdrawal
from providers.models import NoticeKind, ProviderPage
from providers.notices import tell_bureau
from providers.withdrawal.subtree import ActRefused, end_review, hold_subtree, unpublish

# Receivers answer with a list of sentences that speak against withdrawing `provider` unseen.
provider_obligations = Signal()


@transaction.atomic
def withdraw(
    page: ListingPage, *, by: AbstractBaseUser, reason: str = "", with_all: bool = False
) -> list[ListingPage]:
    """Take a public listing off the site, dated, and cancel its review; returns what left.

    A provider's page takes everything below it along, so that needs ``with_all``. Each listing
    comes back by a new submission only: the gate looks at its ``Withdrawal``.

    Raises:
        ActRefused: the listing is not public, or it is a provider's with obligations and
            ``with_all`` is not given.
    """
    subtree = hold_subtree(page)
    page = subtree[0]
    if not page.live:
        raise ActRefused([_("This listing is not public, so there is nothing to withdraw.")])
    if (found := obligations(page)) and not with_all:
        raise ActRefused(found)
    # Without its provider a solution would stay public with nobody to ask for it.
    leaving = [listing for listing in subtree if listing.live]
    for listing in subtree:
        end_review(listing, by)
    for listing in leaving:
        withdrawal = take_off(listing, by, reason)
        if isinstance(listing, ProviderPage):
            tell_of_profile(listing, withdrawal)
    return leaving


def take_off(listing: ListingPage, by: AbstractBaseUser, reason: str) -> Withdrawal:
    """Date the withdrawal of one live listing, unpublish it and log that."""
    withdrawal = Withdrawal.objects.create(page_id=listing.pk, reason=reason, by=by)
    unpublish(listing, by)
    log(
        instance=listing,
        action="providers.withdraw",
        user=by,
        data={"withdrawal": withdrawal.pk, "reason": reason},
    )
    return withdrawal


def tell_of_profile(provider: ProviderPage, withdrawal: Withdrawal) -> None:
    """The office hears that a whole provider has left: the pool is one smaller."""
    tell_bureau(
        NoticeKind.PROFILE_WITHDRAWN,
        event=f"withdrawal{withdrawal.pk}",
        page=provider,
        path=reverse("listing_holds", args=[provider.pk]),
    )


def obligations(page: ListingPage) -> list[str]:
    """What a provider leaves behind when its profile is withdrawn, as sentences."""
    if not isinstance(page, ProviderPage):
        return []
    found = []
    if count := page.get_descendants().live().count():
        found.append(
            ngettext(
                "%(count)s listing of yours is public and would be withdrawn too.",
                "%(count)s listings of yours are public and would be withdrawn too.",
                count,
            )
            % {"count": count}
        )
    for _receiver, sentences in provider_obligations.send(sender=ProviderPage, provider=page):
        found.extend(sentences)
    return found
