"""What each criterion of the explained score counts, by the day it takes effect."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from providers.matching.score import CRITERIA, Weights

WEIGHT_FIELDS = tuple(criterion.value for criterion in CRITERIA)


class ScoreWeightsQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None) -> Weights:
        """The weights of the day; the defaults where none is set yet."""
        day = on or timezone.localdate()
        row = self.filter(effective_on__lte=day).order_by("-effective_on").first()
        if row is None:
            return Weights()
        return Weights(**{field: getattr(row, field) for field in WEIGHT_FIELDS})


def weight(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=0)


class ScoreWeights(models.Model):
    """Points that each criterion can give; the bureau adds a row to change them."""

    effective_on = models.DateField(_("in force from"), unique=True)
    scenario = weight(_("scenario fit"))
    industry = weight(_("industry fit"))
    level = weight(_("level gap covered"))
    budget = weight(_("budget"))
    delivery = weight(_("delivery time"))
    onsite = weight(_("promised hours to be on site"))
    evidence = weight(_("evidence from published cases"))
    qualification = weight(_("qualification"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScoreWeightsQuerySet.as_manager()

    panels = [
        FieldPanel("effective_on"),
        *[FieldPanel(field) for field in WEIGHT_FIELDS],
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["-effective_on"]
        verbose_name = _("weights of the score")
        verbose_name_plural = _("weights of the score")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    scenario=Value(100)
                    - F("industry")
                    - F("level")
                    - F("budget")
                    - F("delivery")
                    - F("onsite")
                    - F("evidence")
                    - F("qualification")
                ),
                name="score_weights_make_100",
            )
        ]

    def __str__(self) -> str:
        return str(self.effective_on)

    def clean(self) -> None:
        super().clean()
        if sum(getattr(self, field) or 0 for field in WEIGHT_FIELDS) != 100:
            raise ValidationError(_("The weights must add up to 100."))
