"""What the bureau sets for cases: gate, scoring, public notice (domain: typical cases)."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

# What all criteria give together.
WHOLE = 100


def points_field(label: str, default: int, **options) -> models.DecimalField:
    """Points of the hundred that all criteria give together."""
    bounds = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(WHOLE))]
    return models.DecimalField(
        label, max_digits=5, decimal_places=1, default=default, validators=bounds, **options
    )


@register_setting(icon="pick")
class CaseRules(BaseSiteSetting):
    """Thresholds of the gate and the scoring, and the periods of the public notice."""

    fewest_indicators = models.PositiveSmallIntegerField(
        _("indicators of a case, at least"), default=3, validators=[MinValueValidator(1)]
    )
    fewest_benchmark_pictures = models.PositiveSmallIntegerField(
        _("pictures of a benchmark, at least"), default=3, validators=[MinValueValidator(1)]
    )

    fewest_reviewers = models.PositiveSmallIntegerField(
        _("reviewers who score a case, at least"), default=2, validators=[MinValueValidator(2)]
    )
    pass_mark = points_field(_("pass mark (of 100)"), 70)
    spread_limit = points_field(
        _("discussion from a spread of more than (points)"),
        20,
        help_text=_("The spread is the distance between the highest and the lowest total."),
    )
    scoring_days = models.PositiveSmallIntegerField(
        _("reviewers are reminded after (working days)"),
        default=5,
        validators=[MinValueValidator(1)],
    )

    cases_need_notice = models.BooleanField(
        _("cases are put on public notice before they are published"), default=True
    )
    solutions_need_notice = models.BooleanField(
        _("solutions are put on public notice before they are published"), default=False
    )
    notice_days = models.PositiveSmallIntegerField(
        _("length of a public notice (working days)"), default=5, validators=[MinValueValidator(1)]
    )
    objection_days = models.PositiveSmallIntegerField(
        _("an objection is handled within (working days)"),
        default=10,
        validators=[MinValueValidator(1)],
    )
    objector_months = models.PositiveSmallIntegerField(
        _("who objected is erased after the result (months)"),
        default=6,
        validators=[MinValueValidator(1)],
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel(["fewest_indicators", "fewest_benchmark_pictures"])], heading=_("Gate")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["fewest_reviewers", "scoring_days"]),
                FieldRowPanel(["pass_mark", "spread_limit"]),
            ],
            heading=_("Scoring"),
        ),
        MultiFieldPanel(
            [
                "cases_need_notice",
                "solutions_need_notice",
                FieldRowPanel(["notice_days", "objection_days"]),
                "objector_months",
            ],
            heading=_("Public notice"),
        ),
    ]

    class Meta:
        verbose_name = _("rules for cases")

    @classmethod
    def current(cls) -> CaseRules:
        """The rules of the one site that a deployment serves."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()
