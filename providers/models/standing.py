"""The bureau's facts about a provider: tables beside its page, out of any draft's reach."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Collection

from catalog.models import QualificationType, private_storage
from providers.models.pages import ProviderPage


class ProviderStanding(models.Model):
    """A provider's place in the pool: one lead provider, all others under its supervision."""

    class Tier(models.TextChoices):
        LEAD = "lead", _("lead provider")
        SUB = "sub", _("sub-provider")

    provider = models.OneToOneField(
        ProviderPage, models.CASCADE, related_name="standing", verbose_name=_("provider")
    )
    tier = models.CharField(_("tier"), max_length=4, choices=Tier, default=Tier.SUB)
    appointed_on = models.DateField(_("appointed on"), null=True, blank=True)
    lead = models.ForeignKey(
        ProviderPage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised",
        verbose_name=_("supervised by"),
    )
    is_lead_affiliate = models.BooleanField(_("affiliate of the lead provider"), default=False)

    panels = [
        FieldPanel("provider"),
        FieldPanel("tier"),
        FieldPanel("appointed_on"),
        FieldPanel("is_lead_affiliate"),
    ]

    class Meta:
        verbose_name = _("provider's tier")
        verbose_name_plural = _("providers' tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["tier"],
                condition=Q(tier="lead"),
                name="one_lead_provider",
                violation_error_message=_("There is one lead provider already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} ({self.get_tier_display()})"


class Undertaking(models.Model):
    """The provider's signed word: it accepts the lead's supervision and tells the truth.

    The plan demands it of every provider; no listing goes public without it.
    """

    provider = models.ForeignKey(
        ProviderPage, models.CASCADE, related_name="undertakings", verbose_name=_("provider")
    )
    text_version = models.CharField(_("version of the text"), max_length=20)
    signed_by = models.CharField(_("signed by"), max_length=40)
    signed_on = models.DateField(_("signed on"))

    panels = [
        FieldPanel("provider"),
        FieldPanel("text_version"),
        FieldPanel("signed_by"),
        FieldPanel("signed_on"),
    ]

    class Meta:
        verbose_name = _("undertaking")
        verbose_name_plural = _("undertakings")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "text_version"], name="one_undertaking_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.text_version}"


class QualificationQuerySet(models.QuerySet):
    def valid(self, on: date | None = None) -> QualificationQuerySet:
        """Checked by the bureau and within their dates; the day after expiry they are gone."""
        day = on or timezone.localdate()
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day),
            Q(valid_to=None) | Q(valid_to__gte=day),
            checked_on__isnull=False,
        )


class Qualification(models.Model):
    """A certificate of a provider; shown as a badge only while checked and valid."""

    provider = models.ForeignKey(
        ProviderPage, models.CASCADE, related_name="qualifications", verbose_name=_("provider")
    )
    type = models.ForeignKey(
        QualificationType,
        models.PROTECT,
        related_name="qualifications",
        verbose_name=_("qualification"),
    )
    level = models.CharField(_("level"), max_length=30, blank=True)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=120)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    file = models.FileField(
        _("file"), upload_to="qualifications/", storage=private_storage, blank=True
    )
    checked_on = models.DateField(_("checked by the bureau on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Why the bureau took its check back; empty again with the next check.
    check_note = models.CharField(_("not confirmed because"), max_length=300, blank=True)
    # The last reminder told: the end it spoke of and the days before it.
    reminded = models.CharField(max_length=16, blank=True, editable=False)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        ordering = ["type__order", "number"]
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None)
                | Q(valid_from=None)
                | Q(valid_to__gte=models.F("valid_from")),
                name="qualification_dates_in_order",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.number}"

    def is_valid_on(self, day: date) -> bool:
        """The rule of ``QualificationQuerySet.valid`` for one that is already read."""
        return (
            self.checked_on is not None
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or self.valid_to >= day)
        )

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The end lies before the beginning.")})


class ProviderTeam(models.Model):
    """Ties a provider to the group of its members and to its own collection of pictures."""

    provider = models.OneToOneField(ProviderPage, models.CASCADE, related_name="team")
    group = models.OneToOneField(Group, models.PROTECT, related_name="provider_team")
    collection = models.OneToOneField(
        Collection, models.PROTECT, related_name="provider_team", null=True
    )
    owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="owned_teams",
        blank=True,
        verbose_name=_("members who invite and remove colleagues"),
    )

    class Meta:
        verbose_name = _("provider team")
        verbose_name_plural = _("provider teams")

    def __str__(self) -> str:
        return str(self.provider)
