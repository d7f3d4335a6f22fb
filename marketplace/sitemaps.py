"""The sitemap for crawlers: only what the public may see."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from wagtail.models import Page

from cases.editions.listing import issued_places
from cases.models import CaseCollectionPage, CaseIndexPage, CasePage, NoticePage
from catalog.models import RewardPolicy, SolutionIndexPage, SolutionPage
from marketplace.models import ArticleIndexPage, ArticlePage, HomePage
from providers.models import ProviderIndexPage, ProviderPage


class PageSitemap(Sitemap):
    """Pages of one type."""

    def __init__(self, pages) -> None:
        self.pages = pages

    def items(self):
        return self.pages().order_by("pk")

    def location(self, item: Page) -> str:
        return item.get_url()

    def lastmod(self, item: Page):
        return getattr(item, "updated_on", None) or item.last_published_at


def public(model: type[Page]):
    return lambda: model.objects.live().public()


class RewardSitemap(Sitemap):
    """The reward estimate, while the bureau shows it."""

    def items(self) -> list[str]:
        return ["reward"] if RewardPolicy.objects.current() else []

    def location(self, item: str) -> str:
        return reverse(item)


class RuleSitemap(Sitemap):
    """The rules by which offers are ordered and cases scored, and the indicators of the cases."""

    def items(self) -> list[str]:
        return ["score_rule", "case_score_rule", "indicators"]

    def location(self, item: str) -> str:
        return reverse(item)


class EditionCaseSitemap(Sitemap):
    """The cases of current editions, each on its page of the booklet."""

    def items(self) -> list[tuple[str, datetime]]:
        return issued_places()

    def location(self, item: tuple[str, datetime]) -> str:
        return item[0]

    def lastmod(self, item: tuple[str, datetime]) -> datetime:
        return item[1]


SITEMAPS = {
    "reward": RewardSitemap(),
    "rule": RuleSitemap(),
    "solutions": PageSitemap(lambda: SolutionPage.objects.listed()),
    "providers": PageSitemap(lambda: ProviderPage.objects.listed()),
    "cases": PageSitemap(lambda: CasePage.objects.listed()),
    "editions": PageSitemap(lambda: CaseCollectionPage.objects.listed()),
    "edition_cases": EditionCaseSitemap(),
    **{
        model._meta.model_name: PageSitemap(public(model))
        for model in (
            HomePage,
            SolutionIndexPage,
            ProviderIndexPage,
            CaseIndexPage,
            ArticleIndexPage,
            ArticlePage,
            NoticePage,
        )
    },
}
