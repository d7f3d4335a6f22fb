"""Opening what somebody sent without an account: a private link, an access code, a session.

The rows carry ``reference``, ``key_salt``, ``code_hash``, ``code_tries`` and
``code_locked_until``, as requests and ``KeyedRow`` do. What a session notes is noted for the
present keys only, under a name that each kind of row chooses.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from providers.keys import fingerprint

MAX_TRIES = 5
LOCK_TIME = timedelta(minutes=15)
# How long a session stays open after the code, and may show link and code after sending.
OPEN_TIME = timedelta(hours=2)
RECEIPT_TIME = timedelta(minutes=30)
# Notes of one kind that a session keeps.
MOST_NOTES = 20

Row = TypeVar("Row", bound=Model)


class CodeCheck(Enum):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@transaction.atomic
def check_access_code(row: Model, typed: str) -> CodeCheck:
    """Compare an access code; five wrong ones close the row to all for a quarter of an hour.

    Tries are counted on the row, so that neither a new session nor a new address gives more.
    """
    row = type(row)._base_manager.select_for_update().get(pk=row.pk)
    now = timezone.now()
    if row.code_locked_until and row.code_locked_until > now:
        return CodeCheck.LOCKED
    if check_password(digits_of(typed), row.code_hash):
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


def digits_of(typed: str) -> str:
    """The digits of a typed code, full-width ones too, without what stands between them."""
    plain = unicodedata.normalize("NFKC", typed)[:40]
    return "".join(sign for sign in plain if sign.isascii() and sign.isdigit())


def find_by_code(rows: QuerySet[Row], reference: str, typed: str) -> Row | None:
    """The row of that reference, if the access code is its own and it is not closed.

    Whether the reference exists, the code is wrong or the row is closed for a quarter of an hour
    cannot be told apart, neither by the answer nor by the time that it takes.
    """
    row = rows.filter(reference=reference).first()
    if row is None or (row.code_locked_until and row.code_locked_until > timezone.now()):
        # As long as a code is compared otherwise.
        make_password(typed)
        return None
    return row if check_access_code(row, typed) is CodeCheck.RIGHT else None


def key_mark(row: Model) -> str:
    """What tells the present keys from earlier and later ones, and opens nothing."""
    return fingerprint(row.key_salt)[:16]


def remember(http: HttpRequest, row: Model, name: str, since: datetime | None = None) -> None:
    """Note in the session that this browser has the link, the code or the receipt."""
    noted = dict(http.session.get(name, {}))
    since = since or timezone.now()
    noted[row.reference] = [key_mark(row), since.isoformat()]
    http.session[name] = dict(list(noted.items())[-MOST_NOTES:])


def is_remembered(
    http: HttpRequest, row: Model, name: str, within: timedelta | None = None
) -> bool:
    """Whether the session has it, for the present link and code, and not for too long."""
    mark, since = http.session.get(name, {}).get(row.reference, ("", ""))
    if mark != key_mark(row):
        return False
    noted_at = parse_datetime(since)
    return within is None or (noted_at is not None and timezone.now() - noted_at < within)


def forget_row(http: HttpRequest, row: Model, *names: str) -> None:
    """Take the row out of what the session has noted."""
    for name in names:
        noted = dict(http.session.get(name, {}))
        noted.pop(row.reference, None)
        http.session[name] = noted
