"""The pages around the catalogue: home and articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from catalog.models import AbstractArticle, IndustryChain, ScenarioGroup
from marketplace.progress import programme_progress

if TYPE_CHECKING:
    from django.http import HttpRequest


class HomePage(Page):
    """The front door: one search box, the doors, and figures computed now."""

    headline = models.CharField(_("headline"), max_length=60)
    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "headline", "introduction"]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "catalog.SolutionIndexPage",
        "providers.ProviderIndexPage",
        "cases.CaseIndexPage",
        "marketplace.ArticleIndexPage",
    ]
    max_count = 1
    template = "pages/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["progress"] = programme_progress(request)
        context["scenario_groups"] = ScenarioGroup.objects.offered().prefetch_related("scenarios")
        context["industry_chains"] = IndustryChain.objects.offered()
        context["latest_articles"] = (
            ArticlePage.objects.live().public().order_by("-published_on", "-pk")[:5]
        )
        return context


class ArticleIndexPage(Page):
    """A section of articles: policy, help, news or public notices."""

    class Section(models.TextChoices):
        POLICY = "policy", _("policy")
        HELP = "help", _("help")
        NEWS = "news", _("news")
        NOTICE = "notice", _("public notices")

    section = models.CharField(_("section"), max_length=10, choices=Section, unique=True)
    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "section", "introduction"]
    parent_page_types = ["marketplace.HomePage"]
    subpage_types = ["marketplace.ArticlePage", "cases.NoticePage"]
    template = "pages/article_index_page.html"

    class Meta:
        verbose_name = _("section of articles")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = (
            self.get_children().live().public().specific().order_by("-first_published_at")
        )
        return context


class ArticlePage(AbstractArticle):
    """Policy, help or news."""

    content_panels = [*Page.content_panels, "published_on", "source", "summary", "body"]
    template = "pages/article_page.html"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
