"""What a browser's session has opened of one kind of keyed row (providers.private_access).

The link alone shows where a thing stands; the code opens the rest.
"""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from providers.private_access import OPEN_TIME, forget_row, is_remembered, remember


class Door:
    """``name`` keeps the notes of one kind of row from opening another."""

    def __init__(self, name: str) -> None:
        self.linked, self.opened = f"linked_{name}", f"opened_{name}"

    def note_link(self, http: HttpRequest, row: Model) -> None:
        """This browser holds the private link."""
        remember(http, row, self.linked)

    def open(self, http: HttpRequest, row: Model) -> None:
        """This browser typed the code, or made the row."""
        remember(http, row, self.linked)
        remember(http, row, self.opened)

    def close(self, http: HttpRequest, row: Model) -> None:
        forget_row(http, row, self.linked, self.opened)

    def is_linked(self, http: HttpRequest, row: Model) -> bool:
        return is_remembered(http, row, self.linked)

    def is_open(self, http: HttpRequest, row: Model) -> bool:
        return is_remembered(http, row, self.opened, OPEN_TIME)

    def linked_row(self, http: HttpRequest, rows: QuerySet, reference: str) -> Model:
        """The row whose link this browser has opened; 404 for any other, existing or not."""
        row = rows.filter(reference=reference).first()
        if row is None or not self.is_linked(http, row):
            raise Http404
        return row

    def opened_row(self, http: HttpRequest, rows: QuerySet, reference: str) -> Model:
        """The row that this browser has opened with the code; 404 for any other."""
        row = self.linked_row(http, rows, reference)
        if not self.is_open(http, row):
            raise Http404
        return row

    def opened_here(self, http: HttpRequest, rows: QuerySet) -> list[Model]:
        """Every row that this browser may open, the newest first."""
        noted = list(http.session.get(self.opened, {}))
        found = rows.filter(reference__in=noted).order_by("-pk")
        return [row for row in found if self.is_open(http, row)]


def shown_code(row: Model) -> str:
    """The access code as it is read out and written down."""
    return f"{row.access_code[:4]} {row.access_code[4:]}"
