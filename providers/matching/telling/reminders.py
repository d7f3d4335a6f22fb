"""What the clock tells about answers: reminders before a day, and that nobody takes a request on.

Each may run twice, late or at once; every message is told once. Days are those of Beijing, working
days those of the mainland calendar.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date, datetime

from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from catalog.batches import one_by_one
from catalog.workdays import WorkCalendar
from providers.matching.lifecycle import locked
from providers.matching.models import (
    Choice,
    Invitation,
    InvitationState,
    MatchRequest,
    Message,
    MessageKind,
    RequestState,
)
from providers.matching.telling import outbox

# Working days before a deadline on which its provider is reminded.
NOTICE_DAYS = 1


def remind_to_answer(now: datetime) -> int:
    """Remind each provider once, one working day before its answer is due; the number reminded.

    Not on the day on which it was asked.

    Raises:
        PartlyDone: where single ones failed.
    """
    today = timezone.localtime(now).date()
    calendar = WorkCalendar.current()
    waiting = Invitation.objects.sent(now).in_state(InvitationState.PENDING, now)
    told = keys_told(MessageKind.ANSWER_REMINDER, waiting)
    found = [
        row.pk
        for row in waiting
        if not any(f":{deadline_event(row)}:" in key for key in told[row.pk])
        and is_near(calendar, today, local_day(row.deadline_at))
        and local_day(row.invited_at) < today
    ]
    return one_by_one(found, lambda pk: remind_one_to_answer(pk, now))


def remind_one_to_answer(pk: int, now: datetime) -> bool:
    row = invitation_in_lock(pk)
    if row is None or row.state(now) != InvitationState.PENDING:
        return False
    return tell_once(row, MessageKind.ANSWER_REMINDER, deadline_event(row))


def remind_of_quotes(now: datetime) -> int:
    """Remind of a promised quote one working day before its day, and when the day has passed.

    Each is told once; a late run tells only that the day has passed. The number reminded.

    Raises:
        PartlyDone: where single ones failed.
    """
    today = timezone.localtime(now).date()
    calendar = WorkCalendar.current()
    promised = (
        Invitation.objects.sent(now)
        .in_state(InvitationState.INTERESTED, now)
        .filter(quote_due_on__isnull=False)
    )
    found = {
        row.pk: event
        for row in promised.select_related("request")
        if (event := quote_event(row, calendar, today))
    }
    told = set(
        Message.objects.filter(
            kind=MessageKind.QUOTE_REMINDER, invitation__in=list(found)
        ).values_list("invitation_id", "key")
    )
    new = [
        pk
        for pk, event in found.items()
        if not any(row == pk and f":{event}:" in key for row, key in told)
    ]
    return one_by_one(new, lambda pk: remind_of_one_quote(pk, now, found[pk]))


def quote_event(row: Invitation, calendar: WorkCalendar, today: date) -> str:
    """Which reminder of the promised quote is due on that day; empty for none."""
    due = row.quote_due_on
    if due < today:
        return f"passed{due:%Y%m%d}"
    if is_near(calendar, today, due) and local_day(row.interested_at) < today:
        return f"before{due:%Y%m%d}"
    return ""


def remind_of_one_quote(pk: int, now: datetime, event: str) -> bool:
    row = invitation_in_lock(pk)
    if row is None or row.state(now) != InvitationState.INTERESTED:
        return False
    return tell_once(row, MessageKind.QUOTE_REMINDER, event)


def tell_unanswered(now: datetime) -> int:
    """Tell enterprise and office, once, that all providers asked declined or let the time pass.

    The event is the set of providers asked: when a wider circle stays silent too, it is told anew.
    The number of requests told.

    Raises:
        PartlyDone: where single ones failed.
    """
    found = list(unanswered(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: tell_one_unanswered(pk, now))


def unanswered(now: datetime) -> QuerySet[MatchRequest]:
    """Requests that nobody takes on, untold since the last provider was asked."""
    asked = Invitation.objects.filter(request=OuterRef("pk"))
    awaited = asked.filter(declined_at=None, withdrawn_at=None).filter(
        Q(interested_at__isnull=False) | Q(deadline_at__gte=now)
    )
    last_asked = asked.order_by().values("request").annotate(last=Max("invited_at")).values("last")
    told = Message.objects.filter(
        request=OuterRef("pk"),
        kind=MessageKind.NOBODY_ANSWERED,
        audience=Message.Audience.ENTERPRISE,
        created_at__gte=Subquery(
            Invitation.objects.filter(request=OuterRef("request"))
            .order_by()
            .values("request")
            .annotate(last=Max("invited_at"))
            .values("last"),
            output_field=DateTimeField(),
        ),
    )
    return (
        MatchRequest.objects.due(now)
        .not_given_up()
        .filter(erased_at=None)
        .alias(last_asked=Subquery(last_asked))
        .filter(last_asked__isnull=False)
        .exclude(Exists(awaited))
        .exclude(Exists(Choice.objects.active().filter(request=OuterRef("pk"))))
        .exclude(Exists(told))
    )


def tell_one_unanswered(pk: int, now: datetime) -> bool:
    request = locked(MatchRequest(pk=pk))
    states = {row.state(now) for row in request.invitations.select_related("request")}
    awaited = {InvitationState.PENDING, InvitationState.INTERESTED, InvitationState.QUOTED}
    if request.state(now) != RequestState.SENT or not states or states & awaited:
        return False
    event = circle(request)
    outbox.tell_enterprise(request, MessageKind.NOBODY_ANSWERED, event=event)
    outbox.tell_office(request, MessageKind.NOBODY_ANSWERED, event=event)
    return True


def circle(request: MatchRequest) -> str:
    """A mark of the set of providers asked, whatever their order."""
    asked = sorted(request.invitations.values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, asked)).encode()).hexdigest()[:16]


# -- once ---------------------------------------------------------------------------------------


def keys_told(kind: MessageKind, rows: QuerySet[Invitation]) -> dict[int, list[str]]:
    """The keys of the messages of a kind, by invitation."""
    found: dict[int, list[str]] = defaultdict(list)
    told = Message.objects.filter(kind=kind, invitation__in=rows.values("pk"))
    for pk, key in told.values_list("invitation_id", "key"):
        found[pk].append(key)
    return found


def deadline_event(row: Invitation) -> str:
    """A deadline that was set anew is reminded of anew."""
    return f"by{row.deadline_at:%Y%m%d}"


def tell_once(row: Invitation, kind: MessageKind, event: str) -> bool:
    """Tell the provider's members; whether anybody was told who was not before."""
    rows = Message.objects.filter(invitation=row, kind=kind)
    before = rows.count()
    outbox.tell_provider(row, kind, event=event)
    return rows.count() > before


def invitation_in_lock(pk: int) -> Invitation | None:
    """The invitation as it is now with its request held; None where it is gone."""
    row = Invitation.objects.filter(pk=pk).select_related("request").first()
    if row is None:
        return None
    request = locked(row.request)
    return request.invitations.filter(pk=pk).first()


def is_near(calendar: WorkCalendar, today: date, day: date) -> bool:
    """Whether it is the working day before that day, or between both, or the day itself."""
    return today <= day and calendar.between(today, day) <= NOTICE_DAYS


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()
