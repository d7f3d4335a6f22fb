"""The enterprise roster: the plan's pilot list, matched silently and never shown back."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalog.models import IndustryChain, ProvincialLevel, private_storage
from catalog.validation import normalize_credit_code, validate_credit_code, validate_gbt4754
from providers.models import ProviderPage


class HeadcountBand(models.TextChoices):
    """How many people an enterprise employs; what a provider may see of its size."""

    TO_19 = "1-19", _("1–19 people")
    TO_99 = "20-99", _("20–99 people")
    TO_299 = "100-299", _("100–299 people")
    TO_999 = "300-999", _("300–999 people")
    FROM_1000 = "1000+", _("1,000 people or more")


class PilotList(models.Model):
    """A version of the list of pilot enterprises filed with the province."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_on = models.DateField(_("in force from"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    panels = [FieldPanel("version"), FieldPanel("effective_on"), FieldPanel("note")]

    class Meta:
        ordering = ["-effective_on"]
        verbose_name = _("pilot list")
        verbose_name_plural = _("pilot lists")

    def __str__(self) -> str:
        return self.version


class Enterprise(models.Model):
    """An enterprise of the roster. Membership of the programme is not public."""

    BATCHES = [(1, _("first batch")), (2, _("second batch")), (3, _("third batch"))]

    name = models.CharField(_("name"), max_length=120)
    uscc = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
    )
    pilot_list = models.ForeignKey(
        PilotList,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name=_("pilot list"),
    )
    batch = models.PositiveSmallIntegerField(_("batch"), choices=BATCHES, null=True, blank=True)
    is_core = models.BooleanField(_("core enterprise"), default=False)
    is_newly_above_scale = models.BooleanField(_("newly above scale"), default=False)
    industry = models.ForeignKey(
        IndustryChain,
        models.PROTECT,
        null=True,
        related_name="enterprises",
        verbose_name=_("industry chain"),
    )
    gbt4754 = models.CharField(
        _("GB/T 4754 codes"), max_length=60, blank=True, validators=[validate_gbt4754]
    )
    township = models.CharField(_("township or park"), max_length=60, blank=True)
    headcount_band = models.CharField(
        _("headcount"), max_length=10, choices=HeadcountBand, blank=True
    )

    baseline_level = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("baseline level"),
    )
    baseline_on = models.DateField(_("baseline assessed on"), null=True, blank=True)
    current_level = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certified level"),
    )
    certificate_number = models.CharField(_("level certificate no."), max_length=60, blank=True)
    certificate_on = models.DateField(_("certificate issued on"), null=True, blank=True)
    certificate_file = models.FileField(
        _("certificate"), upload_to="level-certificates/", storage=private_storage, blank=True
    )
    completed_on = models.DateField(_("renovation completed on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    provider = models.ForeignKey(
        ProviderPage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rebuilt_enterprises",
        verbose_name=_("provider"),
    )
    provider_text = models.CharField(
        _("provider, where it is not listed"), max_length=120, blank=True
    )
    is_demo = models.BooleanField(default=False, editable=False)

    panels = [
        FieldPanel("name"),
        FieldPanel("uscc"),
        FieldPanel("pilot_list"),
        FieldPanel("batch"),
        FieldPanel("is_core"),
        FieldPanel("is_newly_above_scale"),
        FieldPanel("industry"),
        FieldPanel("gbt4754"),
        FieldPanel("township"),
        FieldPanel("headcount_band"),
        FieldPanel("baseline_level"),
        FieldPanel("baseline_on"),
        FieldPanel("current_level"),
        FieldPanel("certificate_number"),
        FieldPanel("certificate_on"),
        FieldPanel("completed_on"),
        FieldPanel("accepted_on"),
        FieldPanel("provider"),
        FieldPanel("provider_text"),
    ]

    class Meta:
        ordering = ["batch", "name"]
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")

    def __str__(self) -> str:
        return self.name

    def full_clean(self, *args, **kwargs) -> None:
        if self.uscc:
            self.uscc = normalize_credit_code(self.uscc)
        super().full_clean(*args, **kwargs)

    @property
    def in_pilot_list(self) -> bool:
        return self.pilot_list_id is not None

    @property
    def target_level(self) -> int:
        """The step to reach: L7 for core enterprises, L6 for all others (the plan's goals)."""
        return 7 if self.is_core else 6
