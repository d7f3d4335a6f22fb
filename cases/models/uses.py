"""How often a case or an edition is read and taken along: counts a day, nothing of who did."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class UseCount(models.Model):
    """Views or downloads of one page on one day."""

    class What(models.TextChoices):
        VIEW = "view", _("views")
        PDF = "pdf", _("downloads as PDF")
        DATA = "data", _("downloads as data")

    page = models.ForeignKey(Page, models.CASCADE, related_name="use_counts")
    what = models.CharField(max_length=10, choices=What)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of uses")
        verbose_name_plural = _("counts of uses")
        constraints = [
            models.UniqueConstraint(fields=["page", "what", "day"], name="one_count_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.what} {self.day}: {self.count}"

    @classmethod
    def add(cls, page_id: int, what: str, day: date | None = None) -> None:
        """Count one more; one statement where the day has begun already."""
        key = {"page_id": page_id, "what": what, "day": day or timezone.localdate()}
        if not cls.objects.filter(**key).update(count=F("count") + 1):
            cls.objects.get_or_create(**key)
            cls.objects.filter(**key).update(count=F("count") + 1)
