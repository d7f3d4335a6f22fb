"""Requests in the back office: own ones for members, the overview for the office."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.models import Enterprise, Invitation, InvitationState, MatchRequest
from providers.matching.wording import beijing_time
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def invitation(client) -> Invitation:
    return asking.ask_and_send(client, asking.offer_of("provider1")).invitations.get()


def allow(username: str, codename: str) -> Client:
    client = signed_in(username)
    user = get_user_model().objects.get(username=username)
    user.user_permissions.add(Permission.objects.get(codename=codename))
    return client


def page_of(invitation: Invitation) -> str:
    return reverse("matching_invitation", args=[invitation.public_id])


def interested(**changes) -> dict:
    day = timezone.localdate() + timedelta(days=2)
    return {"answer": "interested", "yes-visit_on": day, "yes-message": "先看现场。", **changes}


def declined(**changes) -> dict:
    return {"answer": "declined", "no-reason": "capacity", "no-message": "", **changes}


def test_the_member_answers_and_the_enterprise_reads_it(client, invitation):
    member = signed_in("provider1")
    assert invitation.request.reference in member.get(reverse("matching_inbox")).content.decode()
    assert member.post(page_of(invitation), interested()).status_code == 302
    page = client.get(reverse("request_page", args=[invitation.request.reference]))
    assert "先看现场。" in page.content.decode()
    invitation.refresh_from_db()
    assert invitation.state() == InvitationState.INTERESTED


def test_the_deadline_shows_until_the_answer(invitation):
    member = signed_in("provider1")
    with translation.override("zh-hans"):
        until = beijing_time(invitation.deadline_at)
    assert until in member.get(page_of(invitation)).content.decode()
    member.post(page_of(invitation), interested())
    assert until not in member.get(page_of(invitation)).content.decode()


def test_a_decline_gives_its_reason(client, invitation):
    member = signed_in("provider1")
    assert member.post(page_of(invitation), declined(**{"no-reason": ""})).status_code == 422
    assert member.post(page_of(invitation), declined(**{"no-reason": "other"})).status_code == 422
    assert member.post(page_of(invitation), declined()).status_code == 302
    invitation.refresh_from_db()
    assert invitation.state() == InvitationState.DECLINED


@pytest.mark.parametrize(
    "data",
    [
        interested(**{"yes-visit_on": "2020-01-01"}),
        interested(**{"yes-visit_on": "9999-12-31"}),
        interested(**{"yes-visit_on": timezone.localdate() + timedelta(days=366)}),
        interested(**{"yes-visit_on": "\x00"}),
        interested(**{"yes-message": "加微信 wang_2024"}),
    ],
)
def test_wrong_answers_are_refused(invitation, data):
    assert signed_in("provider1").post(page_of(invitation), data).status_code == 422
    invitation.refresh_from_db()
    assert invitation.state() == InvitationState.PENDING


def test_an_answer_is_given_once(invitation):
    member = signed_in("provider1")
    member.post(page_of(invitation), interested())
    member.post(page_of(invitation), declined())
    invitation.refresh_from_db()
    assert invitation.state() == InvitationState.INTERESTED


def test_after_the_deadline_nothing_is_answered(invitation):
    Invitation.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    signed_in("provider1").post(page_of(invitation), interested())
    invitation.refresh_from_db()
    assert invitation.state() == InvitationState.EXPIRED


def test_another_providers_request_does_not_exist(invitation):
    rival = signed_in("provider2")
    assert rival.get(page_of(invitation)).status_code == 404
    assert rival.post(page_of(invitation), interested()).status_code == 404
    file = reverse("matching_attachment", args=[invitation.public_id, uuid.uuid4()])
    assert rival.get(file).status_code == 404
    assert invitation.request.reference not in rival.get(reverse("matching_inbox")).content.decode()


def test_strangers_are_sent_to_the_login(invitation):
    assert Client().get(page_of(invitation)).status_code == 302


def test_nothing_is_seen_before_it_is_sent(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    member = signed_in("provider1")
    address = page_of(request.invitations.get())
    assert member.get(address).status_code == 404
    MatchRequest.objects.update(
        submitted_at=timezone.now() - timedelta(minutes=11), sends_at=timezone.now()
    )
    assert member.get(address).status_code == 200


def test_withdrawn_in_the_grace_period_it_is_never_seen(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    client.post(reverse("request_withdraw", args=[request.reference]))
    later = timezone.now() + timedelta(days=1)
    assert not MatchRequest.objects.due(later).exists()
    assert signed_in("provider1").get(page_of(request.invitations.get())).status_code == 404


@pytest.mark.parametrize("state", list(InvitationState))
def test_the_filter_and_the_state_agree(client, state):
    for number, username in enumerate(["provider1", "provider2"]):
        asking.ask_and_send(
            Client(),
            asking.offer_of(username),
            phone=f"1390000000{number}",
            company=f"演示公司{number}",
        )
    first, _second = Invitation.objects.all()
    Invitation.objects.filter(pk=first.pk).update(deadline_at=timezone.now() - timedelta(days=1))
    signed_in("provider2").post(
        page_of(Invitation.objects.get(provider=provider_of("provider2"))), interested()
    )
    rows = {row for row in Invitation.objects.all() if row.state() == state}
    assert set(Invitation.objects.in_state(state)) == rows


def test_the_inbox_takes_a_constant_number_of_queries():
    member = signed_in("provider1")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert member.get(reverse("matching_inbox")).status_code == 200
        return len(captured)

    asking.ask_and_send(Client(), asking.offer_of("provider1"))
    queries()
    one = queries()
    for number in range(4):
        asking.ask_and_send(
            Client(),
            asking.offer_of("provider1"),
            phone=f"1380000000{number}",
            company=f"演示公司{number}",
        )
    queries()
    assert queries() == one


def test_the_bureau_sees_all_and_the_lead_no_identity(invitation):
    address = reverse("matching_request", args=[invitation.request.reference])
    bureau = allow("bureau", "view_matchrequest")
    assert bureau.get(reverse("matching_requests")).status_code == 200
    assert asking.COMPANY in bureau.get(address).content.decode()
    lead = allow("lead", "oversee_requests")
    answer = lead.get(address)
    assert answer.status_code == 200
    assert asking.NEED["sentence"] in answer.content.decode()
    assert asking.COMPANY not in answer.content.decode()
    assert asking.PHONE not in answer.content.decode()


def test_the_lead_is_recused_where_it_is_invited(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    Invitation.objects.filter(request=request).update(provider=provider_of("lead"))
    allow("lead", "oversee_requests")
    user = get_user_model().objects.get(username="lead")
    assert not MatchRequest.objects.visible_to(user).exists()


def test_the_superuser_works_for_no_provider(invitation):
    user = get_user_model().objects.create_superuser("operator")
    user.groups.add(provider_of("provider1").team.group)
    assert signed_in("operator").get(reverse("matching_inbox")).status_code == 404


def test_the_roster_shows_the_level_to_reach(invitation):
    entry = Enterprise.objects.filter(is_core=True).first()
    address = reverse("wagtailsnippets_matching_enterprise:list") + f"?q={entry.uscc}"
    get_user_model().objects.create_superuser("operator")
    page = signed_in("operator").get(address).content.decode()
    assert entry.name in page
    assert "L7" in page


def test_members_without_permission_have_no_overview(invitation):
    assert signed_in("provider1").get(reverse("matching_requests")).status_code == 404
    assert signed_in("bureau").get(reverse("matching_inbox")).status_code == 404
