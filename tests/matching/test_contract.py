"""The chosen provider confirms the contract, or lets the choice fall through; the reminder."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import SolutionPage
from catalog.workdays import WorkCalendar
from providers.matching.lifecycle import MovedOnError, withdraw_request
from providers.matching.models import MatchingTerms, MessageKind, RequestState
from providers.matching.working.contracts import (
    CRITERION_LENGTH,
    MAX_CRITERIA,
    confirm_by,
    confirm_contract,
    remind_to_confirm,
)
from tests.matching import working
from tests.matching.working import fresh, told
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
PRICE = Decimal("3.60")


def listed(choice, text: str) -> None:
    SolutionPage.objects.filter(pk__in=choice.invitation.solutions.values("pk")).update(
        acceptance_criteria=text
    )


def test_the_contract_keeps_its_price_and_copies_the_listings_criteria():
    choice = working.chosen()
    listed(choice, "第一条\n\n 第二条 \n第一条\n")
    confirm_contract(choice, by=working.member(), contracted_wan=PRICE)
    choice = fresh(choice)
    assert choice.request.state() == RequestState.CONTRACTED
    assert (choice.contracted_wan, choice.contracted_by) == (PRICE, working.member())
    assert [line.text for line in choice.criteria.all()] == ["第一条", "第二条"]
    assert choice.provider_agreed_at
    assert not choice.enterprise_agreed_at
    assert told(choice, MessageKind.CONTRACTED, "enterprise") == 1


def test_nothing_of_a_long_listing_breaks_the_contract():
    choice = working.chosen()
    listed(choice, "长" * (CRITERION_LENGTH + 5) + "\n" + "\n".join(map(str, range(99))))
    confirm_contract(choice, by=working.member(), contracted_wan=PRICE)
    lines = [line.text for line in choice.criteria.all()]
    assert len(lines) == MAX_CRITERIA
    assert "".join(lines[:2]) == "长" * (CRITERION_LENGTH + 5)


def test_without_criteria_in_the_listing_nobody_has_agreed():
    choice = working.chosen()
    listed(choice, "")
    confirm_contract(choice, by=working.member(), contracted_wan=PRICE)
    choice = fresh(choice)
    assert not choice.criteria.exists()
    assert choice.provider_agreed_at is None


def test_a_second_click_confirms_nothing_anew_and_another_price_is_refused():
    choice = working.chosen()
    confirm_contract(choice, by=working.member(), contracted_wan=PRICE)
    first = fresh(choice)
    confirm_contract(choice, by=working.member(), contracted_wan=PRICE)
    assert fresh(choice).contracted_at == first.contracted_at
    assert told(choice, MessageKind.CONTRACTED, "enterprise") == 1
    with pytest.raises(MovedOnError):
        confirm_contract(choice, by=working.member(), contracted_wan=Decimal(9))
    assert fresh(choice).contracted_wan == PRICE


def test_a_withdrawn_request_takes_no_contract():
    choice = working.chosen()
    withdraw_request(choice.request)
    with pytest.raises(MovedOnError):
        confirm_contract(choice, by=working.member(), contracted_wan=PRICE)


def test_the_provider_is_reminded_once_when_its_working_days_have_passed():
    choice = working.chosen()
    days = MatchingTerms.current().confirm_days
    deadline = confirm_by(choice, WorkCalendar.current(), days)
    assert remind_to_confirm(deadline - timedelta(seconds=1)) == 0
    late = deadline + timedelta(seconds=1)
    assert [remind_to_confirm(late), remind_to_confirm(late)] == [1, 0]
    kind = MessageKind.CONFIRM_REMINDER
    assert told(choice, kind, "provider") == 1
    assert told(choice, kind, "enterprise") == 1
    assert told(choice, kind, "office") > 0


def test_who_has_confirmed_or_withdrawn_is_not_reminded():
    later = timezone.now() + timedelta(days=60)
    working.contracted()
    withdrawn = working.chosen(username="provider2")
    withdraw_request(withdrawn.request)
    assert remind_to_confirm(later) == 0


def test_the_provider_confirms_in_its_back_office():
    choice = working.chosen()
    client, address = signed_in("provider1"), working.work_address(choice)
    wrong = client.post(address, {"deed": "contract", "contract-contracted_wan": "-1"})
    assert wrong.status_code == 422
    client.post(address, {"deed": "contract", "contract-contracted_wan": "3.60"})
    assert fresh(choice).contracted_wan == PRICE


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e9", "", "\x00", "1.234", "9" * 400])
def test_no_odd_price_is_taken(price):
    choice = working.chosen()
    answer = signed_in("provider1").post(
        working.work_address(choice), {"deed": "contract", "contract-contracted_wan": price}
    )
    assert answer.status_code == 422
    assert fresh(choice).contracted_at is None


def test_the_provider_lets_the_choice_fall_through_with_a_reason():
    choice = working.chosen()
    client, address = signed_in("provider1"), working.work_address(choice)
    assert client.post(address, {"deed": "fall", "fall-reason": "other"}).status_code == 422
    client.post(address, {"deed": "fall", "fall-reason": "capacity", "fall-note": "排期已满"})
    choice = fresh(choice)
    assert (choice.fall_reason, choice.fall_note, choice.fell_by) == (
        "capacity",
        "排期已满",
        "provider",
    )
    assert choice.request.state() == RequestState.SENT
    assert client.get(address).status_code == 404


def test_another_providers_work_does_not_exist():
    choice = working.contracted()
    client, address = signed_in("provider2"), working.work_address(choice)
    nobodys = reverse("matching_work", args=[uuid.uuid4()])
    for answer in (client.get(address), client.post(address, {"deed": "hand_over"})):
        assert answer.status_code == 404
    assert page_text(client.get(address)).replace(address, "") == page_text(
        client.get(nobodys)
    ).replace(nobodys, "")
