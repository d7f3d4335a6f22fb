"""The sections of articles, and an article's data for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext_lazy as _

from catalog.json_ld import json_ld
from marketplace.models import ArticleIndexPage

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.template import Context
    from django.utils.safestring import SafeString

    from cases.models import NoticePage
    from marketplace.models import ArticlePage

register = template.Library()

# What a section offers, for search engines, while the editors have not introduced it.
SECTION_SENTENCES = {
    ArticleIndexPage.Section.POLICY: _("The programme explained: rewards, steps and documents."),
    ArticleIndexPage.Section.HELP: _("How to choose, how to ask, how to join, and by which rules."),
    ArticleIndexPage.Section.NEWS: _("News of the programme and of this platform."),
    ArticleIndexPage.Section.NOTICE: _("Public notices, with their periods and where to object."),
}


@register.simple_tag
def article_sections() -> QuerySet:
    """The sections of articles, in the order of the tree."""
    return ArticleIndexPage.objects.live().public().order_by("path")


@register.simple_tag
def section_sentence(section: ArticleIndexPage) -> str:
    """One sentence on what the section holds."""
    return str(SECTION_SENTENCES[section.section])


@register.simple_tag
def neighbours(article: ArticlePage | NoticePage, limit: int = 6) -> QuerySet:
    """The newest other pages of the same section."""
    siblings = article.get_siblings(inclusive=False).live().public()
    return siblings.order_by("-first_published_at", "slug")[:limit]


@register.simple_tag(takes_context=True)
def article_data(context: Context, article: ArticlePage | NoticePage) -> SafeString:
    """The article as schema.org Article."""
    return json_ld(
        {
            "@type": "Article",
            "headline": article.title,
            "description": article.summary,
            "url": article.get_full_url(context.get("request")),
            "datePublished": article.published_on,
            "dateModified": article.last_published_at,
            "publisher": {"@type": "Organization", "name": article.source}
            if article.source
            else None,
        }
    )
