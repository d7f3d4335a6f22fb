"""Who may open a request: the private link shows its state, the access code the rest."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from enum import Enum

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from providers.keys import sender_mark
from providers.matching.keys_renewal import key_mark, renewed_in
from providers.matching.models import MatchRequest, RequestDraft

MAX_TRIES = 5
LOCK_TIME = timedelta(minutes=15)
# How long a session stays open after the code, and may show link and code after sending.
OPEN_TIME = timedelta(hours=2)
RECEIPT_TIME = timedelta(minutes=30)

LINKED, OPENED, RECEIPTS = "linked_requests", "opened_requests", "request_receipts"


class CodeCheck(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@transaction.atomic
def check_access_code(request: MatchRequest, typed: str) -> CodeCheck:
    """Compare an access code; five wrong ones close the request to all for a quarter of an hour.

    Tries are counted on the request, so that neither a new session nor a new address gives more.
    """
    row = MatchRequest.objects.select_for_update().get(pk=request.pk)
    now = timezone.now()
    if row.code_locked_until and row.code_locked_until > now:
        return CodeCheck.LOCKED
    digits = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", typed)[:40]
        if sign.isascii() and sign.isdigit()
    )
    if check_password(digits, row.code_hash):
        row.code_tries, row.code_locked_until = 0, None
        result = CodeCheck.RIGHT
    else:
        row.code_tries += 1
        result = CodeCheck.WRONG
        if row.code_tries >= MAX_TRIES:
            row.code_tries, row.code_locked_until = 0, now + LOCK_TIME
            result = CodeCheck.LOCKED
    row.save(update_fields=["code_tries", "code_locked_until"])
    return result


def find_request(reference: str, typed: str) -> MatchRequest | None:
    """The request of that reference, if the access code is its own and it is not closed.

    Whether the reference exists, the code is wrong or the request is closed for a quarter of an
    hour cannot be told apart, neither by the answer nor by the time that it takes.
    """
    request = MatchRequest.objects.filter(reference=reference).first()
    if request is None or (
        request.code_locked_until and request.code_locked_until > timezone.now()
    ):
        # As long as a code is compared otherwise.
        make_password(typed)
        return None
    return request if check_access_code(request, typed) is CodeCheck.RIGHT else None


def remember(
    http: HttpRequest, request: MatchRequest, name: str, since: datetime | None = None
) -> None:
    """Note in the session that this browser has the link, the code or the receipt."""
    noted = dict(http.session.get(name, {}))
    since = since or timezone.now()
    noted[request.reference] = [key_mark(request), since.isoformat()]
    http.session[name] = dict(list(noted.items())[-20:])


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
    for name in (LINKED, OPENED, RECEIPTS):
        noted = dict(http.session.get(name, {}))
        noted.pop(request.reference, None)
        http.session[name] = noted


def is_remembered(
    http: HttpRequest, request: MatchRequest, name: str, within: timedelta | None = None
) -> bool:
    """Whether the session has it, for the present link and code, and not for too long."""
    mark, since = http.session.get(name, {}).get(request.reference, ("", ""))
    if mark != key_mark(request):
        return False
    noted_at = parse_datetime(since)
    return within is None or (noted_at is not None and timezone.now() - noted_at < within)


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
