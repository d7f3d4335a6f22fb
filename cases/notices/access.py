"""Who may follow an objection: the private link shows its state, the access code the rest."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone

from cases.models import Objection
from providers.keys import sender_mark
from providers.private_access import (
    OPEN_TIME,
    RECEIPT_TIME,
    forget_row,
    is_remembered,
    remember,
)

LINKED, OPENED = "linked_objections", "opened_objections"


def sent_here(http: HttpRequest, objection: Objection) -> bool:
    """Whether this very session has filed it."""
    mark = sender_mark(objection.key_salt, http.session.session_key or "")
    return bool(mark) and objection.sent_from == mark


def has_receipt(http: HttpRequest, objection: Objection) -> bool:
    """Whether this browser may see link and code: it filed the objection just now."""
    is_fresh = timezone.now() - objection.filed_at < RECEIPT_TIME
    return is_fresh and sent_here(http, objection)


def linked_objection(http: HttpRequest, reference: str) -> Objection:
    """The objection whose link this browser has opened; 404 for any other, existing or not."""
    objection = Objection.objects.filter(reference=reference).first()
    if objection is None:
        raise Http404
    if not (is_remembered(http, objection, LINKED) or has_receipt(http, objection)):
        raise Http404
    return objection


def is_opened(http: HttpRequest, objection: Objection) -> bool:
    """Whether the access code was typed here, or the objection was filed here just now."""
    return is_remembered(http, objection, OPENED, OPEN_TIME) or has_receipt(http, objection)


def opened_objection(http: HttpRequest, reference: str) -> Objection:
    """The objection that this browser has opened with the access code; 404 for any other."""
    objection = linked_objection(http, reference)
    if not is_opened(http, objection):
        raise Http404
    return objection


def note_opened(http: HttpRequest, objection: Objection) -> None:
    """Note in the session that reference and code were right."""
    for name in (LINKED, OPENED):
        remember(http, objection, name)


def forget(http: HttpRequest, objection: Objection) -> None:
    """Close the objection in this browser."""
    if sent_here(http, objection):
        Objection.objects.filter(pk=objection.pk).update(sent_from="")
    forget_row(http, objection, LINKED, OPENED)
