"""What the county promised, as data: targets, deadlines, thresholds.

No figure of the plan stands in code: the bureau edits them under Settings.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site


@register_setting(icon="date")
class ProgrammeSettings(BaseSiteSetting):
    """Targets and deadlines of the programme (the plan's goals, items 5, 7, 10 and 19)."""

    first_batch_target = models.PositiveSmallIntegerField(
        _("solutions in the first batch"), default=10
    )
    first_batch_due = models.DateField(_("first batch due on"), null=True, blank=True)
    second_batch_target = models.PositiveSmallIntegerField(
        _("solutions in the second batch"), default=14
    )
    second_batch_due = models.DateField(_("second batch due on"), null=True, blank=True)
    benchmark_target = models.PositiveSmallIntegerField(_("benchmark cases"), default=6)
    enterprise_target = models.PositiveSmallIntegerField(_("renovated enterprises"), default=48)
    show_countdown = models.BooleanField(_("show the days left to the deadlines"), default=False)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("first_batch_target"), FieldPanel("first_batch_due")]),
                FieldRowPanel([FieldPanel("second_batch_target"), FieldPanel("second_batch_due")]),
                FieldPanel("benchmark_target"),
                FieldPanel("enterprise_target"),
                FieldPanel("show_countdown"),
            ],
            heading=_("Targets"),
        ),
    ]

    class Meta:
        verbose_name = _("programme targets")

    @property
    def solution_target(self) -> int:
        """All solutions that the programme promises."""
        return self.first_batch_target + self.second_batch_target

    @classmethod
    def current(cls) -> ProgrammeSettings:
        """The targets of the one site that a deployment serves."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()


@register_setting(icon="check")
class AdmissionRules(BaseSiteSetting):
    """Thresholds of the admission checklist (domain: small, fast, light, precise).

    Beyond them a listing is pointed out to the reviewer, not stopped.
    """

    most_scenarios = models.PositiveSmallIntegerField(_("focused: scenarios, at most"), default=4)
    highest_price_wan = models.PositiveIntegerField(
        _("small: price up to (10,000 yuan), at most"), default=50
    )
    longest_delivery_days = models.PositiveSmallIntegerField(
        _("fast: delivery time (days), at most"), default=90
    )
    recommended_cases = models.PositiveSmallIntegerField(
        _("precise: reference cases, recommended"), default=3
    )

    panels = [
        "most_scenarios",
        "highest_price_wan",
        "longest_delivery_days",
        "recommended_cases",
    ]

    class Meta:
        verbose_name = _("admission rules")

    @classmethod
    def current(cls) -> AdmissionRules:
        """The rules of the one site that a deployment serves."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()
