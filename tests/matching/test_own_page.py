"""What the private link shows, what the access code opens, and what a GET never does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.keys.access import LOCK_TIME, MAX_TRIES
from providers.matching.models import MatchRequest, RequestState
from providers.matching.own_page import views as own
from tests.matching import asking
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("demo_site")
ACTS = ("request_enter", "request_leave", "request_edit", "request_send")


@pytest.fixture
def request_row(client) -> MatchRequest:
    return asking.ask(client, asking.offer_of("provider1"))


def linked(request: MatchRequest) -> Client:
    client = Client()
    assert client.get(reverse("request_link", args=[request.token])).status_code == 200
    return client


def test_the_link_alone_shows_reference_and_state(request_row):
    client = Client()
    answers = [
        client.get(reverse("request_link", args=[request_row.token])),
        client.get(reverse("request_page", args=[request_row.reference])),
    ]
    for answer in answers:
        page = answer.content.decode()
        assert request_row.reference in page
        for secret in (asking.COMPANY, asking.PHONE, asking.NEED["sentence"], "演示西镇"):
            assert secret not in page
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
    assert answers[0]["Referrer-Policy"] == "no-referrer"
    assert "<form" not in answers[0].content.decode().split("<main", 1)[1].split("</main")[0]


def test_the_link_says_in_words_how_many_have_answered(client):
    keys = asking.offer_of("provider1"), asking.offer_of("provider2")
    request = asking.ask_and_send(client, *keys)
    address = reverse("request_link", args=[request.token])
    assert Client().get(address).context["state_words"] == RequestState.SENT.label
    request.invitations.filter(provider=provider_of("provider1")).update(
        declined_at=timezone.now(), decline_reason="scope"
    )
    with translation.override("en"):
        assert own.head_of(request)["state_words"] == "answered: 1 of 2"
    answer = Client().get(address)
    assert answer.context["state_words"] in answer.content.decode()
    assert answer.context["state_words"] != RequestState.SENT.label


def test_the_code_opens_the_request(request_row):
    page = (
        asking.open_elsewhere(request_row)
        .get(reverse("request_page", args=[request_row.reference]))
        .content.decode()
    )
    assert asking.COMPANY in page
    assert asking.PHONE in page


def test_the_code_is_read_as_people_type_it(request_row):
    client = linked(request_row)
    code = request_row.access_code
    wide = f" {code[:4]}－{code[4:]} ".translate({ord("0") + n: ord("０") + n for n in range(10)})
    answer = client.post(reverse("request_enter", args=[request_row.reference]), {"code": wide})
    assert answer.status_code == 302


def test_guessing_the_code_locks_the_request_for_every_browser(request_row):
    enter = reverse("request_enter", args=[request_row.reference])
    wrong = f"{(int(request_row.access_code) + 1) % 10**8:08d}"
    statuses = [linked(request_row).post(enter, {"code": wrong}).status_code for _try in range(5)]
    assert statuses == [422] * (MAX_TRIES - 1) + [429]
    right = {"code": request_row.access_code}
    assert linked(request_row).post(enter, right).status_code == 429
    MatchRequest.objects.update(code_locked_until=timezone.now() - timedelta(seconds=1))
    assert linked(request_row).post(enter, right).status_code == 302
    assert timedelta(minutes=15) == LOCK_TIME


@pytest.mark.parametrize("code", ["", "\x00", "x" * 9000, "　", "¹²³"])
def test_odd_codes_get_an_answer(request_row, code):
    answer = linked(request_row).post(
        reverse("request_enter", args=[request_row.reference]), {"code": code}
    )
    assert answer.status_code == 422


def test_without_link_nothing_of_a_reference_exists(request_row):
    stranger = Client()
    for reference in (request_row.reference, "2222-2222"):
        assert stranger.get(reverse("request_page", args=[reference])).status_code == 404
        enter = reverse("request_enter", args=[reference])
        assert stranger.post(enter, {"code": request_row.access_code}).status_code == 404
    assert stranger.get("/requests/" + "0" * 40 + "/").status_code == 404
    assert stranger.get("/requests/%00/").status_code == 404


def test_acts_need_the_code_and_a_post(request_row, client):
    before = MatchRequest.objects.values().get()
    holder = linked(request_row)
    for name in ACTS:
        address = reverse(name, args=[request_row.reference])
        assert client.get(address).status_code == 405
        if name not in ("request_enter", "request_leave"):
            assert holder.post(address).status_code == 404
    withdraw = reverse("request_withdraw", args=[request_row.reference])
    assert client.get(withdraw).status_code == 200
    assert holder.post(withdraw).status_code == 404
    assert MatchRequest.objects.values().get() == before


def test_it_waits_ten_minutes_and_can_be_sent_at_once(request_row, client):
    assert request_row.sends_at - request_row.submitted_at == timedelta(minutes=10)
    assert request_row.state() == RequestState.SUBMITTED
    assert request_row.state(request_row.sends_at) == RequestState.SENT
    client.post(reverse("request_send", args=[request_row.reference]))
    request_row.refresh_from_db()
    assert request_row.state() == RequestState.SENT
    assert request_row.announced_at


def test_the_grace_period_is_a_setting(client, settings):
    settings.REQUEST_GRACE_MINUTES = 0
    assert asking.ask(client, asking.offer_of("provider1")).state() == RequestState.SENT


def test_sent_requests_are_no_longer_edited(request_row, client):
    client.post(reverse("request_send", args=[request_row.reference]))
    answer = client.post(reverse("request_edit", args=[request_row.reference]))
    assert answer.url == reverse("request_page", args=[request_row.reference])
    request_row.refresh_from_db()
    assert request_row.reopened_at is None


def test_closing_it_in_this_browser(request_row, client):
    page = reverse("request_page", args=[request_row.reference])
    assert client.get(page).status_code == 200
    client.post(reverse("request_leave", args=[request_row.reference]))
    assert client.get(page).status_code == 404


def test_closed_just_after_sending_it_stays_closed(request_row, client):
    client.post(reverse("request_leave", args=[request_row.reference]))
    done = reverse("request_done", args=[request_row.reference])
    assert client.get(done).status_code == 404
    assert client.get(reverse("request_contact")).url == reverse("request_new")


def test_a_new_salt_ends_link_code_and_sessions(request_row, client):
    MatchRequest.objects.update(key_salt="f" * 32)
    page = reverse("request_page", args=[request_row.reference])
    assert client.get(page).status_code == 404


def test_references_tell_nothing(client):
    references = {
        asking.ask(
            Client(), asking.offer_of("provider1"), phone=f"1390000{n}", company=f"演示公司{n}"
        ).reference
        for n in (1000, 2000)
    }
    assert all(re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", reference) for reference in references)
