"""What the back office's first page says: what waits, and for whom."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from catalog.models import ListingPage
from providers.backoffice.banners import return_notice, suspension_notice
from providers.models import ProviderPage
from providers.review.queue import count_to_decide


class WaitingPanel(Component):
    """Sentences, each a link to what it speaks of; ``items`` are (sentence, address) pairs."""

    template_name = "desk/waiting_panel.html"
    order = 10

    def __init__(self, heading: str, items: list[tuple[str, str]]) -> None:
        self.heading = heading
        self.items = items

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"heading": self.heading, "items": self.items}


def review_panel(request: HttpRequest) -> WaitingPanel | None:
    """How many submissions wait for this reviewer."""
    count = count_to_decide(request)
    if not count:
        return None
    sentence = ngettext(
        "%(count)s submission waits for your review",
        "%(count)s submissions wait for your review",
        count,
    ) % {"count": count}
    return WaitingPanel(_("Review"), [(sentence, reverse("review_queue"))])


def listings_panel(user) -> WaitingPanel | None:
    """A member's listings that were returned or are held, each with its reason."""
    provider = ProviderPage.objects.of_member(user).first()
    if provider is None:
        return None
    own = Page.objects.descendant_of(provider, inclusive=True).specific()
    items = [
        (f"{page.title}: {notice}", reverse("wagtailadmin_pages:edit", args=[page.pk]))
        for page in own
        if isinstance(page, ListingPage)
        for notice in notices(page, provider)
    ]
    items.append((_("All my listings"), reverse("own_listings")))
    return WaitingPanel(_("My listings"), items)


def notices(page: ListingPage, provider: ProviderPage) -> list[str]:
    """A hold is told once, at the provider's own page."""
    found = [return_notice(page)]
    if page.pk == provider.pk:
        found.append(suspension_notice(page))
    return [notice for notice in found if notice]
