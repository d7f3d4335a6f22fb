"""Words that advertising law bans or that need a source, as data that the bureau edits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdvertisingWord(models.Model):
    """An expression that stops or delays publication; ``exceptions`` are spans that contain it.

    Example: "最长" with the exception "最长30天" as a pattern "最长\\d+天". Source: Advertising Law
    of the PRC, article 9 (absolutes, endorsement by state organs), 11 (sources of data) and 12
    (patents).
    """

    class Effect(models.TextChoices):
        BLOCK = "block", _("stops publication")
        WARN = "warn", _("is pointed out to the reviewer")

    pattern = models.CharField(
        _("expression"),
        max_length=120,
        unique=True,
        help_text=_("A regular expression; plain words are one too."),
    )
    exceptions = models.TextField(
        _("allowed spans that contain it"),
        blank=True,
        help_text=_("One regular expression a line."),
    )
    effect = models.CharField(_("effect"), max_length=5, choices=Effect, default=Effect.BLOCK)
    advice = models.CharField(_("advice to the author"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    panels = ["pattern", "exceptions", "effect", "advice", "is_active"]

    class Meta:
        ordering = ["pattern"]
        verbose_name = _("advertising word")
        verbose_name_plural = _("advertising words")

    def __str__(self) -> str:
        return self.pattern
