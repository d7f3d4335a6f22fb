"""“Make this a case”: a finished request becomes a nomination that knows what it knew."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.models import Nomination
from cases.nominating.drafts import start_from
from cases.nominating.from_request import answers_from
from tests.matching import working

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


def opened_page(client: Client, request) -> str:
    client.get(reverse("request_link", args=[request.token]))
    client.post(reverse("request_enter", args=[request.reference]), {"code": request.access_code})
    return client.get(reverse("request_page", args=[request.reference])).content.decode()


def test_it_is_offered_once_the_work_is_confirmed_and_filled_in():
    client = Client()
    choice = working.confirmed(client)
    request = choice.request
    address = reverse("nomination_from_request", args=[request.reference])
    assert address in opened_page(client, request)
    assert client.get(address).status_code == 200
    assert not Nomination.objects.exclude(request=None).exists()
    response = client.post(address)
    nomination = Nomination.objects.get(request=request)
    assert nomination.answers["company"]["company"] == request.company
    assert nomination.answers["path"]["providers"] == [str(choice.invitation.provider_id)]
    assert nomination.answers["path"]["investment_wan"] == "3.6"
    assert request.company in client.get(response.url).content.decode()
    # A second try opens the same one.
    assert client.post(address).url == reverse("nomination_page", args=[nomination.reference])
    assert Nomination.objects.filter(request=request).count() == 1


def test_unfinished_work_becomes_no_case():
    client = Client()
    request = working.handed_over(client).request
    address = reverse("nomination_from_request", args=[request.reference])
    assert address not in opened_page(client, request)
    assert client.post(address).status_code == 404


def test_nobody_without_the_code_makes_a_case_of_it():
    request = working.confirmed(Client()).request
    address = reverse("nomination_from_request", args=[request.reference])
    other = Client()
    assert other.post(address).status_code == 404
    other.get(reverse("request_link", args=[request.token]))
    assert other.post(address).status_code == 404


def test_of_two_clicks_at_once_the_first_makes_it():
    request = working.confirmed(Client()).request
    first = start_from(request, answers_from(request))
    assert start_from(request, answers_from(request)) == first
