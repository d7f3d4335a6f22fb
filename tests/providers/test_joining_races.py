"""Two who decide, or leave, at the same moment: one is first, the other is told.

With real threads and transactions on PostgreSQL, by ``make test-postgresql``.
"""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from providers.joining import decisions, submission
from providers.joining.decisions import (
    DecidedError,
    approve_application,
    refuse_application,
)
from providers.joining.drafts import MovedOnError
from providers.joining.submission import withdraw_application
from providers.members import removal
from providers.members.invitations import MemberActError, active_owners, invite
from providers.members.removal import remove_member, unmake_owner
from providers.models import Application, MemberInvitation, ProviderPage
from tests.providers import applying
from tests.providers.test_races import PATIENCE, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo_site"),
]
State = Application.State


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    settings.REQUEST_MIN_SECONDS = 0


@pytest.fixture(autouse=True)
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Races are run on PostgreSQL: make test-postgresql.")


def meeting(monkeypatch, module, name: str) -> None:
    """Whoever takes the row first waits until the other stands before it too."""
    barrier = threading.Barrier(2)
    take = getattr(module, name)

    def wait_and_take(*args):
        barrier.wait(PATIENCE)
        return take(*args)

    monkeypatch.setattr(module, name, wait_and_take)


def test_two_officers_make_one_provider(monkeypatch):
    application, officer = applying.applied(certificate=True), applying.officer()
    meeting(monkeypatch, decisions, "locked")
    answers = at_once(*[lambda: approve_application(application, by=officer)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["DecidedError", "ProviderPage"]
    assert ProviderPage.objects.filter(uscc=applying.USCC).count() == 1
    assert MemberInvitation.objects.count() == 1
    assert application.events.filter(state=State.APPROVED).count() == 1


def test_an_approval_or_a_refusal_never_both(monkeypatch):
    application, officer = applying.applied(), applying.officer()
    meeting(monkeypatch, decisions, "locked")
    answers = at_once(
        lambda: approve_application(application, by=officer),
        lambda: refuse_application(application, by=officer, reason="不符"),
    )
    assert sum(isinstance(answer, DecidedError) for answer in answers) == 1
    application.refresh_from_db()
    made = ProviderPage.objects.filter(uscc=applying.USCC).exists()
    assert made == (application.state == State.APPROVED)


def test_an_approval_or_a_withdrawal_never_both(monkeypatch):
    application, officer = applying.applied(), applying.officer()
    barrier = threading.Barrier(2)
    take = decisions.locked

    def wait_and_take(row):
        barrier.wait(PATIENCE)
        return take(row)

    monkeypatch.setattr(decisions, "locked", wait_and_take)
    monkeypatch.setattr(submission, "locked", wait_and_take)
    answers = at_once(
        lambda: approve_application(application, by=officer),
        lambda: withdraw_application(application),
    )
    lost = [answer for answer in answers if isinstance(answer, DecidedError | MovedOnError)]
    assert len(lost) == 1
    application.refresh_from_db()
    assert (application.provider is None) == (application.state == State.WITHDRAWN)


def test_two_approvals_of_two_firms_stand_side_by_side(monkeypatch):
    one, other = applying.applied(), applying.applied(uscc=applying.OTHER_USCC)
    officer = applying.officer()
    meeting(monkeypatch, decisions, "locked")
    answers = at_once(
        lambda: approve_application(one, by=officer),
        lambda: approve_application(other, by=officer),
    )
    assert all(isinstance(answer, ProviderPage) for answer in answers), answers
    assert answers[0].slug != answers[1].slug
    assert not ProviderPage.find_problems()[0]


def test_two_owners_who_leave_at_once_leave_one(monkeypatch):
    team = applying.team_of("provider1")
    owner = get_user_model().objects.get(username="provider1")
    invitation = invite(team, name="同事", email="second@example.com", as_owner=True, by=owner)
    assert applying.accept(invitation, "second").status_code == 302
    second = get_user_model().objects.get(username="second")
    meeting(monkeypatch, removal, "held_team")
    answers = at_once(
        lambda: remove_member(team, owner, by=owner),
        lambda: unmake_owner(team, second, by=second),
    )
    assert sum(isinstance(answer, MemberActError) for answer in answers) == 1
    assert active_owners(team).count() == 1


def test_an_invitation_clicked_twice_makes_one_account():
    team = applying.team_of("provider1")
    owner = get_user_model().objects.get(username="provider1")
    invitation = invite(team, name="同事", email="second@example.com", as_owner=False, by=owner)
    clients = Client(), Client()
    for client in clients:
        client.get(reverse("join_invitation", args=[invitation.token]))
    statuses = at_once(
        lambda: clients[0].post(reverse("join_accept"), applying.account("eine")).status_code,
        lambda: clients[1].post(reverse("join_accept"), applying.account("zweite")).status_code,
    )
    assert statuses.count(302) == 1
    assert set(statuses) <= {302, 409, 410}
    assert get_user_model().objects.filter(email="second@example.com").count() == 1
