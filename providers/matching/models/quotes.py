"""What a provider offers in answer to a request, and what it asks before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import private_storage
from providers.matching.models.replies import Invitation
from providers.models import ProviderPage


def price_field(label: str, **how) -> models.DecimalField:
    """An amount in 万元 (10,000 yuan)."""
    return models.DecimalField(
        label, max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal(0))], **how
    )


class Quote(models.Model):
    """A provider's offer; it may be edited until the enterprise has chosen."""

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, related_name="quote", verbose_name=_("invitation")
    )
    price_min_wan = price_field(_("price from (10,000 yuan)"))
    price_max_wan = price_field(_("price to (10,000 yuan)"))
    # Against rivals fishing for prices: shown only once the centre has verified who asks.
    holds_price = models.BooleanField(
        _("show the price only after phone and company are verified"), default=False
    )
    days = models.PositiveSmallIntegerField(_("days to deliver"), validators=[MinValueValidator(1)])
    approach = models.TextField(_("approach"), max_length=2000)
    team = models.TextField(_("team"), max_length=500, blank=True)
    valid_until = models.DateField(_("valid until"))
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    submitted_at = models.DateTimeField(_("sent on"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed on"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_max_wan__gte=F("price_min_wan"), price_min_wan__gte=0),
                name="quote_price_is_a_range",
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="quote_takes_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} v{self.version}"

    def shows_price(self) -> bool:
        """Whether the enterprise may see the price now."""
        return not self.holds_price or self.invitation.request.is_verified

    def is_valid_on(self, day: date) -> bool:
        return day <= self.valid_until


class QuoteFile(models.Model):
    """A file beside a quote: a picture or a PDF, checked by content, kept in private storage."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="quotes/", storage=private_storage)
    name = models.CharField(_("name"), max_length=120)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file of a quote")
        verbose_name_plural = _("files of quotes")

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """A provider's question; the answer is shown to all invited, who asked is not."""

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="questions", verbose_name=_("invitation")
    )
    text = models.TextField(_("question"), max_length=500)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="answered_question_has_an_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.asked_at:%Y-%m-%d}"


class InboxPause(models.Model):
    """A provider takes no requests until a day; it is not proposed meanwhile."""

    provider = models.OneToOneField(
        ProviderPage, models.CASCADE, related_name="inbox_pause", verbose_name=_("provider")
    )
    until = models.DateField(_("closed until"))
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("closed inbox")
        verbose_name_plural = _("closed inboxes")

    def __str__(self) -> str:
        return f"{self.provider_id} {self.until}"


class ScoreObjection(models.Model):
    """A provider contests a fact in a line of its own score; the office answers.

    A granted one is mended at its source (listing, case, certificate); the order that an
    enterprise has seen stays as it was shown.
    """

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="score_objections", verbose_name=_("invitation")
    )
    criterion = models.CharField(_("criterion"), max_length=20)
    text = models.TextField(_("what is wrong"), max_length=500)
    raised_at = models.DateTimeField(_("raised on"), default=timezone.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["raised_at", "pk"]
        verbose_name = _("objection to a score")
        verbose_name_plural = _("objections to scores")
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "criterion"],
                condition=Q(answered_at=None),
                name="one_open_objection_a_line",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="", answer="")
                | (Q(answered_at__isnull=False) & ~Q(outcome="") & ~Q(answer="")),
                name="answered_objection_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.criterion}"
