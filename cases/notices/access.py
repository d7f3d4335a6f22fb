"""Who may follow an objection: the private link shows its state, the access code the rest."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from cases.keyed_access import Door
from cases.models import Objection
from providers.keys import sender_mark
from providers.private_access import RECEIPT_TIME


class ObjectionDoor(Door):
    """Open, too, in the session that filed the objection just now: nobody has a code before."""

    def is_linked(self, http: HttpRequest, row: Objection) -> bool:
        return super().is_linked(http, row) or has_receipt(http, row)

    def is_open(self, http: HttpRequest, row: Objection) -> bool:
        return super().is_open(http, row) or has_receipt(http, row)

    def close(self, http: HttpRequest, row: Objection) -> None:
        if sent_here(http, row):
            Objection.objects.filter(pk=row.pk).update(sent_from="")
        super().close(http, row)


DOOR = ObjectionDoor("objections")


def sent_here(http: HttpRequest, objection: Objection) -> bool:
    """Whether this very session has filed it."""
    mark = sender_mark(objection.key_salt, http.session.session_key or "")
    return bool(mark) and objection.sent_from == mark


def has_receipt(http: HttpRequest, objection: Objection) -> bool:
    """Whether this browser may see link and code: it filed the objection just now."""
    is_fresh = timezone.now() - objection.filed_at < RECEIPT_TIME
    return is_fresh and sent_here(http, objection)
