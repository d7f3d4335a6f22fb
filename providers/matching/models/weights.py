"""What each criterion of the explained score counts, by the day it takes effect."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import PreviewableMixin

from providers.matching.score.fit import CRITERIA, Weights

# What all criteria give together.
WHOLE = 100
WEIGHT_FIELDS = tuple(criterion.value for criterion in CRITERIA)


class ScoreWeightsQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None) -> Weights:
        """The weights of the day; the defaults where none is set yet."""
        day = on or timezone.localdate()
        row = self.filter(effective_on__lte=day).order_by("-effective_on").first()
        return row.weights() if row else Weights()


def weight(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, default=0)


class ScoreWeights(PreviewableMixin, models.Model):
    """Points that each criterion can give; the bureau adds a row to change them.

    What has been in force stays as it was: enterprises have seen orders made by it.
    """

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
        if self.was_in_force():
            raise ValidationError(
                _(
                    "These weights have been in force since %(day)s and stay as they are. Add new "
                    "ones with a later date.",
                )
                % {"day": self.was_in_force()}
            )
        if self.effective_on and self.effective_on <= timezone.localdate():
            raise ValidationError(
                {"effective_on": _("Please name a day from tomorrow on: the past stays as it was.")}
            )
        total = sum(getattr(self, field) or 0 for field in WEIGHT_FIELDS)
        if total != WHOLE:
            raise ValidationError(
                _("The weights add up to %(total)s; they must add up to %(whole)s.")
                % {"total": total, "whole": WHOLE}
            )

    def was_in_force(self) -> date | None:
        """Since when the stored row has been in force; None for a row that is still to come."""
        stored = ScoreWeights.objects.filter(pk=self.pk, effective_on__lte=timezone.localdate())
        return stored.values_list("effective_on", flat=True).first()

    def weights(self) -> Weights:
        return Weights(**{field: getattr(self, field) or 0 for field in WEIGHT_FIELDS})

    def as_next(self) -> ScoreWeights:
        """An unsaved copy to begin the next change with, in force from tomorrow."""
        return ScoreWeights(
            effective_on=timezone.localdate() + timedelta(days=1),
            **{field: getattr(self, field) for field in WEIGHT_FIELDS},
        )

    # -- what an officer sees before the public does ------------------------------------------

    def serve_preview(self, request: HttpRequest, mode_name: str):
        """The public page with these weights, and what they change."""
        from providers.matching.score.views import preview

        return preview(request, self)
