"""By what cases are scored: versions of weighted criteria with anchors (domain: typical cases)."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable, PreviewableMixin

from cases.models.rules import WHOLE


class ScoringSchemeQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None) -> ScoringScheme | None:
        """The version of the day; None before the first."""
        day = on or timezone.localdate()
        return self.filter(effective_on__lte=day).order_by("-effective_on").first()


class SchemeForm(WagtailAdminModelForm):
    """A version is checked as a whole: its criteria lie in rows of their own."""

    def is_valid(self) -> bool:
        # The rows are cleaned after the form itself.
        if not super().is_valid():
            return False
        rows = self.formsets["criteria"]
        kept = [form for form in rows.forms if form not in rows.deleted_forms]
        total = sum(form.cleaned_data.get("weight") or 0 for form in kept)
        if total != WHOLE:
            self.add_error(None, off_balance(total))
        return total == WHOLE


def off_balance(total: int) -> ValidationError:
    return ValidationError(
        _("The weights add up to %(total)s; they must add up to %(whole)s."),
        params={"total": total, "whole": WHOLE},
    )


class ScoringScheme(PreviewableMixin, ClusterableModel):
    """One version of the criteria; a new version is a copy with its own date.

    What has been in force, or was scored by, stays as it was: cases were judged by it.
    """

    effective_on = models.DateField(_("in force from"), unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = ScoringSchemeQuerySet.as_manager()

    panels = [
        FieldPanel("effective_on"),
        InlinePanel("criteria", heading=_("Criteria"), label=_("Criterion"), min_num=1),
        FieldPanel("note"),
    ]
    base_form_class = SchemeForm

    class Meta:
        ordering = ["-effective_on"]
        verbose_name = _("criteria for cases")
        verbose_name_plural = _("criteria for cases")

    def __str__(self) -> str:
        return str(self.effective_on)

    def clean(self) -> None:
        super().clean()
        if self.is_fixed():
            raise ValidationError(
                _(
                    "These criteria have been in force, or cases were scored by them; they stay as "
                    "they are. Add new ones with a later date."
                )
            )
        if self.effective_on and self.effective_on <= timezone.localdate():
            raise ValidationError(
                {"effective_on": _("Please name a day from tomorrow on: the past stays as it was.")}
            )

    def is_fixed(self) -> bool:
        """Whether the stored version has been in force, or a case was scored by it."""
        stored = ScoringScheme.objects.filter(pk=self.pk)
        since = Q(effective_on__lte=timezone.localdate())
        return stored.filter(since | Q(rounds__isnull=False)).exists()

    @property
    def is_balanced(self) -> bool:
        """Whether the weights make the whole, without which no case is scored by it."""
        return sum(criterion.weight for criterion in self.criteria.all()) == WHOLE

    def as_next(self) -> ScoringScheme:
        """An unsaved copy with its own criteria to begin the next change with, from tomorrow."""
        copied = "code name weight question anchor_0 anchor_5 anchor_10".split()
        copy = ScoringScheme(effective_on=timezone.localdate() + timedelta(days=1))
        copy.criteria = [
            ScoringCriterion(
                sort_order=order, **{field: getattr(criterion, field) for field in copied}
            )
            for order, criterion in enumerate(self.criteria.all())
        ]
        return copy

    # -- what an officer sees before the public does ------------------------------------------

    def serve_preview(self, request: HttpRequest, mode_name: str):
        """The public page with this version as it stands in the editor."""
        from cases.scoring.rule_page import preview

        return preview(request, self)


class ScoringCriterion(Orderable):
    """One criterion with its weight and what 0, 5 and 10 points stand for."""

    scheme = ParentalKey(ScoringScheme, on_delete=models.CASCADE, related_name="criteria")
    code = models.SlugField(
        _("code"),
        max_length=30,
        help_text=_("Latin letters, for tables: the same criterion keeps it in later versions."),
    )
    name = models.CharField(_("name"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight (of 100)"), validators=[MinValueValidator(1), MaxValueValidator(WHOLE)]
    )
    question = models.CharField(_("what is asked"), max_length=200, blank=True)
    anchor_0 = models.CharField(_("0 points"), max_length=120)
    anchor_5 = models.CharField(_("5 points"), max_length=120)
    anchor_10 = models.CharField(_("10 points"), max_length=120)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("code"), FieldPanel("weight")]),
        FieldPanel("question"),
        FieldPanel("anchor_0"),
        FieldPanel("anchor_5"),
        FieldPanel("anchor_10"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="criterion_once_a_scheme"),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=WHOLE), name="criterion_weighs_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name
