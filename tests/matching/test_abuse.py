"""Robots, floods, repeats: each gets a clear answer and nothing is lost."""

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from providers import abuse
from providers.matching.models import MatchRequest, RequestDraft
from providers.public_forms import KEPT_CHARACTERS
from tests.matching import asking
from tests.pages import provider_of, signed_in

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
    monkeypatch.setattr("providers.matching.asking.views.SUBMISSIONS_AN_HOUR", 1)
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


def test_one_address_begins_a_limited_number_of_drafts(client, monkeypatch):
    cache.clear()
    monkeypatch.setattr("providers.matching.asking.views.DRAFTS_AN_HOUR", 1)
    assert asking.need(client).status_code == 302
    answer = asking.need(Client())
    assert answer.status_code == 429
    assert asking.NEED["sentence"] in answer.content.decode()
    assert RequestDraft.objects.count() == 1


GUESSES = (
    ("request_link", ["0" * 40]),
    ("request_resume", ["0" * 40]),
    ("request_page", ["2222-2222"]),
    ("request_done", ["2222-2222"]),
    ("request_keys", ["2222-2222"]),
    ("request_file", ["2222-2222", str(uuid.UUID(int=7))]),
    ("request_draft_file", [str(uuid.UUID(int=7))]),
)


@pytest.mark.parametrize(("name", "guess"), GUESSES)
def test_a_guessed_address_is_answered_as_one_that_cannot_exist(client, name, guess):
    asking.ask(Client(), asking.offer_of("provider1"))
    answer = client.get(reverse(name, args=guess))
    nonsense = client.get("/requests/no/such/place/")
    assert answer.status_code == nonsense.status_code == 404
    assert "request_" not in " ".join(client.session.keys())


def test_one_provider_neither_reads_nor_answers_what_another_was_asked(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    address = reverse("matching_invitation", args=[request.invitations.get().public_id])
    nowhere = reverse("matching_invitation", args=[uuid.uuid4()])
    rival = signed_in("provider2")
    said = {"answer": "declined", "no-reason": "scope", "no-message": ""}
    assert rival.get(address).status_code == rival.get(nowhere).status_code == 404
    assert rival.post(address, said).status_code == rival.post(nowhere, said).status_code == 404
    assert request.invitations.get().declined_at is None


@pytest.mark.parametrize("deed", ["send", "withdraw", "edit", "leave", "copy"])
def test_a_replayed_form_does_nothing_more(client, deed):
    request = asking.ask(client, asking.offer_of("provider1"))
    address = reverse(f"request_{deed}", args=[request.reference])
    assert client.post(address).status_code == 302
    before = everything_about(request)
    assert client.post(address).status_code in (302, 404)
    assert everything_about(request) == before


def everything_about(request: MatchRequest) -> tuple:
    return (
        MatchRequest.objects.values().get(),
        list(request.events.values()),
        list(request.messages.values("key")),
        RequestDraft.objects.count(),
    )


def test_the_steps_sent_once_more_after_the_request_make_no_second_one(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    for _replay in range(3):
        assert asking.contact(client).url == reverse("request_done", args=[request.reference])
        assert asking.whom(client, asking.offer_of("provider2")).url == reverse("request_new")
    assert MatchRequest.objects.count() == 1
    assert request.invitations.get().provider == provider_of("provider1")


def test_a_megabyte_is_refused_in_words_and_kept_short(client):
    answer = asking.need(client, sentence="长" * 350_000)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"sentence"}
    assert len(asking.draft_of(client).answers("need")["sentence"]) == KEPT_CHARACTERS


def test_what_is_no_text_at_all_gets_an_answer(client):
    """Lone surrogates and bytes that are no UTF-8, as only a program sends them."""
    kind = "application/x-www-form-urlencoded"
    body = "kind=solution&sentence=%ED%A0%80%FF%00&pain_points=%ED%A0%80&industry=%FF"
    assert client.post(reverse("request_new"), body, content_type=kind).status_code == 422
    assert client.get(reverse("request_new")).status_code == 200


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("产线😀👩‍🏭太乱", "产线😀👩‍🏭太乱"),
        ("计划\u202e天天\u2066改\u200f", "计划天天改"),
        ("<script>alert(1)</script>计划", "<script>alert(1)</script>计划"),
        ("𠮷野家的排产", "𠮷野家的排产"),
    ],
)
def test_odd_signs_are_kept_and_shown_as_what_they_are(client, written, read):
    asking.need(client, sentence=written)
    asking.whom(client, asking.offer_of("provider1"))
    asking.contact(client, company="演示\u202e厂", contact_name="王\u202e厂长")
    request = MatchRequest.objects.get()
    assert (request.sentence, request.company, request.contact_name) == (read, "演示厂", "王厂长")
    page = client.get(reverse("request_page", args=[request.reference])).content.decode()
    assert escape(read) in page
    assert "<script>alert" not in page
