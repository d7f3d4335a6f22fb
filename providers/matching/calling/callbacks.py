"""Whom the centre calls, until somebody has: "call me" with a phone and perhaps a sentence, and
wishes to visit the enterprise of a case.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from catalog.workdays import WorkCalendar
from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import CallBack, MatchRequest, Message, OversightNote, Side
from providers.matching.personal_data.consent_texts import TEXT_VERSION, text_hash

# How long phone and sentence are kept (the notice says so too).
KEPT_AFTER_CALL = timedelta(days=30)
KEPT_AT_MOST = timedelta(days=90)


def call_notice() -> str:
    """What the tick beside the phone says."""
    return _(
        "I agree that the service centre uses this number to call me about what I ask here, and "
        "for nothing else. It is erased 30 days after the call, and 90 days after I asked at the "
        "latest (rules of version %(version)s)."
    ) % {"version": TEXT_VERSION}


def called_by(asked_at: datetime) -> date:
    """The last day on which the centre calls: the next working day."""
    return WorkCalendar.current().add(timezone.localtime(asked_at).date(), 1)


def ask_for_call(*, phone: str, sentence: str = "", page: Page | None = None) -> None:
    """Put a phone on the centre's call list; to one that waits there another sentence is added.

    It answers the same both times, so that nobody learns whether a number asked before.

    Args:
        phone: a mainland number in one way of writing.
        page: the published page that it was asked on.
    """
    fields = {
        "sentence": sentence,
        "page": page,
        "notice_version": TEXT_VERSION,
        "notice_hash": text_hash(call_notice()),
    }
    try:
        with transaction.atomic():
            waiting = CallBack.objects.select_for_update().open()
            row, is_new = waiting.get_or_create(
                phone=phone.replace("-", ""), kind=CallBack.Kind.CALL, defaults=fields
            )
            if not is_new and sentence and sentence not in row.sentence:
                row.sentence = joined(row.sentence, sentence)
                row.save(update_fields=["sentence"])
    except IntegrityError:
        # Two clicks at once: the database kept one, and that is enough.
        return


def joined(before: str, more: str) -> str:
    """Both sentences, as far as the line holds them."""
    longest = CallBack._meta.get_field("sentence").max_length
    return (_("; ").join(part for part in (before, more) if part))[:longest]


def visit_notice() -> str:
    """What the tick beside a wish to visit says."""
    return _(
        "I agree that the service centre uses the company's name and this number to arrange the "
        "visit, and for nothing else. It tells the enterprise who would come only once we have "
        "said yes on the phone. Both are erased 30 days after the matter is settled, and 90 days "
        "after the wished week at the latest (rules of version %(version)s)."
    ) % {"version": TEXT_VERSION}


def ask_for_visit(*, phone: str, company: str, week_of: date, people: int, page: Page) -> None:
    """Put a wish to visit what a page tells of on the centre's call list.

    A second wish of that phone for the same page takes the place of the first as long as nobody
    has settled it. It answers the same both times.

    Args:
        phone: a mainland number in one way of writing.
        week_of: the Monday of the wished week.
        page: the published case.
    """
    wish = {
        "company": company,
        "week_of": week_of,
        "people": people,
        "notice_version": TEXT_VERSION,
        "notice_hash": text_hash(visit_notice()),
    }
    try:
        with transaction.atomic():
            CallBack.objects.open().update_or_create(
                phone=phone.replace("-", ""),
                kind=CallBack.Kind.VISIT,
                page=page,
                defaults=wish,
            )
    except IntegrityError:
        # Two clicks at once: the database kept one, and that is enough.
        return


def current(call: CallBack) -> CallBack:
    """The call as it is now, held until the transaction ends."""
    return CallBack.objects.select_for_update().get(pk=call.pk)


@transaction.atomic
def take_call(call: CallBack, *, by: AbstractBaseUser) -> None:
    """An officer will call; another one may take it over."""
    row = current(call)
    if row.done_at:
        raise MovedOnError
    row.taken_by = by
    row.save(update_fields=["taken_by"])


@transaction.atomic
def count_try(call: CallBack, *, by: AbstractBaseUser, seen: int | None = None) -> None:
    """Nobody answered the phone.

    Args:
        seen: how many tries the officer saw; where another one has been counted since, as by a
            second click, nothing is added.

    Raises:
        MovedOnError: the call is done.
    """
    row = current(call)
    if row.done_at:
        raise MovedOnError
    if seen is not None and row.tries != seen:
        return
    row.tries += 1
    row.taken_by = by
    row.save(update_fields=["tries", "taken_by"])


@transaction.atomic
def finish_call(
    call: CallBack, *, by: AbstractBaseUser, outcome: str, request: MatchRequest | None = None
) -> None:
    """Take a call off the list.

    Raises:
        MovedOnError: somebody has finished it in another way.
    """
    row = current(call)
    if row.done_at and request is not None and row.request_id is None:
        # A colleague has closed the call while the request was filled in: it became a request.
        row.outcome, row.request = outcome, request
        row.save(update_fields=["outcome", "request"])
        return
    if row.done_at:
        if row.outcome == outcome and row.request_id in (None, request and request.pk):
            return
        raise MovedOnError
    row.done_at, row.outcome, row.taken_by, row.request = timezone.now(), outcome, by, request
    row.save(update_fields=["done_at", "outcome", "taken_by", "request"])


# -- messages that nothing else delivers --------------------------------------------------------


@transaction.atomic
def tell_by_phone(request: MatchRequest, *, by: AbstractBaseUser, reached: bool) -> int:
    """Note that the enterprise was told by phone what no channel brought it, or was not reached.

    Once told, the messages leave the call list. Returns how many there were.
    """
    request = locked(request)
    waiting = list(Message.objects.to_call().filter(request=request))
    if not waiting:
        return 0
    kinds = _(", ").join(dict.fromkeys(message.get_kind_display() for message in waiting))
    said = _("Told by phone: %(kinds)s") if reached else _("Called in vain about: %(kinds)s")
    OversightNote.objects.create(
        request=request, side=Side.CENTRE, by=by, text=(said % {"kinds": kinds})[:1000]
    )
    if reached:
        keys = [message.pk for message in waiting]
        Message.objects.filter(pk__in=keys).update(needs_call=False)
    return len(waiting)


# -- retention ----------------------------------------------------------------------------------


def calls_to_erase(now: datetime) -> QuerySet:
    """Calls whose phone, sentence and company have been kept long enough."""
    kinds = CallBack.Kind
    long_ago = timezone.localdate(now - KEPT_AT_MOST)
    due = (
        Q(done_at__lte=now - KEPT_AFTER_CALL)
        | Q(kind=kinds.CALL, asked_at__lte=now - KEPT_AT_MOST)
        | Q(kind=kinds.VISIT, week_of__lte=long_ago)
    )
    return CallBack.objects.filter(due, erased_at=None)


@transaction.atomic
def erase_call(pk: int, now: datetime) -> bool:
    """Forget who wanted the call; one that nobody made is over with that."""
    row = calls_to_erase(now).select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    row.phone = row.sentence = row.company = ""
    row.erased_at = now
    if row.done_at is None:
        row.done_at, row.outcome = now, CallBack.Outcome.UNREACHED
    row.save()
    return True
