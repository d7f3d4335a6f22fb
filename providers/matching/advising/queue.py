"""Requests that wait for the centre's proposals, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from catalog.workdays import WorkCalendar
from providers.matching.models import (
    Advice,
    Choice,
    Invitation,
    MatchingTerms,
    MatchRequest,
    Message,
    MessageKind,
)


def advice_wanted(at: datetime | None = None) -> QuerySet:
    """Sent requests for which the centre has to propose providers, with ``advice_asked_at``.

    Those that asked for it and were not advised since, and those whose proposals came to nothing:
    no proposal waits, and no provider asked has still to answer or has said that it is interested.
    """
    at = at or timezone.now()
    of_request = {"request": OuterRef("pk")}
    advice = Advice.objects.filter(**of_request)
    live = Invitation.objects.filter(
        Q(interested_at__isnull=False) | Q(deadline_at__gte=at),
        declined_at=None,
        withdrawn_at=None,
        **of_request,
    )
    asked_anew = Message.objects.filter(
        kind=MessageKind.ADVICE_WANTED,
        created_at__gt=Subquery(
            Advice.objects.filter(request=OuterRef("request"))
            .order_by("-given_at")
            .values("given_at")[:1]
        ),
        request=OuterRef("pk"),
    )
    unadvised = ~Exists(advice) | ~Exists(live) | Exists(asked_anew)
    return with_asked_at(
        MatchRequest.objects.due(at)
        .not_given_up()
        .filter(unadvised, wants_advice=True, erased_at=None)
        .exclude(Exists(advice.open()))
        .exclude(Exists(Choice.objects.active().filter(**of_request)))
    ).order_by("advice_asked_at", "reference")


def with_asked_at(requests: QuerySet) -> QuerySet:
    """Annotates since when the centre owes proposals: sent, asked anew, or all were refused."""
    wanted = Q(messages__kind=MessageKind.ADVICE_WANTED)
    return requests.annotate(
        advice_asked_at=Greatest(
            "sends_at",
            Coalesce(Max("messages__created_at", filter=wanted), "sends_at"),
            Coalesce(Max("advice__refused_at"), "sends_at"),
        )
    )


def asked_at(request: MatchRequest) -> datetime:
    """Since when the centre owes this request its proposals."""
    return with_asked_at(MatchRequest.objects.filter(pk=request.pk)).get().advice_asked_at


@dataclass(frozen=True)
class AdviceClock:
    """Until when the centre proposes: calendar and days, read once for a list."""

    calendar: WorkCalendar
    days: int

    @classmethod
    def current(cls) -> AdviceClock:
        return cls(WorkCalendar.current(), MatchingTerms.current().advice_days)

    def due(self, asked_at: datetime) -> datetime:
        """The end of the target time, in UTC (working days)."""
        return self.calendar.deadline(asked_at, self.days)

    def age(self, asked_at: datetime) -> int:
        """Working days since it was asked."""
        return self.calendar.between(timezone.localdate(asked_at), timezone.localdate())
