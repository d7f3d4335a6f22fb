"""People from outside the offices who score cases for a time, and what ties reviewers declare."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.keys import derive_token, fingerprint, new_reference, new_salt
from providers.matching.models import Enterprise
from providers.models import ProviderPage

# The group of their accounts; it may enter the back office and nothing else.
EXPERTS = "case experts"
INVITATION_LIFETIME = timedelta(days=14)


def end_of_invitation() -> datetime:
    return timezone.now() + INVITATION_LIFETIME


class OutsideExpertQuerySet(models.QuerySet):
    def in_term(self, on: date | None = None) -> OutsideExpertQuerySet:
        """Those whose term has not ended, its last day included."""
        return self.filter(ended_at=None, ends_on__gte=on or timezone.localdate())

    def ended(self, on: date | None = None) -> OutsideExpertQuerySet:
        """Those whose term is over, by date or because the bureau ended it."""
        day = on or timezone.localdate()
        return self.filter(models.Q(ended_at__isnull=False) | models.Q(ends_on__lt=day))

    def by_token(self, token: str) -> OutsideExpert | None:
        return self.filter(token_hash=fingerprint(token)).first()


class OutsideExpert(models.Model):
    """An account of somebody outside the offices: scores what it is asked to, and ends by date.

    The bureau makes the account; by a private link the expert chooses user name and password, once.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="outside_expert",
        verbose_name=_("account"),
    )
    organisation = models.CharField(_("works for"), max_length=120)
    ends_on = models.DateField(_("last day of the term"))
    # Set by the bureau that ends a term early, or by the clock that closes the account.
    ended_at = models.DateTimeField(null=True, editable=False)

    reference = models.CharField(max_length=9, unique=True, default=new_reference, editable=False)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    link_expires_at = models.DateTimeField(default=end_of_invitation, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    invited_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OutsideExpertQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "pk"]
        verbose_name = _("outside expert")
        verbose_name_plural = _("outside experts")

    def __str__(self) -> str:
        return f"{self.user.get_full_name() or self.user.get_username()} ({self.organisation})"

    def save(self, *args, **kwargs) -> None:
        if not self.token_hash:
            self.token_hash = fingerprint(self.derived_token())
        super().save(*args, **kwargs)

    def derived_token(self) -> str:
        return derive_token(self.salt, self.reference, purpose="expert")

    @property
    def token(self) -> str:
        """The link's secret; empty when the site's keys no longer make it."""
        return derive_token(self.salt, self.reference, purpose="expert", expected=self.token_hash)

    @property
    def is_in_term(self) -> bool:
        return self.ended_at is None and self.ends_on >= timezone.localdate()


class DeclaredTies(models.Model):
    """What binds a reviewer to providers and enterprises, beside what the site knows by itself."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="declared_ties"
    )
    providers = models.ManyToManyField(
        ProviderPage, related_name="+", blank=True, verbose_name=_("tied to providers")
    )
    enterprises = models.ManyToManyField(
        Enterprise, related_name="+", blank=True, verbose_name=_("tied to enterprises")
    )
    organisations = models.TextField(
        _("tied to further organisations"),
        max_length=2000,
        blank=True,
        help_text=_("One a line, by the full name."),
    )
    declared_at = models.DateTimeField(_("declared on"), default=timezone.now)

    class Meta:
        verbose_name = _("declared ties")
        verbose_name_plural = _("declared ties")

    def __str__(self) -> str:
        return str(self.user)
