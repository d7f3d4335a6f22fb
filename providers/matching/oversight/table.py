"""The office's list of requests as a table for a spreadsheet, without anything that identifies."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from providers.matching.models import MatchRequest
from providers.review.export import BYTE_ORDER_MARK, safe


def answer_counts(request: MatchRequest) -> str:
    """How many of the providers asked are interested, have quoted, and have declined."""
    asked = request.invitations.all()
    if not asked:
        return ""
    return _(
        "%(asked)s asked: %(interested)s interested, %(quoted)s quoted, %(declined)s declined"
    ) % {
        "asked": len(asked),
        "interested": sum(1 for row in asked if row.interested_at),
        "quoted": sum(1 for row in asked if row.quoted_at),
        "declined": sum(1 for row in asked if row.declined_at),
    }


def requests_table(rows: Iterable[MatchRequest]) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark, by which Excel knows that it is.

    It names no enterprise and no price, whoever asks: a file is passed on, and who may see more
    opens the request itself. What the enterprise wrote in its own words stays out as well.
    """
    day = timezone.localdate()
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="requests-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Reference"),
            _("Asks for"),
            _("Industry chain"),
            _("People in the company"),
            _("Township or park"),
            _("Budget"),
            _("Sent"),
            _("Status"),
            _("Waits for"),
            _("The centre advises"),
            _("Filled in by the centre"),
            _("Providers asked"),
            _("Interested"),
            _("Quoted"),
            _("Declined"),
            _("First answer"),
        ]
    )
    for row in rows:
        writer.writerow([safe(cell) for cell in cells(row)])
    return response


def cells(row: MatchRequest) -> list[object]:
    asked, turn = row.invitations.all(), row.turn()
    answered = [moment for one in asked if (moment := one.interested_at or one.declined_at)]
    return [
        row.reference,
        row.get_kind_display(),
        row.industry.name if row.industry else "",
        row.get_headcount_band_display(),
        row.township,
        row.get_budget_band_display(),
        written(row.sends_at),
        row.state().label,
        turn.label if turn else "",
        yes_or_no(row.wants_advice),
        yes_or_no(row.assisted_by_id is not None),
        len(asked),
        sum(1 for one in asked if one.interested_at),
        sum(1 for one in asked if one.quoted_at),
        sum(1 for one in asked if one.declined_at),
        written(min(answered, default=None)),
    ]


def yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")


def written(moment: datetime | None) -> str:
    """A moment in the site's own time zone, to the minute."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
