"""The enterprise asks further providers: at most three live, by its own click, with consent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from providers.matching.advising.proposing import Pick, propose, take_proposals
from providers.matching.answering.pauses import pause_inbox
from providers.matching.answering.questions import answer_question, answered_questions, ask_question
from providers.matching.choosing.deciding import cancel_request, choose_provider
from providers.matching.choosing.forms import consent_value
from providers.matching.choosing.widening import free_places, proposals_left, widen
from providers.matching.lifecycle import (
    MAX_PROVIDERS,
    MovedOnError,
    announce_due_requests,
    answer_by,
)
from providers.matching.models import (
    EventKind,
    InvitationState,
    MatchRequest,
    Message,
    MessageKind,
)
from providers.models import ProviderPage
from tests.matching import asking, replying

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def request_row() -> MatchRequest:
    return replying.asked(2)


def one_more(request: MatchRequest):
    return proposals_left(request).items[0]


def address_of(request: MatchRequest) -> str:
    return reverse("request_widen", args=[request.reference])


def test_whoever_was_asked_is_not_proposed_again(request_row):
    asked = set(request_row.invitations.values_list("provider", flat=True))
    left = proposals_left(request_row).items
    assert left
    assert not asked & {proposal.provider.pk for proposal in left}
    totals = [proposal.total for proposal in left]
    assert totals == sorted(totals, reverse=True)


def test_asked_by_a_click_and_once(request_row):
    browser = asking.open_elsewhere(request_row)
    page = browser.get(address_of(request_row))
    proposal = one_more(request_row)
    assert page.context["form"]["consent"].value() in (None, [])
    for _click in range(2):
        answer = browser.post(address_of(request_row), {"choose": [proposal.key]})
        assert answer.status_code == 302
    invitation = request_row.invitations.get(provider=proposal.provider)
    assert invitation.deadline_at > timezone.now()
    assert invitation.identity() is None
    assert request_row.events.filter(kind=EventKind.INVITED).count() == 1
    told = Message.objects.filter(invitation=invitation, kind=MessageKind.INVITED)
    assert told.count() == told.values("user").distinct().count()


def test_a_consent_ticked_is_given_and_a_stale_one_is_not(request_row):
    browser = asking.open_elsewhere(request_row)
    proposal = one_more(request_row)
    ticked = consent_value(proposal.provider, proposal.provider_key)
    ProviderPage.objects.filter(pk=proposal.provider.pk).update(public_phone="0797-5300999")
    data = {"choose": [proposal.key], "consent": [ticked]}
    assert browser.post(address_of(request_row), data).status_code == 422
    assert not request_row.invitations.filter(provider=proposal.provider).exists()
    proposal.provider.refresh_from_db()
    data["consent"] = [consent_value(proposal.provider, proposal.provider_key)]
    assert browser.post(address_of(request_row), data).status_code == 302
    assert request_row.invitations.get(provider=proposal.provider).identity().company


def test_three_at_most_are_live(request_row):
    of_others: dict[int, object] = {}
    for proposal in proposals_left(request_row).items:
        of_others.setdefault(proposal.provider.pk, proposal)
    two = list(of_others.values())[:2]
    with pytest.raises(MovedOnError):
        widen(request_row, two, set())
    assert request_row.invitations.count() == 2
    widen(request_row, two[:1], set())
    assert free_places(request_row) == 0
    assert request_row.invitations.count() == MAX_PROVIDERS
    with pytest.raises(MovedOnError):
        widen(request_row, two[1:], set())
    request_row.invitations.filter(provider=two[0].provider).update(
        declined_at=timezone.now(), decline_reason="scope"
    )
    widen(request_row, two[1:], set())
    assert request_row.invitations.count() == MAX_PROVIDERS + 1


def test_an_unknown_offer_asks_nobody(request_row):
    browser = asking.open_elsewhere(request_row)
    answer = browser.post(address_of(request_row), {"choose": ["no-such/offer", "\x00"]})
    assert answer.status_code == 422
    assert request_row.invitations.count() == 2


def test_a_provider_that_closed_its_inbox_is_not_asked_through_a_proposal(request_row):
    proposal = one_more(request_row)
    bureau = replying.user("bureau")
    MatchRequest.objects.update(wants_advice=True)
    advice = propose(request_row, [Pick(proposal.provider, "合适")], by=bureau)[0]
    until = timezone.localdate() + timedelta(days=30)
    pause_inbox(proposal.provider, by=bureau, until=until)
    with pytest.raises(MovedOnError):
        take_proposals(request_row, {advice.pk: False})
    assert not request_row.invitations.filter(provider=proposal.provider).exists()


def test_who_is_out_of_the_matter_reads_and_knows_no_more():
    request = replying.asked(2, consent=2)
    first, second = (replying.invitation_of(request, place) for place in (0, 1))
    question = ask_question(first, by=replying.user("provider1"), text="几条产线？")
    answer_question(request, question, text="三条。")
    assert list(answered_questions(second)) == [question]
    assert second.identity()
    request.invitations.filter(pk=second.pk).update(deadline_at=timezone.now() - timedelta(days=1))
    late = replying.invitation_of(request, 1)
    assert late.state() == InvitationState.EXPIRED
    assert late.identity() is None
    assert not answered_questions(late).exists()
    assert answered_questions(replying.invitation_of(request, 0)).exists()


def test_whoever_knew_who_asks_is_told_of_an_end():
    request = replying.asked(2, consent=1)
    request.invitations.update(declined_at=timezone.now(), decline_reason="scope")
    cancel_request(request, reason="plans")
    told = Message.objects.filter(request=request, kind=MessageKind.REQUEST_ENDED)
    knew = replying.invitation_of(request, 0)
    assert set(told.values_list("invitation", flat=True)) == {knew.pk}


def test_chosen_before_the_clock_came_round_it_is_announced_once_and_to_nobody():
    request = replying.asked(1, consent=1)
    replying.quoted(request, 0)
    choose_provider(request, replying.invitation_of(request, 0), consents=True)
    MatchRequest.objects.update(announced_at=None)
    told = Message.objects.filter(kind=MessageKind.INVITED).count()
    announce_due_requests()
    assert MatchRequest.objects.get().announced_at
    assert Message.objects.filter(kind=MessageKind.INVITED).count() == told


def test_deadlines_are_those_of_beijing_wherever_the_officer_is():
    sent_at = timezone.now()
    here = answer_by(sent_at)
    for zone in ("America/New_York", "Pacific/Auckland"):
        with timezone.override(zone):
            assert answer_by(sent_at) == here
