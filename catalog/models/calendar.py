"""Days that the mainland calendar's library does not know, or knows wrongly."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """One day as the bureau counts it; it goes before the library (``catalog.workdays``)."""

    date = models.DateField(_("day"), unique=True)
    is_working_day = models.BooleanField(
        _("working day"),
        default=False,
        help_text=_("Ticked: a make-up working day. Not ticked: a holiday."),
    )
    note = models.CharField(
        _("reason"),
        max_length=100,
        blank=True,
        help_text=_("For example the holiday, or the announcement that moves the day."),
    )

    panels = ["date", "is_working_day", "note"]

    class Meta:
        ordering = ["-date"]
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return self.date.isoformat()
