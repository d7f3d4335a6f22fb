"""What every message of the site has in common: told once, claimed by one process, tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A process that died while it delivered a message gives it up after this time.
CLAIM_LIFETIME = timedelta(minutes=10)


class DeliveryQuerySet(models.QuerySet):
    def waiting(self, at: datetime | None = None) -> DeliveryQuerySet:
        """Messages that nobody has delivered or is delivering, oldest first."""
        abandoned = (at or timezone.now()) - CLAIM_LIFETIME
        return self.filter(Q(claimed_at=None) | Q(claimed_at__lt=abandoned), sent_at=None).order_by(
            "pk"
        )


class Delivery(models.Model):
    """``key`` makes it unique: the same event tells the same person once, however often told."""

    key = models.CharField(max_length=120, unique=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent on"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
