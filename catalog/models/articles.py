"""What is written and published as an article: policy, help, news, public notices."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from catalog.blocks import ArticleBody
from catalog.forms import PinyinSlugForm


class AbstractArticle(Page):
    """A dated text in a section of articles."""

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
