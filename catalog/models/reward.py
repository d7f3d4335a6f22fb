"""The reward's figures as the bureau sets them: one policy a version, with its tiers.

No figure of the plan stands in code. What is computed with them: ``catalog.reward.rule``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import PreviewableMixin


class RewardBasis(models.TextChoices):
    """Which investment counts at a second rise; the plan leaves it open (domain: 1.3)."""

    CUMULATIVE = "cumulative", _("cumulative (both projects added)")
    INCREMENTAL = "incremental", _("incremental (second project only)")


class RewardPolicyQuerySet(models.QuerySet):
    def in_force(self, today: date | None = None) -> RewardPolicyQuerySet:
        """Versions that are final and have begun."""
        return self.filter(is_draft=False, effective_on__lte=today or timezone.localdate())

    def current(self, today: date | None = None) -> RewardPolicy | None:
        """The version that the public is shown; None where the bureau hides it.

        The newest in force decides. Before any is in force, the newest one that the bureau shows
        all the same stands in, and says that it is not in force.
        """
        newest = self.order_by(models.F("effective_on").desc(nulls_last=True), "-pk")
        policy = newest.in_force(today).first() or newest.filter(is_page_shown=True).first()
        return policy if policy and policy.is_page_shown else None


class RewardPolicy(PreviewableMixin, ClusterableModel):
    """One version of the reward's rules; a new version is a copy with its own date."""

    name = models.CharField(
        _("name of the version"), max_length=80, help_text=_("Shown with every result.")
    )
    is_draft = models.BooleanField(
        _("draft"), default=True, help_text=_("Not final: every result says so.")
    )
    effective_on = models.DateField(
        _("in force from"), null=True, blank=True, help_text=_("Needed unless it is a draft.")
    )
    is_page_shown = models.BooleanField(
        _("show the estimate to the public"),
        default=False,
        help_text=_("Otherwise the page and its data answer as if they did not exist."),
    )
    basis = models.CharField(
        _("investment at a second rise"),
        max_length=11,
        choices=RewardBasis,
        default=RewardBasis.CUMULATIVE,
        help_text=_("Whoever asks may compare with the other basis."),
    )
    certificate_share = models.PositiveSmallIntegerField(
        _("paid once the certificate is issued (%)"),
        default=50,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    target_level = models.PositiveSmallIntegerField(
        _("level that the pilot aims at"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("Rewarded levels below it are marked as short of the goal."),
    )
    source = models.CharField(
        _("source"),
        max_length=200,
        help_text=_("The document that the rules are taken from, in one sentence."),
    )
    disclaimer = models.TextField(
        _("disclaimer"),
        max_length=400,
        blank=True,
        help_text=_("Stands under every result. Empty: the site’s own words."),
    )

    objects = RewardPolicyQuerySet.as_manager()

    # What the next version takes over from the one before.
    COPIED = ("basis", "certificate_share", "target_level", "source", "disclaimer")

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("is_draft"), FieldPanel("effective_on")]),
                FieldPanel("is_page_shown"),
            ],
            heading=_("Validity"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("basis"),
                FieldRowPanel([FieldPanel("certificate_share"), FieldPanel("target_level")]),
            ],
            heading=_("Rules"),
        ),
        InlinePanel("tiers", heading=_("reward tiers"), label=_("reward tier"), min_num=1),
        FieldPanel("source"),
        FieldPanel("disclaimer"),
    ]

    class Meta:
        ordering = [models.F("effective_on").desc(nulls_first=True), "-pk"]
        verbose_name = _("reward policy")
        verbose_name_plural = _("reward policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_draft=True) | Q(effective_on__isnull=False),
                name="reward_in_force_from_a_day",
                violation_error_message=_("Say from which day on it is in force."),
            ),
            models.CheckConstraint(
                condition=Q(certificate_share__gte=0) & Q(certificate_share__lte=100),
                name="reward_share_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if not self.is_draft and self.effective_on is None:
            raise ValidationError({"effective_on": _("Say from which day on it is in force.")})

    def is_in_force(self, today: date | None = None) -> bool:
        begun = self.effective_on is not None and self.effective_on <= (
            today or timezone.localdate()
        )
        return begun and not self.is_draft

    def as_new_draft(self) -> RewardPolicy:
        """An unsaved copy with its own tiers: a hidden draft without a date."""
        copy = RewardPolicy(
            name=self.name,
            is_draft=True,
            is_page_shown=False,
            **{field: getattr(self, field) for field in self.COPIED},
        )
        copy.tiers = [
            RewardTier(level_min=tier.level_min, cap_wan=tier.cap_wan) for tier in self.tiers.all()
        ]
        return copy

    def caps(self) -> dict[int, Decimal]:
        """The ceilings in 万元 by the level from which they hold."""
        return {tier.level_min: tier.cap_wan for tier in self.tiers.all()}

    # -- what an officer sees before the public does ------------------------------------------

    @property
    def preview_modes(self) -> list[tuple[str, object]]:
        return [("", _("The empty page")), ("example", _("With an example"))]

    def serve_preview(self, request: HttpRequest, mode_name: str):
        """The public page with this version as it stands in the editor."""
        from catalog.reward.page import preview

        return preview(request, self, is_example=mode_name == "example")


class RewardTier(models.Model):
    """The ceiling of the reward from a level on."""

    policy = ParentalKey(
        RewardPolicy,
        on_delete=models.CASCADE,
        related_name="tiers",
        verbose_name=_("reward policy"),
    )
    level_min = models.PositiveSmallIntegerField(
        _("from level"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    cap_wan = models.DecimalField(
        _("at most (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        validators=[MinValueValidator(Decimal(0))],
    )

    panels = [FieldRowPanel([FieldPanel("level_min"), FieldPanel("cap_wan")])]

    class Meta:
        ordering = ["level_min"]
        verbose_name = _("reward tier")
        verbose_name_plural = _("reward tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "level_min"],
                name="one_reward_tier_a_level",
                violation_error_message=_("Each level has one tier."),
            )
        ]

    def __str__(self) -> str:
        return f"L{self.level_min}: {self.cap_wan.normalize():f}"
