"""Back to a request by reference and access code, and nothing by less than both."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers import private_access
from providers.matching.keys.access import MAX_TRIES
from providers.matching.models import MatchRequest
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def request_row(client) -> MatchRequest:
    return asking.ask(client, asking.offer_of("provider1"))


def find(client: Client, reference: str, code: str):
    return client.post(reverse("request_find"), {"reference": reference, "code": code})


def wrong_code(request: MatchRequest) -> str:
    return f"{(int(request.access_code) + 1) % 10**8:08d}"


def said(answer) -> str:
    return answer.content.decode().split("error-summary")[1].split("</ul>")[0]


def test_reference_and_code_open_the_request_in_this_browser(request_row):
    stranger = Client()
    assert stranger.get(reverse("request_find")).status_code == 200
    typed = request_row.reference.replace("-", " ").lower()
    answer = find(stranger, typed, request_row.access_code)
    assert answer.url == reverse("request_page", args=[request_row.reference])
    assert asking.COMPANY in stranger.get(answer.url).content.decode()


def test_a_wrong_reference_a_wrong_code_and_a_closed_request_are_not_told_apart(request_row):
    code = request_row.access_code
    answers = [
        find(Client(), "2222-2222", code),
        find(Client(), "nonsense", code),
        find(Client(), request_row.reference, wrong_code(request_row)),
    ]
    MatchRequest.objects.update(code_locked_until=timezone.now() + timedelta(minutes=1))
    answers.append(find(Client(), request_row.reference, code))
    assert {answer.status_code for answer in answers} == {422}
    assert len({said(answer) for answer in answers}) == 1


@pytest.mark.parametrize("reference", ["right", "2222-2222", "closed"])
def test_each_wrong_try_takes_the_time_of_one_check(request_row, monkeypatch, reference):
    """A code is checked slowly on purpose; a quick answer would say that there was nothing."""
    checks = []
    for name in ("check_password", "make_password"):
        monkeypatch.setattr(private_access, name, lambda *_typed: checks.append(1))
    if reference == "closed":
        MatchRequest.objects.update(code_locked_until=timezone.now() + timedelta(minutes=1))
    reference = reference if "-" in reference else request_row.reference
    assert find(Client(), reference, wrong_code(request_row)).status_code == 422
    assert len(checks) == 1


def test_guessing_closes_the_request_as_on_its_own_page(request_row):
    for _try in range(MAX_TRIES):
        find(Client(), request_row.reference, wrong_code(request_row))
    request_row.refresh_from_db()
    assert request_row.code_locked_until > timezone.now()
    assert find(Client(), request_row.reference, request_row.access_code).status_code == 422


def test_one_address_has_a_limit(request_row, monkeypatch):
    monkeypatch.setattr("providers.matching.own_page.views.FINDS_AN_HOUR", 1)
    cache.clear()
    find(Client(), "2222-2222", "1")
    answer = find(Client(), request_row.reference, request_row.access_code)
    assert answer.status_code == 429


@pytest.mark.parametrize("odd", ["", "\x00", "x" * 9000, "²²²²-２２２２", "　"])
def test_odd_input_gets_an_answer(request_row, odd):
    assert find(Client(), odd, odd).status_code == 422
    assert find(Client(), request_row.reference, odd).status_code == 422


def test_the_way_back_is_linked_where_it_is_looked_for(client, request_row):
    pages = (
        reverse("request_new"),
        reverse("request_done", args=[request_row.reference]),
        reverse("request_link", args=[request_row.token]),
    )
    for address in pages:
        assert f'href="{reverse("request_find")}"' in client.get(address).content.decode()


def test_the_link_can_be_copied_after_sending(client, request_row):
    answer = client.get(reverse("request_done", args=[request_row.reference]))
    assert f'data-copy="{answer.context["link"]}"' in answer.content.decode()
