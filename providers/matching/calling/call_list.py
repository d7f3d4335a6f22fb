"""Whom the centre has to call: those who asked for it, and those whom no message reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from catalog.workdays import WorkCalendar
from providers.matching.models import CallBack, MatchRequest, Message


@dataclass(frozen=True)
class ToCall:
    """One line of the list: a wish to be called, or a request whose messages reach nobody.

    ``since`` is when it came on the list (UTC), ``days`` the working days since then.
    """

    since: datetime
    days: int
    call: CallBack | None = None
    request: MatchRequest | None = None
    kinds: tuple[str, ...] = ()

    @property
    def phone(self) -> str:
        return self.call.phone if self.call else self.request.phone


def unreached() -> QuerySet:
    """Messages that nothing brings, to enterprises whose phone is still known."""
    return Message.objects.to_call().filter(request__erased_at=None)


def call_count() -> int:
    """How many lines the list has."""
    requests = unreached().order_by().values("request").distinct()
    return CallBack.objects.open().count() + requests.count()


def call_list() -> list[ToCall]:
    """The list, oldest first, in a constant number of queries."""
    calendar, today = WorkCalendar.current(), timezone.localdate()

    def days(since: datetime) -> int:
        return calendar.between(timezone.localdate(since), today)

    calls = CallBack.objects.open().select_related("page", "taken_by")
    rows = [ToCall(call.asked_at, days(call.asked_at), call=call) for call in calls]
    messages: dict[int, list[Message]] = {}
    for message in unreached().select_related("request").order_by("created_at"):
        messages.setdefault(message.request_id, []).append(message)
    for waiting in messages.values():
        kinds = dict.fromkeys(message.get_kind_display() for message in waiting)
        since = waiting[0].created_at
        rows.append(
            ToCall(since, days(since), request=waiting[0].request, kinds=tuple(map(str, kinds)))
        )
    return sorted(rows, key=lambda row: row.since)
