"""Robots, floods, repeats: each gets a clear answer and nothing is lost."""

import pytest
from django.core.cache import cache
from django.test import Client

from providers import abuse
from providers.matching.models import MatchRequest
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")
USCC = "91990000MA0YX00180"


def ready(client: Client) -> Client:
    cache.clear()
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    return client


def test_a_robot_that_fills_the_hidden_field_sends_nothing(client):
    assert asking.contact(ready(client), homepage="x").status_code == 422
    assert not MatchRequest.objects.exists()


def test_faster_than_people_sends_nothing_and_keeps_the_answers(client, settings):
    settings.REQUEST_MIN_SECONDS = 60
    answer = asking.contact(ready(client))
    assert answer.status_code == 422
    assert asking.COMPANY in answer.content.decode()
    assert not MatchRequest.objects.exists()


def test_a_flood_from_one_address_meets_a_friendly_limit(client, monkeypatch):
    monkeypatch.setattr("providers.matching.views.steps.SUBMISSIONS_AN_HOUR", 1)
    asking.contact(ready(client))
    other = Client()
    asking.need(other)
    asking.whom(other, asking.offer_of("provider1"))
    answer = asking.contact(other, phone="13900005555", company="演示另一家公司")
    assert answer.status_code == 429
    assert "演示另一家公司" in answer.content.decode()
    assert asking.draft_of(other).answers("contact")["phone"] == "13900005555"
    assert MatchRequest.objects.count() == 1


def test_the_address_behind_trusted_proxies_counts(rf, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 7.7.7.7", REMOTE_ADDR="10.0.0.1")
    assert abuse.client_address(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert abuse.client_address(request) == "7.7.7.7"


@pytest.mark.parametrize(
    "again",
    [
        {"company": "演示 五金（赣州）有限公司"},
        {"company": "演示五金(赣州)有限公司"},
        {"company": "演示别名公司", "uscc": USCC.lower()},
    ],
)
def test_the_same_request_twice_is_asked_about_and_sent_on_demand(client, again):
    first = {"company": "演示五金（赣州）有限公司", "uscc": USCC, "phone": "0797-5300000"}
    asking.ask(client, asking.offer_of("provider1"), **first)
    other = ready(Client())
    again = {**again, "phone": "07975300000"}
    assert asking.contact(other, **again).status_code == 409
    assert MatchRequest.objects.count() == 1
    assert asking.contact(other, **again, send_anyway="1").status_code == 302
    assert MatchRequest.objects.count() == 2


@pytest.mark.parametrize(
    "guess",
    [
        {"phone": "13900007777"},
        {"phone": "13900007777", "uscc": USCC},
        {"company": "演示别名公司", "uscc": ""},
    ],
)
def test_the_warning_does_not_tell_a_stranger_who_has_asked(client, guess):
    asking.ask(client, asking.offer_of("provider1"), uscc=USCC)
    assert asking.contact(ready(Client()), **guess).status_code == 302


@pytest.mark.parametrize(
    ("addresses", "passed"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], False),
        (["2001:db8:1:2::1", "2001:db8:1:3::1"], True),
        (["192.0.2.1", "::ffff:192.0.2.1"], False),
        (["192.0.2.1", "192.0.2.2"], True),
        (["unix:", "unix:"], False),
    ],
)
def test_one_connection_counts_as_one_address(rf, addresses, passed):
    cache.clear()
    answers = [
        abuse.within_limit(rf.get("/", REMOTE_ADDR=address), "test", 1) for address in addresses
    ]
    assert answers == [True, passed]


def test_another_problem_of_the_same_company_is_no_duplicate(client):
    asking.ask(client, asking.offer_of("provider1"))
    other = Client()
    asking.need(other, pain_points=["energy_cost"])
    asking.whom(other, asking.offer_of("provider1"))
    assert asking.contact(other).status_code == 302


@pytest.mark.parametrize("field", ["company", "contact_name"])
def test_contact_data_in_free_text_are_refused(client, field):
    answer = asking.contact(ready(client), **{field: "看 www.example.com"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "phone",
    ["13900001234", "139 0000 1234", "１３９００００１２３４", "0797-5300000", "+8613900001234"],
)
def test_phones_as_people_write_them(client, phone):
    assert asking.contact(ready(client), phone=phone).status_code == 302


@pytest.mark.parametrize("uscc", ["91990000MA0YX0016Q", "123", "91990000ma0yx0016i"])
def test_wrong_credit_codes_are_named(client, uscc):
    answer = asking.contact(ready(client), uscc=uscc)
    assert "uscc" in answer.context["form"].errors
