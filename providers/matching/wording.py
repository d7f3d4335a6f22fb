"""Moments and days as the pages, the messages and the back office write them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def beijing_time(moment: datetime) -> str:
    """A moment with its weekday, such as “Thu 26 Nov, 23:59 Beijing time”.

    It is Beijing time wherever the reader is; the year stands there only if it is another one.
    """
    local = timezone.localtime(moment, timezone.get_default_timezone())
    if local.year == timezone.localdate().year:
        written = date_format(local, pgettext("moment of this year", "D j M, H:i"))
    else:
        written = date_format(local, pgettext("moment of another year", "D j M Y, H:i"))
    return _("%(moment)s Beijing time") % {"moment": written}


def plain_day(day: date) -> str:
    """A day with its weekday, such as “Thu 26 Nov”."""
    if day.year == timezone.localdate().year:
        return date_format(day, pgettext("day of this year", "D j M"))
    return date_format(day, pgettext("day of another year", "D j M Y"))
