"""A provider closes its inbox for a time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.answering.pauses import pause_inbox, pause_of, reopen_inbox
from providers.matching.models import InboxPause, InvitationState
from providers.matching.score.fit import Need
from providers.matching.score.offers import proposals_for
from tests.matching import answering, asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def proposed(kind: str = "solution") -> set[str]:
    return set(proposals_for(Need(), kind, "AAAA-BBBB").providers())


def close(days: int = 7) -> None:
    until = timezone.localdate() + timedelta(days=days)
    pause_inbox(provider_of("provider1"), by=answering.member(), until=until)


def test_who_is_closed_is_not_proposed_until_that_day():
    provider = provider_of("provider1")
    slug = provider.slug
    assert slug in proposed()
    close()
    assert slug not in proposed()
    InboxPause.objects.update(until=timezone.localdate())
    assert slug in proposed()
    close()
    reopen_inbox(provider, by=answering.member())
    assert slug in proposed()
    assert pause_of(provider) is None


@pytest.mark.parametrize("kind", ["diagnosis", "training", "policy"])
def test_nor_for_public_services(kind):
    for provider in list(provider_of("provider1").get_siblings(inclusive=True).specific()):
        pause_inbox(provider, by=answering.member(), until=timezone.localdate() + timedelta(days=2))
    assert proposed(kind) == set()


def test_who_is_closed_cannot_be_asked_by_a_form_that_was_open_before(client):
    key = asking.offer_of("provider1")
    asking.need(client)
    close()
    answer = asking.whom(client, key)
    assert answer.status_code == 422


def test_what_was_received_stays(client):
    row = asking.ask_and_send(client, asking.offer_of("provider1")).invitations.get()
    close()
    assert row.state() == InvitationState.PENDING
    answering.interested(row)
    row.refresh_from_db()
    assert row.interested_at


def test_the_member_closes_and_opens_it():
    member = signed_in("provider1")
    address = reverse("matching_inbox_pause")
    assert member.get(address).status_code == 200
    for day in ("", "x", "\x00", answering.day(0), answering.day(-3), answering.day(400)):
        assert member.post(address, {"until": day}).status_code == 422
    assert member.post(address, {"until": answering.day(5)}).status_code == 302
    pause = pause_of(provider_of("provider1"))
    assert pause.until == timezone.localdate() + timedelta(days=5)
    assert member.get(reverse("matching_inbox")).context["pause"] == pause
    for _click in range(2):
        assert member.post(reverse("matching_inbox_reopen")).status_code == 302
    assert member.get(reverse("matching_inbox")).context["pause"] is None
    assert pause_of(provider_of("provider2")) is None


def test_nobody_else_closes_it():
    for client in (signed_in("bureau"), signed_in("committee")):
        assert client.post(reverse("matching_inbox_pause"), {"until": "x"}).status_code == 404
        assert client.post(reverse("matching_inbox_reopen")).status_code == 404
    assert Client().get(reverse("matching_inbox_pause")).status_code == 302
    assert signed_in("provider1").get(reverse("matching_inbox_reopen")).status_code == 405


def test_who_asks_for_one_that_is_closed_is_told_so(client):
    provider = provider_of("provider1")
    close()
    client.post(f"{reverse('request_new')}?provider={provider.slug}", asking.NEED)
    page = client.get(reverse("request_whom"))
    assert [pause.provider for pause in page.context["closed"]] == [provider]
    assert provider.title in page.content.decode()
