"""Feeds of what is new."""

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cases.editions.listing import newest_issues
from cases.models import CasePage, CollectionIssue, NoticePage
from catalog.models import SolutionPage

NEWEST = 30


class PageFeed(Feed):
    """Newest pages first, by first publication."""

    feed_type = Atom1Feed
    link = "/"

    def item_title(self, item: Page) -> str:
        return item.title

    def item_link(self, item: Page) -> str:
        return item.get_url()

    def item_pubdate(self, item: Page):
        return item.first_published_at

    def item_updateddate(self, item: Page):
        return getattr(item, "updated_on", None) or item.last_published_at


class SolutionFeed(PageFeed):
    title = _("New solutions")
    feed_url = reverse_lazy("feed_solutions")

    def items(self):
        return SolutionPage.objects.listed().order_by("-first_published_at", "slug")[:NEWEST]

    def item_description(self, item: SolutionPage) -> str:
        return item.tagline


class CaseFeed(PageFeed):
    title = _("New cases")
    feed_url = reverse_lazy("feed_cases")

    def items(self):
        return CasePage.objects.listed().order_by("-first_published_at", "slug")[:NEWEST]

    def item_description(self, item: CasePage) -> str:
        return item.summary


class NoticeFeed(PageFeed):
    title = _("Public notices")
    feed_url = reverse_lazy("feed_notices")

    def items(self):
        return NoticePage.objects.live().public().order_by("-first_published_at", "slug")[:NEWEST]

    def item_description(self, item: NoticePage) -> str:
        return item.summary


class EditionFeed(Feed):
    """Issues of the case collection, the newest first; a new issue is a new entry."""

    feed_type = Atom1Feed
    link = "/"
    title = _("Editions of the case collection")
    feed_url = reverse_lazy("feed_editions")

    def items(self) -> list[CollectionIssue]:
        return newest_issues()[:NEWEST]

    def item_title(self, item: CollectionIssue) -> str:
        return item.content["title"]

    def item_description(self, item: CollectionIssue) -> str:
        return item.note or item.content["subtitle"]

    def item_link(self, item: CollectionIssue) -> str:
        return item.own_address

    def item_pubdate(self, item: CollectionIssue):
        return item.issued_at
