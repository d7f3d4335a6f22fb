"""The demonstration's requests: each in the state that its story leads to."""

import pytest
from django.urls import reverse

from marketplace.demo.requests import load_requests
from providers.matching.advising.queue import advice_wanted
from providers.matching.models import (
    CallBack,
    InvitationState,
    MatchRequest,
    Rating,
    RequestState,
    Turn,
)

pytestmark = pytest.mark.usefixtures("demo_site")


def states(reference: str) -> set[str]:
    request = MatchRequest.objects.get(reference=reference)
    return {invitation.state() for invitation in request.invitations.all()}


def test_every_state_is_shown_once():
    shown = load_requests()
    assert len(shown) == 6
    assert states("DEMQ-2222") == {InvitationState.PENDING}
    assert states("DEMQ-3333") == {InvitationState.QUOTED}
    assert states("DEMQ-6666") == {InvitationState.EXPIRED}
    of = {row.reference: row for row in MatchRequest.objects.all()}
    assert of["DEMQ-4444"].state() == RequestState.CONTRACTED
    assert of["DEMQ-5555"].state() == RequestState.CONFIRMED
    assert of["DEMQ-6666"].turn() == Turn.NOBODY
    assert list(advice_wanted()) == [of["DEMQ-7777"]]
    assert Rating.objects.get().choice.request == of["DEMQ-5555"]
    assert CallBack.objects.open().count() == 1


def test_each_is_opened_by_the_code_that_is_printed(client):
    for item in load_requests():
        data = {"reference": item.reference, "code": item.code}
        assert client.post(reverse("request_find"), data).status_code == 302


def test_what_happened_happened_in_order():
    load_requests()
    for request in MatchRequest.objects.all():
        moments = [event.at for event in request.events.order_by("pk")]
        assert moments == sorted(moments)
        assert request.sends_at <= moments[-1]
