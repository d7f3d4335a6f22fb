"""How long each side has; the bureau edits it under Settings."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site


def days_field(label: str, days: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=days, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )


@register_setting(icon="time")
class MatchingTerms(BaseSiteSetting):
    """Periods of a request's life (design: Matching; domain 4.6)."""

    answer_days = days_field(_("a provider answers within (working days)"), 3)
    quote_days = days_field(_("a quote usually comes within (working days)"), 10)
    confirm_days = days_field(_("a chosen provider confirms within (working days)"), 5)
    advice_days = days_field(_("the centre proposes providers within (working days)"), 2)
    silence_notice_days = days_field(
        _("after a hand-over the enterprise is reminded after (days)"), 10
    )
    silence_days = days_field(_("an unanswered hand-over is closed after (days)"), 15)
    rating_days = days_field(_("a rating is invited after (days)"), 30)

    panels = [
        "answer_days",
        "quote_days",
        "confirm_days",
        "advice_days",
        "silence_notice_days",
        "silence_days",
        "rating_days",
    ]

    class Meta:
        verbose_name = _("periods of requests")

    @classmethod
    def current(cls) -> MatchingTerms:
        """The periods of the one site that a deployment serves."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()
