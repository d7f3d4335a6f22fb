"""Many who choose at the same moment, and choices that race with other acts, on PostgreSQL.

Run by ``make test-postgresql``; SQLite lets one transaction write at a time, so there is no race.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from providers.matching.choosing.deciding import cancel_request, choose_provider, fall_through
from providers.matching.choosing.widening import proposals_left, widen
from providers.matching.lifecycle import MovedOnError, withdraw_request
from providers.matching.models import (
    CancelReason,
    Choice,
    EventKind,
    FallReason,
    Invitation,
    MatchRequest,
    Message,
    MessageKind,
    RequestEvent,
    RequestState,
    Side,
)
from providers.matching.working.carrying_out import close_silent, confirm_work
from providers.matching.working.contracts import confirm_contract
from tests.matching import replying, working
from tests.matching.test_races import all_at_once, on_postgresql

__all__ = ["on_postgresql"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo_site"),
    pytest.mark.usefixtures("on_postgresql"),
]
AT_ONCE = 50
ROUNDS = 6


def outcome(act: Callable[[], object]) -> object:
    """What an act returned, or that it came too late; anything else is a failure of the test."""
    try:
        return act()
    except MovedOnError:
        return MovedOnError


def choosing(request: MatchRequest, invitation: Invitation) -> Callable[[], object]:
    return lambda: outcome(lambda: choose_provider(request, invitation, consents=True))


def with_quotes(places: int = 2, number: int = 1) -> tuple[MatchRequest, list[Invitation]]:
    cache.clear()
    request = replying.asked(places, consent=places, number=number)
    return request, [replying.quoted(request, place) for place in range(places)]


def kinds_of(request: MatchRequest) -> list[str]:
    return list(RequestEvent.objects.filter(request=request).values_list("kind", flat=True))


def test_of_50_choices_at_once_on_one_request_one_stands():
    request, quoted = with_quotes()
    told = all_at_once([choosing(request, quoted[turn % 2]) for turn in range(AT_ONCE)])
    chosen = Choice.objects.get(request=request)
    right = [row for row in told if row != MovedOnError]
    assert len(right) == AT_ONCE // 2
    assert {row.pk for row in right} == {chosen.pk}
    assert kinds_of(request).count(EventKind.CHOSEN) == 1
    messages = Message.objects.filter(request=request, kind=MessageKind.CHOSEN)
    assert {row.invitation_id for row in messages} == {chosen.invitation_id}
    assert messages.values("user").distinct().count() == messages.count() > 0
    others = Message.objects.filter(request=request, kind=MessageKind.NOT_CHOSEN)
    assert {row.invitation_id for row in others} <= {
        row.pk for row in quoted if row.pk != chosen.invitation_id
    }


def test_of_50_requests_chosen_on_at_once_none_is_lost_and_none_doubled():
    pairs = [with_quotes(1, number) for number in range(AT_ONCE)]
    acts = [choosing(request, quoted[0]) for request, quoted in pairs for _click in range(2)]
    told = all_at_once(acts)
    assert MovedOnError not in told
    requests = [request.pk for request, _quoted in pairs]
    made = Choice.objects.filter(request__in=requests)
    assert made.count() == made.values("request").distinct().count() == AT_ONCE
    events = RequestEvent.objects.filter(request__in=requests, kind=EventKind.CHOSEN)
    assert events.count() == AT_ONCE


@pytest.mark.parametrize("act", ["withdraw", "cancel", "widen"])
def test_a_choice_and_another_act_have_an_order(act):
    """Whichever came first, the other one either fits after it or is refused."""
    for turn in range(ROUNDS):
        request, quoted = with_quotes(2, number=turn)
        further = proposals_left(request).items[:1]
        others: dict[str, Callable[[], object]] = {
            "withdraw": lambda request=request: withdraw_request(request),
            "cancel": lambda request=request: cancel_request(request, reason=CancelReason.PLANS),
            "widen": lambda request=request, further=further: widen(request, further, set()),
        }
        all_at_once(
            [
                choosing(request, quoted[0]),
                lambda others=others: outcome(others[act]),
                choosing(request, quoted[1]),
            ]
        )
        kinds = kinds_of(request)
        late = {"withdraw": EventKind.WITHDRAWN, "cancel": EventKind.CANCELLED}.get(act)
        if late:
            # Both are allowed after a choice; no choice is allowed after them.
            assert kinds[-1] == late
        elif EventKind.INVITED in kinds:
            assert kinds.index(EventKind.INVITED) < kinds.index(EventKind.CHOSEN)
        assert Choice.objects.active().filter(request=request).count() <= 1


def test_a_choice_does_not_fall_through_and_get_confirmed_at_once():
    for _turn in range(ROUNDS):
        choice = working.chosen()
        all_at_once(
            [
                lambda choice=choice: outcome(
                    lambda: fall_through(choice, side=Side.ENTERPRISE, reason=FallReason.CHANGED)
                ),
                lambda choice=choice: outcome(
                    lambda: confirm_contract(choice, by=working.member(), contracted_wan=3)
                ),
            ]
        )
        kinds = kinds_of(choice.request)
        assert kinds[-1] == EventKind.FELL_THROUGH
        assert MatchRequest.objects.get(pk=choice.request_id).state() == RequestState.SENT


def test_work_is_confirmed_or_closed_by_the_clock_and_never_both():
    for _turn in range(ROUNDS):
        choice = working.handed_over()
        terms = timezone.now() + timedelta(days=60)
        close_silent(terms)
        all_at_once(
            [
                lambda choice=choice: outcome(lambda: confirm_work(choice)),
                lambda terms=terms: close_silent(terms + timedelta(days=60)),
            ]
        )
        row = working.fresh(choice)
        assert bool(row.accepted_at) != bool(row.unconfirmed_at)
