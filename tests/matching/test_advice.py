"""The centre proposes; the enterprise alone lets a provider be asked."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from providers.matching.advising.own_views import consent_value
from providers.matching.advising.proposing import (
    Pick,
    TooManyError,
    may_be_advised,
    propose,
    refuse_proposals,
    take_proposals,
)
from providers.matching.advising.queue import advice_wanted
from providers.matching.lifecycle import MovedOnError, send_now, withdraw_request
from providers.matching.models import (
    Advice,
    EventKind,
    MatchRequest,
    Message,
    MessageKind,
    RequestKind,
    Turn,
)
from providers.matching.personal_data.consent_texts import recipient_text
from providers.matching.score.offers import proposals_of
from providers.models import ProviderPage, ProviderStanding
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def officer():
    return get_user_model().objects.get(username="bureau")


def wants_advice(client: Client, kind: str = "solution", **changes) -> MatchRequest:
    assert asking.need(client, kind=kind).status_code == 302
    assert asking.whom(client, route="centre").status_code == 302
    assert asking.contact(client, **changes).status_code == 302
    request = MatchRequest.objects.latest("pk")
    send_now(request)
    request.refresh_from_db()
    return request


@pytest.fixture
def wanting(client) -> MatchRequest:
    return wants_advice(client)


@pytest.fixture
def advice(wanting) -> Advice:
    return propose(wanting, [Pick(provider_of("provider1"), "同行业做过。")], by=officer())[0]


def address(request: MatchRequest) -> str:
    return reverse("matching_request_advise", args=[request.reference])


def proposing(request: MatchRequest, count: int = 1) -> dict:
    """A form that proposes the first offers of different providers, each with its reason."""
    firsts = {}
    for item in proposals_of(request).items:
        firsts.setdefault(item.provider.pk, item)
    picked = list(firsts.values())[:count]
    reasons = {f"reason-{item.key}": f"理由：{item.provider.title}" for item in picked}
    return {"propose": [item.key for item in picked], **reasons}


# -- proposing ------------------------------------------------------------------------------------


def test_the_queue_holds_what_wants_advice_the_oldest_first(client, wanting):
    later = wants_advice(Client(), phone="13900005678", company="演示乙公司")
    MatchRequest.objects.filter(pk=wanting.pk).update(
        submitted_at=timezone.now() - timedelta(days=3), sends_at=timezone.now() - timedelta(days=3)
    )
    Message.objects.filter(kind=MessageKind.ADVICE_WANTED, request=wanting).delete()
    assert list(advice_wanted()) == [wanting, later]
    page = signed_in("bureau").get(reverse("matching_advice")).content.decode()
    assert page.index(wanting.reference) < page.index(later.reference)
    for username in ("committee", "lead", "provider1"):
        assert signed_in(username).get(reverse("matching_advice")).status_code == 404


def test_the_officer_proposes_and_nobody_is_asked_yet(wanting):
    bureau, data = signed_in("bureau"), proposing(wanting, 2)
    assert bureau.post(address(wanting), data).status_code == 302
    assert wanting.advice.count() == 2
    assert not wanting.invitations.exists()
    assert wanting.messages.filter(kind=MessageKind.ADVICE_GIVEN).count() == 1
    shown = {item.provider.pk: item.total for item in proposals_of(wanting).items[::-1]}
    assert {row.provider_id: row.score for row in wanting.advice.all()}.items() <= shown.items()
    assert wanting.turn() == Turn.ENTERPRISE
    assert wanting in MatchRequest.objects.whose_turn(Turn.ENTERPRISE)
    assert not advice_wanted().exists()


def test_a_double_click_proposes_once(wanting):
    provider, by = provider_of("provider1"), officer()
    first = propose(wanting, [Pick(provider, "一")], by=by)[0]
    assert propose(wanting, [Pick(provider, "二")], by=by)[0] == first
    assert wanting.advice.get().reason == "一"
    assert wanting.messages.filter(kind=MessageKind.ADVICE_GIVEN).count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"propose": ["no/such-offer"]},
        {"propose": ["\x00"]},
    ],
)
def test_a_wrong_form_proposes_nothing(wanting, data):
    assert signed_in("bureau").post(address(wanting), data).status_code == 422
    assert not wanting.advice.exists()


def test_every_proposal_says_why(wanting):
    data = proposing(wanting, 2)
    data[f"reason-{data['propose'][1]}"] = " "
    answer = signed_in("bureau").post(address(wanting), data)
    assert answer.status_code == 422
    data[f"reason-{data['propose'][1]}"] = "长" * 301
    assert signed_in("bureau").post(address(wanting), data).status_code == 422
    assert not wanting.advice.exists()


def test_at_most_three_proposals_wait(wanting):
    assert signed_in("bureau").post(address(wanting), proposing(wanting, 4)).status_code == 422
    providers = list({item.provider for item in proposals_of(wanting).items})[:4]
    for provider in providers[:3]:
        propose(wanting, [Pick(provider, "合适。")], by=officer())
    with pytest.raises(TooManyError):
        propose(wanting, [Pick(providers[3], "合适。")], by=officer())


def test_one_who_was_asked_or_is_not_listed_is_not_proposed(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    request.invitations.update(deadline_at=timezone.now() - timedelta(minutes=1))
    assert may_be_advised(request)  # nobody takes it on
    with pytest.raises(MovedOnError):
        propose(request, [Pick(provider_of("provider1"), "再问一次。")], by=officer())
    unlisted = ProviderPage.objects.filter(live=False).first()
    with pytest.raises(MovedOnError):
        propose(request, [Pick(unlisted, "未上架。")], by=officer())


def test_a_request_that_works_with_its_providers_is_not_advised(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    assert not may_be_advised(request)
    with pytest.raises(MovedOnError):
        propose(request, [Pick(provider_of("provider2"), "更好。")], by=officer())
    assert signed_in("bureau").get(address(request)).status_code == 302


@pytest.mark.parametrize("username", ["committee", "lead", "provider1"])
def test_only_the_bureau_proposes(wanting, username):
    assert signed_in(username).get(address(wanting)).status_code == 404
    assert signed_in(username).post(address(wanting), proposing(wanting)).status_code == 404
    assert not wanting.advice.exists()


# -- a diagnosis visit ----------------------------------------------------------------------------


@pytest.fixture
def diagnosis(client) -> MatchRequest:
    return wants_advice(client, kind=RequestKind.DIAGNOSIS)


def diagnosing(request: MatchRequest, partners: int, unrelated: int) -> dict:
    lead_ids = set(ProviderStanding.objects.filter(tier="lead").values_list("provider", flat=True))
    items = proposals_of(request).items
    of_lead = [item for item in items if item.provider.pk in lead_ids][:partners]
    others = [item for item in items if item.provider.pk not in lead_ids][:unrelated]
    picked = of_lead + others
    return {
        "propose": [item.key for item in picked],
        **{f"reason-{item.key}": "诊断经验丰富。" for item in picked},
    }


@pytest.mark.parametrize(("partners", "unrelated"), [(0, 3), (1, 1), (0, 2), (1, 0)])
def test_a_diagnosis_proposes_no_other_mix(diagnosis, partners, unrelated):
    data = diagnosing(diagnosis, partners, unrelated)
    assert signed_in("bureau").post(address(diagnosis), data).status_code == 422
    assert not diagnosis.advice.exists()


def test_a_diagnosis_proposes_the_leads_partner_and_two_unrelated(diagnosis):
    data = diagnosing(diagnosis, 1, 2)
    assert signed_in("bureau").post(address(diagnosis), data).status_code == 302
    assert diagnosis.advice.count() == 3


def test_an_affiliate_counts_as_the_leads_partner(diagnosis):
    data = diagnosing(diagnosis, 1, 2)
    other = proposals_of(diagnosis).by_key()[data["propose"][1]].provider
    ProviderStanding.objects.filter(provider=other).update(is_lead_affiliate=True)
    assert signed_in("bureau").post(address(diagnosis), data).status_code == 422


def test_where_fewer_exist_the_officer_says_why(diagnosis):
    lead = ProviderStanding.objects.get(tier="lead").provider_id
    keep = [item.provider.pk for item in proposals_of(diagnosis).items if item.provider.pk != lead]
    for provider in ProviderPage.objects.exclude(pk__in=[lead, keep[0]]):
        kept = provider.service_categories.exclude(pk="diagnosis")
        provider.service_categories.set(kept)
        provider.save()
    data = diagnosing(diagnosis, 1, 1)
    bureau = signed_in("bureau")
    assert bureau.post(address(diagnosis), data).status_code == 422
    told = "只有两家提供诊断。"
    assert bureau.post(address(diagnosis), {**data, "shortage": told}).status_code == 302
    assert diagnosis.advice.count() == 2
    assert diagnosis.notes.get().text == told


# -- answering ------------------------------------------------------------------------------------


def answer(client: Client, request: MatchRequest, **data):
    return client.post(reverse("request_advice", args=[request.reference]), data)


def test_the_enterprise_takes_a_proposal_without_telling_who_it_is(client, wanting, advice):
    page = client.get(reverse("request_page", args=[wanting.reference]))
    assert page.status_code == 200
    assert answer(client, wanting, decision="take", take=advice.pk).status_code == 302
    invitation = wanting.invitations.get()
    assert invitation.provider == advice.provider
    assert invitation.score_lines == advice.score_lines
    assert invitation.identity() is None
    assert invitation.deadline_at > timezone.now()
    assert Message.objects.filter(kind=MessageKind.INVITED, invitation=invitation).exists()
    assert Message.objects.filter(kind=MessageKind.ADVICE_ANSWERED, request=wanting).exists()


def test_a_consent_is_given_only_where_it_was_ticked(client, wanting, advice):
    ticked = consent_value(advice, recipient_text(advice.provider))
    answer(client, wanting, decision="take", take=advice.pk, consent=ticked)
    assert wanting.invitations.get().identity().company == asking.COMPANY


@pytest.mark.parametrize("consent", ["0-0", "x", "\x00", "-"])
def test_a_consent_that_reads_differently_asks_nobody(client, wanting, advice, consent):
    answer(client, wanting, decision="take", take=advice.pk, consent=consent)
    answer(client, wanting, decision="take", take=advice.pk, consent=f"{advice.pk}-{consent}")
    assert not wanting.invitations.exists()


def test_the_enterprise_takes_none(client, wanting, advice):
    assert answer(client, wanting, decision="refuse").status_code == 302
    advice.refresh_from_db()
    assert advice.refused_at
    assert not wanting.invitations.exists()
    assert list(advice_wanted()) == [wanting]
    assert Message.objects.filter(kind=MessageKind.ADVICE_ANSWERED, request=wanting).exists()


def test_a_double_click_takes_once(wanting, advice):
    take_proposals(wanting, {advice.pk: True})
    take_proposals(wanting, {advice.pk: True})
    assert wanting.invitations.count() == 1
    assert wanting.consents.filter(recipient=advice.provider).count() == 1
    assert wanting.events.filter(kind=EventKind.ADVICE_TAKEN).count() == 1


def test_a_proposal_is_not_taken_and_refused(wanting, advice):
    refuse_proposals(wanting, [advice.pk])
    refuse_proposals(wanting, [advice.pk])
    with pytest.raises(MovedOnError):
        take_proposals(wanting, {advice.pk: False})
    assert wanting.events.filter(kind=EventKind.ADVICE_REFUSED).count() == 1


def test_no_more_than_three_are_asked_at_a_time(wanting):
    providers = list({item.provider for item in proposals_of(wanting).items})[:4]
    rows = [
        Advice.objects.create(request=wanting, provider=provider, reason="合适。")
        for provider in providers
    ]
    with pytest.raises(TooManyError):
        take_proposals(wanting, {row.pk: False for row in rows})
    assert not wanting.invitations.exists()


def test_after_the_request_ended_nothing_is_taken(wanting, advice):
    withdraw_request(wanting)
    with pytest.raises(MovedOnError):
        take_proposals(wanting, {advice.pk: False})


def test_proposals_are_answered_with_the_code_only(wanting, advice):
    assert answer(Client(), wanting, decision="take", take=advice.pk).status_code == 404
    stranger = Client()
    stranger.get(reverse("request_link", args=[wanting.token]))
    assert answer(stranger, wanting, decision="take", take=advice.pk).status_code == 404
    assert not wanting.invitations.exists()


def test_another_requests_proposal_is_not_taken(client, wanting, advice):
    other = Client()
    theirs = wants_advice(other, phone="13900005678", company="演示乙公司")
    answer(other, theirs, decision="take", take=advice.pk)
    advice.refresh_from_db()
    assert advice.is_open
    assert not theirs.invitations.exists()


# -- lists ----------------------------------------------------------------------------------------


def test_the_queue_takes_a_constant_number_of_queries(wanting):
    bureau = signed_in("bureau")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bureau.get(reverse("matching_advice")).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for number in range(3):
        wants_advice(Client(), phone=f"1380000000{number}", company=f"演示公司{number}")
    assert queries() == one
