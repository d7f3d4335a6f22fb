"""One-time codes for an enterprise that has lost its link or its access code."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.matching.models.requests import MatchRequest

ONE_TIME_LIFE = timedelta(minutes=10)
# Rows are needed for the limits of a day, and then go.
ONE_TIME_RETENTION = timedelta(days=1)


class OneTimeCodeQuerySet(models.QuerySet):
    def expired(self, at: datetime | None = None) -> OneTimeCodeQuerySet:
        """Rows that nothing counts any more."""
        return self.filter(made_at__lte=(at or timezone.now()) - ONE_TIME_RETENTION)


class OneTimeCode(models.Model):
    """Six digits that open one request, once, in the browser that asked for them.

    Somebody who asks with a reference or a phone that do not belong together gets a row without
    a request, so that nothing that follows tells the difference.
    """

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, null=True, related_name="one_time_codes"
    )
    # Fingerprint of what the session that asked holds.
    asked_by = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self) -> str:
        return f"{self.request_id} {self.made_at:%Y-%m-%d}"

    def is_live(self, at: datetime | None = None) -> bool:
        """Whether it may still be tried: not used, and not older than ten minutes."""
        at = at or timezone.now()
        return self.used_at is None and at - self.made_at < ONE_TIME_LIFE
