"""The review queue as a table for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from providers.review.queue import Waiting

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def queue_table(rows: Iterable[Waiting]) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark, by which Excel knows that it is."""
    day = timezone.localdate()
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="review-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Title"),
            _("Type"),
            _("Provider"),
            _("Step"),
            _("Your part"),
            _("Submitted by"),
            _("Waiting since"),
            _("Due"),
            _("Working days left"),
        ]
    )
    for row in rows:
        writer.writerow([safe(cell) for cell in cells(row)])
    return response


def cells(row: Waiting) -> list[object]:
    return [
        row.title,
        row.type_name,
        row.provider_name,
        row.step_name,
        row.role.label,
        row.submitter,
        f"{timezone.localtime(row.state.started_at):%Y-%m-%d %H:%M}",
        f"{timezone.localdate(row.due):%Y-%m-%d}",
        row.days_left,
    ]


def safe(cell: object) -> object:
    """Text that a spreadsheet does not take for a formula; numbers stay numbers."""
    if isinstance(cell, int):
        return cell
    text = str(cell)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
