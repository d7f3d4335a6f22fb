"""The pages around the catalogue: home, articles, notices."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from catalog.blocks import ArticleBody
from catalog.forms import PinyinSlugForm
from catalog.models import IndustryChain, ScenarioGroup
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
    subpage_types = ["marketplace.ArticlePage", "marketplace.NoticePage"]
    template = "pages/article_index_page.html"

    class Meta:
        verbose_name = _("section of articles")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = (
            self.get_children().live().public().specific().order_by("-first_published_at")
        )
        return context


class AbstractArticle(Page):
    """What articles and notices share."""

    summary = models.CharField(_("summary"), max_length=160, blank=True)
    published_on = models.DateField(_("date"), default=timezone.localdate)
    source = models.CharField(_("source"), max_length=80, blank=True)
    body = StreamField(ArticleBody(), verbose_name=_("text"))
    is_demo = models.BooleanField(default=False, editable=False)

    base_form_class = PinyinSlugForm
    parent_page_types = ["marketplace.ArticleIndexPage"]
    subpage_types = []

    class Meta:
        abstract = True


class ArticlePage(AbstractArticle):
    """Policy, help or news."""

    content_panels = [*Page.content_panels, "published_on", "source", "summary", "body"]
    template = "pages/article_page.html"

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class NoticePage(AbstractArticle):
    """A public notice with its period and where to object."""

    starts_on = models.DateField(_("notice opens on"))
    ends_on = models.DateField(_("notice closes on"))
    objection_contact = models.CharField(_("where to object"), max_length=160)

    content_panels = [
        *Page.content_panels,
        "published_on",
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        "objection_contact",
        "source",
        "summary",
        "body",
    ]
    template = "pages/notice_page.html"

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="notice_period_in_order",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The end lies before the beginning.")})

    def is_open(self, on: date | None = None) -> bool:
        """Whether objections may be raised on that day (both ends included)."""
        return self.starts_on <= (on or timezone.localdate()) <= self.ends_on
