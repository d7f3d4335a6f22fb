"""Who asks reaches a provider by consent alone, and leaves with it."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from providers.matching.choosing.forms import read_mark
from providers.matching.lifecycle import MovedOnError, give_consent
from providers.matching.models import Consent, Invitation, MatchRequest
from providers.models import ProviderPage
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
SECRETS = (asking.COMPANY, asking.PHONE, "王厂长")


def seen_by(username: str, invitation: Invitation) -> str:
    answer = signed_in(username).get(reverse("matching_invitation", args=[invitation.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client, invitation: Invitation, decision: str):
    address = reverse("request_consent", args=[invitation.request.reference, invitation.public_id])
    return client.post(address, {"decision": decision, "read": read_mark(invitation.provider)})


def test_without_consent_need_and_place_show_and_nothing_that_identifies(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    page = seen_by("provider1", request.invitations.get())
    assert asking.NEED["sentence"] in page
    assert "演示西镇" in page
    assert not any(secret in page for secret in SECRETS)


def test_consent_shows_and_its_withdrawal_hides_at_once(client):
    key = asking.offer_of("provider1")
    request = asking.ask_and_send(client, key, consent=(key,))
    invitation = request.invitations.get()
    assert all(secret in seen_by("provider1", invitation) for secret in SECRETS)
    assert decide(client, invitation, "withdraw").status_code == 302
    assert not any(secret in seen_by("provider1", invitation) for secret in SECRETS)
    decide(client, invitation, "give")
    assert asking.COMPANY in seen_by("provider1", invitation)
    assert request.consents.exclude(recipient=None).count() == 2


def test_consent_reaches_its_recipient_only(client):
    first, second = asking.offer_of("provider1"), asking.offer_of("provider2")
    request = asking.ask_and_send(client, first, second, consent=(first,))
    pages = {
        name: seen_by(name, request.invitations.get(provider__team__group__user__username=name))
        for name in ("provider1", "provider2")
    }
    assert asking.COMPANY in pages["provider1"]
    assert not any(secret in pages["provider2"] for secret in SECRETS)


def test_withdrawing_the_request_hides_who_asked(client):
    key = asking.offer_of("provider1")
    request = asking.ask_and_send(client, key, consent=(key,))
    client.post(reverse("request_withdraw", args=[request.reference]))
    page = seen_by("provider1", request.invitations.get())
    assert not any(secret in page for secret in SECRETS)
    assert not request.consents.live().exists()


def test_the_record_keeps_what_was_read(client):
    key = asking.offer_of("provider1")
    request = asking.ask(client, key, consent=(key,))
    consent = request.consents.exclude(recipient=None).get()
    assert consent.recipient.legal_name in consent.text
    assert consent.text_hash == hashlib.sha256(consent.text.encode()).hexdigest()
    assert asking.COMPANY not in consent.text
    assert request.consents.filter(kind=Consent.Kind.NOTICE).count() == 1


def test_without_the_notice_nothing_is_sent(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    assert asking.contact(client, notice="").status_code == 422


def test_a_sentence_that_changed_since_it_was_ticked_is_asked_again(client):
    key = asking.offer_of("provider1")
    asking.need(client)
    asking.whom(client, key, consent=(key,))
    ProviderPage.objects.filter(pk=provider_of("provider1").pk).update(legal_name="改名后的公司")
    assert asking.contact(client).url.startswith(reverse("request_whom"))


def test_one_live_consent_a_recipient_by_the_database(client):
    key = asking.offer_of("provider1")
    consent = asking.ask(client, key, consent=(key,)).consents.exclude(recipient=None).get()
    consent.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        consent.save(force_insert=True)


def test_another_requests_invitation_cannot_be_named(client):
    key = asking.offer_of("provider1")
    own = asking.ask(client, key)
    foreign = asking.ask(Client(), key, phone="13900009999", company="演示别家公司")
    address = reverse("request_consent", args=[own.reference, foreign.invitations.get().public_id])
    assert client.post(address, {"decision": "give"}).status_code == 404
    assert not foreign.consents.exclude(recipient=None).exists()


def test_a_provider_that_is_no_longer_asked_gets_no_consent(client):
    """The page was open in a second tab while the request was edited in the first."""
    request = asking.ask(client, asking.offer_of("provider1"))
    stale = request.invitations.select_related("provider", "request").get()
    client.post(reverse("request_edit", args=[request.reference]))
    asking.need(client)
    asking.whom(client, asking.offer_of("provider2"))
    asking.contact(client)
    with pytest.raises(MovedOnError):
        give_consent(MatchRequest.objects.get(), stale)
    assert not request.consents.live().filter(recipient=stale.provider).exists()
