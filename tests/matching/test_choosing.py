"""The circle of a request closes: a choice, none suitable, cancelled, or a choice undone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.choosing.deciding import (
    ConsentNeededError,
    cancel_request,
    choose_provider,
    fall_through,
    none_suitable,
)
from providers.matching.lifecycle import MovedOnError, send_now, withdraw_request
from providers.matching.models import (
    Choice,
    EventKind,
    FallReason,
    InvitationState,
    MatchRequest,
    Message,
    MessageKind,
    Quote,
    RequestState,
    Side,
)
from providers.matching.working.carrying_out import agree_criteria, hand_over, set_criteria
from providers.matching.working.contracts import confirm_contract
from tests.matching import asking, replying

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def request_row() -> MatchRequest:
    """Two providers have quoted, a third may still answer; the first may know who asks."""
    request = replying.asked(3, consent=1)
    for place in (0, 1):
        replying.quoted(request, place)
    return request


def invitation(request: MatchRequest, place: int):
    return replying.invitation_of(request, place)


def state(request: MatchRequest) -> RequestState:
    return MatchRequest.objects.get(pk=request.pk).state()


def told(kind: MessageKind, request: MatchRequest) -> set[int]:
    """Which invitations have been told of it."""
    rows = Message.objects.filter(kind=kind, request=request)
    return set(rows.values_list("invitation", flat=True))


def events(request: MatchRequest) -> list[str]:
    return list(request.events.values_list("kind", flat=True))


def test_the_choice_is_kept_with_its_prices_and_both_sides_are_told(request_row):
    chosen, other, silent = (invitation(request_row, place) for place in range(3))
    choice = choose_provider(request_row, chosen, reason="交期短", consents=False)
    listed = chosen.solutions.get()
    assert (choice.listed_min_wan, choice.listed_max_wan) == (
        listed.price_min_wan,
        listed.price_max_wan,
    )
    assert (choice.quoted_min_wan, choice.quoted_max_wan) == (
        chosen.quote.price_min_wan,
        chosen.quote.price_max_wan,
    )
    assert choice.reason == "交期短"
    assert state(request_row) == RequestState.CHOSEN
    assert told(MessageKind.CHOSEN, request_row) == {chosen.pk}
    # Whoever could still answer is told as well; only members of providers have accounts.
    assert told(MessageKind.NOT_CHOSEN, request_row) <= {other.pk, silent.pk}
    assert other.pk in told(MessageKind.NOT_CHOSEN, request_row)
    assert events(request_row)[-1] == EventKind.CHOSEN


def test_a_double_click_finds_the_choice_of_the_first(request_row):
    first = choose_provider(request_row, invitation(request_row, 0), consents=False)
    before = Message.objects.count(), events(request_row)
    assert choose_provider(request_row, invitation(request_row, 0), consents=True) == first
    assert (Message.objects.count(), events(request_row)) == before
    with pytest.raises(MovedOnError):
        choose_provider(request_row, invitation(request_row, 1), consents=True)
    assert Choice.objects.filter(request=request_row).count() == 1


def test_the_database_allows_one_active_choice(request_row):
    choose_provider(request_row, invitation(request_row, 0), consents=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.create(request=request_row, invitation=invitation(request_row, 1))


def test_nobody_is_chosen_who_may_not_know_who_asks(request_row):
    second = invitation(request_row, 1)
    with pytest.raises(ConsentNeededError):
        choose_provider(request_row, second, consents=False)
    assert state(request_row) == RequestState.SENT
    assert second.identity() is None
    choose_provider(request_row, second, consents=True)
    assert invitation(request_row, 1).identity().phone == request_row.phone
    assert EventKind.CONSENT_GIVEN in events(request_row)


def test_those_not_chosen_lose_the_contact_data():
    request = replying.asked(2, consent=2)
    for place in (0, 1):
        replying.quoted(request, place)
    assert invitation(request, 1).identity() is not None
    choose_provider(request, invitation(request, 0), consents=False)
    assert invitation(request, 1).state() == InvitationState.NOT_CHOSEN
    assert invitation(request, 1).identity() is None


def test_only_an_offer_that_stands_can_be_chosen(request_row):
    pending = invitation(request_row, 2)
    with pytest.raises(MovedOnError):
        choose_provider(request_row, pending, consents=True)
    replying.interested(request_row, 2)
    with pytest.raises(MovedOnError):
        choose_provider(request_row, pending, consents=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    Quote.objects.filter(invitation=invitation(request_row, 0)).update(valid_until=yesterday)
    with pytest.raises(MovedOnError):
        choose_provider(request_row, invitation(request_row, 0), consents=True)
    Quote.objects.filter(invitation=invitation(request_row, 1)).update(holds_price=True)
    with pytest.raises(MovedOnError):
        choose_provider(request_row, invitation(request_row, 1), consents=True)
    now = timezone.now()
    MatchRequest.objects.filter(pk=request_row.pk).update(
        phone_verified_at=now, company_verified_at=now
    )
    choose_provider(request_row, invitation(request_row, 1), consents=True)


def test_a_provider_held_by_the_office_is_not_chosen(request_row):
    first = invitation(request_row, 0)
    first.provider.unpublish()
    with pytest.raises(MovedOnError):
        choose_provider(request_row, first, consents=True)


def test_a_public_service_needs_no_quote():
    request = replying.asked(1)
    MatchRequest.objects.filter(pk=request.pk).update(kind="training")
    replying.interested(request)
    choice = choose_provider(request, invitation(request, 0), consents=True)
    assert choice.quoted_min_wan is None


@pytest.mark.parametrize("end", ["withdrawn", "cancelled", "none", "grace"])
def test_out_of_its_time_nothing_is_chosen(request_row, end):
    if end == "grace":
        request = asking.ask(replying.Client(), asking.offer_of("provider1"), phone="13900007777")
        row = request.invitations.get()
    else:
        request, row = request_row, invitation(request_row, 0)
        deeds = {
            "withdrawn": withdraw_request,
            "cancelled": lambda one: cancel_request(one, reason="plans"),
            "none": none_suitable,
        }
        deeds[end](request)
    with pytest.raises(MovedOnError):
        choose_provider(request, row, consents=True)
    assert not Choice.objects.exists()


# -- ended without a choice ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (lambda row: none_suitable(row, note_text="都太贵。"), RequestState.NONE_SUITABLE),
        (
            lambda row: cancel_request(row, reason="funding", note_text="没钱。"),
            RequestState.CANCELLED,
        ),
    ],
)
def test_an_ending_is_told_once_and_takes_the_contact_data_back(request_row, deed, expected):
    deed(request_row)
    row = MatchRequest.objects.get(pk=request_row.pk)
    assert row.state() == expected
    assert row.ending_note
    assert not row.consents.live().exists()
    assert invitation(row, 0).identity() is None
    assert {invitation(row, 0).pk, invitation(row, 1).pk} <= told(MessageKind.REQUEST_ENDED, row)
    before = Message.objects.count(), events(row)
    deed(row)
    assert (Message.objects.count(), events(row)) == before


def test_an_end_leads_nowhere(request_row):
    none_suitable(request_row)
    for deed in (withdraw_request, send_now, lambda row: cancel_request(row, reason="plans")):
        with pytest.raises(MovedOnError):
            deed(request_row)
    assert state(request_row) == RequestState.NONE_SUITABLE


def test_cancelled_after_the_choice_the_chosen_one_is_told(request_row):
    choose_provider(request_row, invitation(request_row, 0), consents=False)
    with pytest.raises(MovedOnError):
        none_suitable(request_row)
    cancel_request(request_row, reason="plans")
    assert told(MessageKind.REQUEST_ENDED, request_row) == {invitation(request_row, 0).pk}
    assert invitation(request_row, 0).state() == InvitationState.CLOSED


def test_under_contract_it_is_not_cancelled(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    confirm_contract(choice, by=replying.user("provider1"), contracted_wan=4)
    with pytest.raises(MovedOnError):
        cancel_request(request_row, reason="plans")
    with pytest.raises(MovedOnError):
        withdraw_request(request_row)


# -- a choice that comes to nothing -------------------------------------------------------------


def test_dropped_by_the_enterprise_it_is_open_again_and_all_is_kept(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    fall_through(choice, side=Side.ENTERPRISE, reason="price", note_text="谈不拢。")
    assert state(request_row) == RequestState.SENT
    assert invitation(request_row, 0).state() == InvitationState.QUOTED
    assert told(MessageKind.FELL_THROUGH, request_row) == {invitation(request_row, 0).pk}
    assert invitation(request_row, 1).pk in told(MessageKind.REQUEST_REOPENED, request_row)
    assert invitation(request_row, 0).pk not in told(MessageKind.REQUEST_REOPENED, request_row)
    second = choose_provider(request_row, invitation(request_row, 1), consents=True)
    assert list(Choice.objects.filter(request=request_row)) == [choice, second]
    assert Choice.objects.get(pk=choice.pk).fall_note == "谈不拢。"


def test_a_provider_that_backs_out_withdraws_its_reply(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    member = replying.user("provider1")
    fall_through(choice, side=Side.PROVIDER, reason="capacity", by=member)
    row = invitation(request_row, 0)
    assert row.state() == InvitationState.WITHDRAWN
    with translation.override(settings.LANGUAGE_CODE):
        assert row.withdrawal_reason == FallReason.CAPACITY.label
    assert row.identity() is None
    fell = Message.objects.get(kind=MessageKind.FELL_THROUGH, request=request_row)
    assert fell.audience == Message.Audience.ENTERPRISE
    event = request_row.events.get(kind=EventKind.FELL_THROUGH)
    assert (event.side, event.user, event.detail) == (Side.PROVIDER, member, "capacity")


def test_it_falls_through_once_and_not_by_the_other_side_as_well(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    fall_through(choice, side=Side.ENTERPRISE, reason="price")
    before = Message.objects.count(), events(request_row)
    fall_through(choice, side=Side.ENTERPRISE, reason="scope")
    assert (Message.objects.count(), events(request_row)) == before
    assert Choice.objects.get(pk=choice.pk).fall_reason == "price"
    with pytest.raises(MovedOnError):
        fall_through(choice, side=Side.PROVIDER, reason="scope", by=replying.user("provider1"))


def test_after_the_hand_over_it_no_longer_falls_through(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    member = replying.user("provider1")
    confirm_contract(choice, by=member, contracted_wan=4)
    set_criteria(choice, side=Side.PROVIDER, lines=["系统上线"], by=member)
    agree_criteria(choice, side=Side.ENTERPRISE)
    hand_over(choice, by=member, message="已上线。")
    with pytest.raises(MovedOnError):
        fall_through(choice, side=Side.ENTERPRISE, reason="price")
    assert state(request_row) == RequestState.HANDED_OVER


def test_a_silent_provider_gets_its_time_anew_when_it_is_open_again(request_row):
    choice = choose_provider(request_row, invitation(request_row, 0), consents=False)
    silent = invitation(request_row, 2)
    type(silent).objects.filter(pk=silent.pk).update(
        deadline_at=choice.chosen_at + timedelta(seconds=1)
    )
    fall_through(choice, side=Side.ENTERPRISE, reason="price")
    assert invitation(request_row, 2).state() == InvitationState.PENDING
    assert invitation(request_row, 2).deadline_at > timezone.now() + timedelta(days=1)


# -- the pages ----------------------------------------------------------------------------------


def address(name: str, request: MatchRequest, *more) -> str:
    return reverse(name, args=[request.reference, *more])


def test_choosing_on_the_page_asks_for_the_consent_unticked(request_row):
    client = asking.open_elsewhere(request_row)
    second = invitation(request_row, 1)
    url = address("request_choose", request_row, second.public_id)
    assert url in client.get(address("request_page", request_row)).content.decode()
    page = client.get(url)
    consent = page.context["form"]["consent"]
    assert "checked" not in str(consent)
    assert second.provider.legal_name in consent.label
    refused = client.post(url, {"reason": "", "read": page.context["form"].mark})
    assert refused.status_code == 422
    stale = client.post(url, {"reason": "", "consent": "on", "read": "0" * 16})
    assert stale.status_code == 422
    assert not Choice.objects.exists()
    data = {"reason": "", "consent": "on", "read": page.context["form"].mark, "version": "1"}
    for _click in range(2):
        assert client.post(url, data).url == address("request_page", request_row)
    assert Choice.objects.get().invitation == second
    shown = client.get(address("request_page", request_row)).content.decode()
    assert address("request_fall", request_row, second.public_id) in shown
    assert url not in shown


def test_a_known_recipient_is_chosen_without_another_tick(request_row):
    client = asking.open_elsewhere(request_row)
    url = address("request_choose", request_row, invitation(request_row, 0).public_id)
    assert "consent" not in client.get(url).context["form"].fields
    assert client.post(url, {"reason": "交期短", "version": "1"}).status_code == 302
    assert Choice.objects.get().reason == "交期短"


@pytest.mark.parametrize("text", ["\x00", "加微信 wang_2024", "字" * 501])
def test_odd_words_get_an_answer(request_row, text):
    client = asking.open_elsewhere(request_row)
    first = invitation(request_row, 0)
    for url, data in (
        (address("request_choose", request_row, first.public_id), {"reason": text}),
        (address("request_none", request_row), {"note_text": text}),
        (address("request_cancel", request_row), {"reason": "plans", "note_text": text}),
    ):
        assert client.post(url, data).status_code == 422
    assert state(request_row) == RequestState.SENT


def test_cancelling_needs_a_reason_of_the_list(request_row):
    client = asking.open_elsewhere(request_row)
    url = address("request_cancel", request_row)
    for data in ({}, {"reason": "nonsense"}, {"reason": "other"}):
        assert client.post(url, data).status_code == 422
    assert state(request_row) == RequestState.SENT
    for _click in range(2):
        assert client.post(url, {"reason": "funding"}).status_code == 302
    assert state(request_row) == RequestState.CANCELLED


def test_a_stale_page_does_not_undo_another_choice(request_row):
    client = asking.open_elsewhere(request_row)
    first, second = invitation(request_row, 0), invitation(request_row, 1)
    choose_provider(request_row, first, consents=True)
    url = address("request_fall", request_row, first.public_id)
    assert client.post(url, {"reason": "price"}).status_code == 302
    choose_provider(request_row, second, consents=True)
    client.post(url, {"reason": "price"})
    assert MatchRequest.objects.get(pk=request_row.pk).active_choice.invitation == second


def test_nothing_of_it_is_there_without_the_code_or_by_get(request_row):
    stranger = replying.Client()
    first = invitation(request_row, 0)
    opened = asking.open_elsewhere(request_row)
    for name, more in (
        ("request_choose", [first.public_id]),
        ("request_fall", [first.public_id]),
        ("request_none", []),
        ("request_cancel", []),
        ("request_widen", []),
    ):
        url = address(name, request_row, *more)
        assert stranger.get(url).status_code == 404
        assert stranger.post(url).status_code == 404
        opened.get(url)
    assert stranger.post(address("request_ask_centre", request_row)).status_code == 404
    assert opened.get(address("request_ask_centre", request_row)).status_code == 405
    assert state(request_row) == RequestState.SENT
    other = replying.asked(1, number=2)
    foreign = address("request_choose", request_row, other.invitations.get().public_id)
    assert opened.get(foreign).status_code == 404
