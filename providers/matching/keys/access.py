"""Who may open a request: the private link shows its state, the access code the rest."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from providers.keys import sender_mark
from providers.matching.keys.renewal import renewed_in
from providers.matching.models import MatchRequest, RequestDraft
from providers.private_access import (
    LOCK_TIME,
    MAX_TRIES,
    OPEN_TIME,
    RECEIPT_TIME,
    CodeCheck,
    check_access_code,
    find_by_code,
    forget_row,
    is_remembered,
    remember,
)

__all__ = [
    "LINKED",
    "LOCK_TIME",
    "MAX_TRIES",
    "OPENED",
    "OPEN_TIME",
    "RECEIPTS",
    "RECEIPT_TIME",
    "CodeCheck",
    "check_access_code",
    "find_request",
    "forget",
    "hand_over",
    "has_receipt",
    "is_opened",
    "is_remembered",
    "linked_request",
    "opened_request",
    "remember",
    "sent_here",
]

LINKED, OPENED, RECEIPTS = "linked_requests", "opened_requests", "request_receipts"


def find_request(reference: str, typed: str) -> MatchRequest | None:
    """The request of that reference, if the access code is its own and it is not closed."""
    return find_by_code(MatchRequest.objects.all(), reference, typed)


def sent_here(http: HttpRequest, request: MatchRequest) -> QuerySet[RequestDraft]:
    """The draft that became the request, if this very session has sent it."""
    mark = sender_mark(request.key_salt, http.session.session_key or "")
    return request.drafts.filter(sent_from=mark).exclude(sent_from="")


def hand_over(http: HttpRequest, request: MatchRequest) -> bool:
    """Give link, code and receipt to the session that sent the request or renewed its keys.

    No other gets them. It may be done again within the time of the receipt: of two answers to the
    same session the later one overwrites what the earlier one noted.
    """
    since = receipt_since(http, request)
    if since is None or timezone.now() - since >= RECEIPT_TIME:
        return False
    for name in (LINKED, OPENED, RECEIPTS):
        remember(http, request, name, since=since)
    return True


def receipt_since(http: HttpRequest, request: MatchRequest) -> datetime | None:
    """Since when this very session may see the present keys; None where it never might."""
    if renewed_in(request, http.session.session_key or ""):
        return request.keys_renewed_at
    return request.submitted_at if sent_here(http, request).exists() else None


def forget(http: HttpRequest, request: MatchRequest) -> None:
    """Close the request in this browser."""
    sent_here(http, request).update(sent_from="")
    if renewed_in(request, http.session.session_key or ""):
        MatchRequest.objects.filter(pk=request.pk).update(keys_renewed_in="")
    forget_row(http, request, LINKED, OPENED, RECEIPTS)


def linked_request(http: HttpRequest, reference: str) -> MatchRequest:
    """The request whose link this browser has opened; 404 for any other, existing or not."""
    request = MatchRequest.objects.filter(reference=reference).first()
    if request is None or not has_link(http, request):
        raise Http404
    return request


def has_link(http: HttpRequest, request: MatchRequest) -> bool:
    """Whether this browser has opened the private link, or has sent the request just now."""
    return is_remembered(http, request, LINKED) or hand_over(http, request)


def has_receipt(http: HttpRequest, request: MatchRequest) -> bool:
    """Whether this browser may see the code itself."""
    noted = is_remembered(http, request, RECEIPTS, RECEIPT_TIME)
    return noted or hand_over(http, request)


def is_opened(http: HttpRequest, request: MatchRequest) -> bool:
    return is_remembered(http, request, OPENED, OPEN_TIME)


def opened_request(http: HttpRequest, reference: str) -> MatchRequest:
    """The request that this browser has opened with the access code; 404 for any other."""
    request = linked_request(http, reference)
    if not is_opened(http, request):
        raise Http404
    return request
