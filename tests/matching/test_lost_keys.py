"""Link or code lost: a one-time code by phone or e-mail, and nothing told to who guesses."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.keys.recovery import CODES_AN_HOUR, MAX_TRIES
from providers.matching.keys.views import ask_for_code
from providers.matching.models import MatchRequest, OneTimeCode
from providers.matching.models.recovery import ONE_TIME_LIFE, ONE_TIME_RETENTION
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")
EMAIL = "factory@example.com"


class Gateway:
    """A gateway for text messages that reaches phones."""

    sent: list[tuple[str, str]] = []

    def send(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))


class BrokenGateway:
    def send(self, phone: str, text: str) -> None:
        raise ConnectionError(f"no answer for {phone}")


@pytest.fixture
def phones(settings) -> list[tuple[str, str]]:
    settings.SMS_GATEWAY = f"{__name__}.Gateway"
    Gateway.sent = []
    return Gateway.sent


@pytest.fixture
def request_row(client) -> MatchRequest:
    return asking.ask_and_send(client, asking.offer_of("provider1"))


def page(request: MatchRequest) -> str:
    return reverse("request_page", args=[request.reference])


def ask(client: Client, reference: str, phone: str = asking.PHONE):
    cache.clear()
    return client.post(reverse("request_lost"), {"reference": reference, "phone": phone})


def enter(client: Client, code: str):
    return client.post(reverse("request_lost_code"), {"code": code})


def code_in(text: str) -> str:
    return re.search(r"\d{6}", text)[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_goes_to_the_stored_phone_and_opens_the_request(phones, request_row):
    lost = Client()
    answer = ask(lost, request_row.reference.lower().replace("-", " "), "139 0000 1234")
    assert answer.url == reverse("request_lost_code")
    ((phone, text),) = phones
    assert phone == asking.PHONE
    assert request_row.reference in text
    code = code_in(text.replace(request_row.reference, ""))
    assert enter(lost, wrong(code)).status_code == 422
    assert lost.get(page(request_row)).status_code == 404
    assert enter(lost, code).url == reverse("request_keys", args=[request_row.reference])
    assert asking.COMPANY in lost.get(page(request_row)).content.decode()
    assert code not in repr(OneTimeCode.objects.values().get())
    assert mail.outbox == []


def test_what_was_typed_is_looked_up_when_the_answer_has_gone_out(rf, phones, request_row):
    http = rf.post("/")
    http.session = {}
    answer = ask_for_code(http, request_row.reference, asking.PHONE)
    assert not OneTimeCode.objects.exists()
    for _close in range(2):
        answer.close()
        assert len(phones) == 1


def test_by_e_mail_where_no_text_message_arrives(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"), email=EMAIL)
    mail.outbox.clear()
    lost = Client()
    ask(lost, request.reference)
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert enter(lost, code_in(letter.body.replace(request.reference, ""))).status_code == 302


def test_a_gateway_that_fails_is_told_without_the_number_and_e_mail_helps(client, settings, caplog):
    request = asking.ask_and_send(client, asking.offer_of("provider1"), email=EMAIL)
    mail.outbox.clear()
    settings.SMS_GATEWAY = f"{__name__}.BrokenGateway"
    assert ask(Client(), request.reference).status_code == 302
    assert len(mail.outbox) == 1
    assert "ConnectionError" in caplog.text
    assert asking.PHONE not in caplog.text


@pytest.mark.parametrize(
    ("reference", "phone"),
    [("2222-2222", asking.PHONE), ("own", "13900009999"), ("own", "0797-5300000")],
)
def test_answers_do_not_tell_what_exists(phones, request_row, reference, phone):
    right, guess = Client(), Client()
    asked = ask(right, request_row.reference)
    guessed = ask(guess, request_row.reference if reference == "own" else reference, phone)
    assert (asked.status_code, asked.url) == (guessed.status_code, guessed.url)
    assert len(phones) == 1
    code = code_in(phones[0][1].replace(request_row.reference, ""))
    pages = [
        re.sub(r'value="[^"]{20,}"', "", enter(who, wrong(code)).content.decode())
        for who in (right, guess)
    ]
    assert pages[0] == pages[1]
    assert enter(guess, code).status_code == 422
    assert enter(right, code).status_code == 302


def test_a_code_is_tried_five_times_and_opens_once(phones, request_row):
    lost = Client()
    ask(lost, request_row.reference)
    code = code_in(phones[0][1].replace(request_row.reference, ""))
    for _try in range(MAX_TRIES):
        assert enter(lost, wrong(code)).status_code == 422
    assert enter(lost, code).status_code == 422
    ask(lost, request_row.reference)
    code = code_in(phones[1][1].replace(request_row.reference, ""))
    secret = lost.session["request_recovery"]
    assert enter(lost, code).status_code == 302
    session = lost.session
    session["request_recovery"] = secret
    session.save()
    assert enter(lost, code).status_code == 422


def test_a_code_lives_ten_minutes_and_in_its_own_browser(phones, request_row):
    lost, other = Client(), Client()
    ask(lost, request_row.reference)
    ask(other, "2222-2222")
    code = code_in(phones[0][1].replace(request_row.reference, ""))
    assert enter(other, code).status_code == 422
    assert enter(Client(), code).url == reverse("request_lost")
    OneTimeCode.objects.update(made_at=timezone.now() - ONE_TIME_LIFE)
    assert enter(lost, code).status_code == 422
    assert timedelta(minutes=10) == ONE_TIME_LIFE


def test_only_a_few_codes_an_hour_are_sent_to_one_phone(phones, request_row):
    answers = {ask(Client(), request_row.reference).url for _try in range(CODES_AN_HOUR + 2)}
    assert answers == {reverse("request_lost_code")}
    assert len(phones) == CODES_AN_HOUR


def test_one_address_asks_a_limited_number_of_times(phones, client, request_row, monkeypatch):
    monkeypatch.setattr("providers.matching.keys.views.RECOVERIES_AN_HOUR", 1)
    ask(client, request_row.reference)
    data = {"reference": request_row.reference, "phone": asking.PHONE}
    assert client.post(reverse("request_lost"), data).status_code == 429
    assert len(phones) == 1


def test_used_up_rows_leave_after_a_day(phones, request_row):
    ask(Client(), request_row.reference)
    OneTimeCode.objects.update(made_at=timezone.now() - ONE_TIME_RETENTION)
    ask(Client(), "2222-2222")
    assert OneTimeCode.objects.get().request is None


def test_a_robot_gets_no_code(phones, request_row):
    data = {"reference": request_row.reference, "phone": asking.PHONE, "homepage": "x"}
    assert Client().post(reverse("request_lost"), data).status_code == 422
    assert phones == []


@pytest.mark.parametrize("value", ["", "\x00", "x" * 100_000, "😀" * 40, "\u202e2222", "²²²²-²²²²"])
def test_odd_words_get_an_answer(phones, request_row, value):
    lost = Client()
    data = {"reference": value, "phone": value}
    assert lost.post(reverse("request_lost"), data).status_code == 422
    ask(lost, request_row.reference)
    assert enter(lost, value).status_code == 422


def test_where_nothing_can_be_sent_it_says_whom_to_call(settings, request_row):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    answer = Client().get(reverse("request_lost"))
    assert answer.status_code == 200
    assert answer.context["form"] is None
    assert "<form" not in answer.content.decode().split("<main", 1)[1].split("</main")[0]
    ask(Client(), request_row.reference)
    assert not OneTimeCode.objects.exists()
