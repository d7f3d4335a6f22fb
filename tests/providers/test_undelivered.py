"""What did not arrive, as the bureau sees it and deals with it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from providers import notices
from providers.delivery import RefusedError, channels
from providers.matching.models import Message, MessageKind
from providers.matching.telling import outbox
from providers.messages import robots
from providers.models import Channel, ChatRobot, Dispatch, Notice, NoticeKind
from tests.matching import asking
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
EMAIL = "planted@example.com"


@pytest.fixture(autouse=True)
def nothing_told_before(settings):
    settings.REQUEST_MIN_SECONDS = 0
    Notice.objects.all().delete()
    Message.objects.all().delete()


@pytest.fixture
def refusing(monkeypatch):
    """Every address is refused for good."""

    def refuse(letter):
        raise RefusedError("SMTPRecipientsRefused 550")

    monkeypatch.setitem(channels.CHANNELS, Channel.EMAIL, refuse)
    return monkeypatch


def refused_notice(event: str = "1") -> Dispatch:
    get_user_model().objects.filter(username="provider1").update(email=EMAIL)
    notices.tell_members(provider_of("provider1"), NoticeKind.LISTING_PUBLISHED, event=event)
    notices.deliver_waiting()
    return Dispatch.objects.troubled().latest("pk")


def open_list(**query):
    return signed_in("bureau").get(reverse("undelivered"), query)


def test_the_list_says_kind_reader_channel_and_class_and_nobodys_data(refusing):
    row = refused_notice()
    request = asking.ask_and_send(Client(), asking.offer_of("provider1"), email=EMAIL)
    outbox.deliver_waiting()
    text = page_text(open_list())
    account = str(get_user_model().objects.get(username="provider1").pk)
    for said in (request.reference, account, "SMTPRecipientsRefused 550"):
        assert said in text
    assert str(row.message.get_kind_display()) in text
    for secret in (EMAIL, asking.COMPANY, asking.PHONE, "王厂长"):
        assert secret not in text


def test_only_the_bureau_sees_it(refusing):
    row = refused_notice()
    for username in ("provider1", "lead", "committee"):
        client = signed_in(username)
        assert client.get(reverse("undelivered")).status_code == 404
        for name in ("undelivered_try", "undelivered_handled"):
            assert client.post(reverse(name, args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.handled_at is None


def test_menu_and_first_page_count_what_nothing_tries_again(refusing):
    refused_notice()
    home = page_text(signed_in("bureau").get(reverse("wagtailadmin_home")))
    assert "（1）" in home
    assert home.count(reverse("undelivered")) >= 2
    Dispatch.objects.update(next_try_at=timezone.now())
    assert not Dispatch.objects.failed().exists()


def test_it_is_tried_again_after_a_question(refusing, django_capture_on_commit_callbacks):
    row = refused_notice()
    address = reverse("undelivered_try", args=[row.pk])
    bureau = signed_in("bureau")
    assert bureau.get(address).status_code == 200
    row.refresh_from_db()
    assert row.next_try_at is None
    refusing.undo()
    with django_capture_on_commit_callbacks(execute=True):
        assert bureau.post(address).status_code == 302
    row.refresh_from_db()
    assert row.done_at
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]
    assert row.message.sent_at
    assert ModelLogEntry.objects.filter(action="providers.retry_message").count() == 1
    assert not Dispatch.objects.troubled().exists()


def test_what_fails_once_more_stands_in_the_list_again(
    refusing, django_capture_on_commit_callbacks
):
    row = refused_notice()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in("bureau").post(reverse("undelivered_try", args=[row.pk]))
    assert Dispatch.objects.failed().get() == row


def test_what_is_dealt_with_is_gone_and_tried_no_more(refusing):
    row = refused_notice()
    Dispatch.objects.update(next_try_at=timezone.now())
    bureau = signed_in("bureau")
    address = reverse("undelivered_handled", args=[row.pk])
    assert bureau.get(address).status_code == 200
    assert bureau.post(address).status_code == 302
    row.refresh_from_db()
    assert row.handled_by.username == "bureau"
    assert notices.deliver_waiting() == 0
    assert not Dispatch.objects.troubled().exists()
    assert bureau.post(address).status_code == 404
    assert ModelLogEntry.objects.filter(action="providers.handle_message").count() == 1


def test_what_arrived_meanwhile_cannot_be_tried_again(refusing):
    row = refused_notice()
    Dispatch.objects.update(done_at=timezone.now())
    for name in ("undelivered_try", "undelivered_handled"):
        assert signed_in("bureau").post(reverse(name, args=[row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("state", "found"), [("refused", 1), ("given_up", 0), ("tried", 0), ("x", 1)]
)
def test_the_list_is_filtered_by_what_became_of_it(refusing, state, found):
    refused_notice()
    answer = open_list(state=state, channel="email")
    assert answer.status_code == 200
    assert len(answer.context["object_list"]) == found


def test_robots_and_closed_accounts_stand_in_the_list_too(refusing, monkeypatch):
    def fail(letter):
        raise OSError

    monkeypatch.setitem(channels.CHANNELS, Channel.ROBOT, fail)
    team = provider_of("provider1").team
    ChatRobot.objects.create(team=team, service="wecombot", token="abcdefgh1234", name="机密群")
    refused_notice()
    robots.deliver_waiting()
    get_user_model().objects.filter(username="provider1").update(is_active=False)
    answer = open_list()
    assert len(answer.context["object_list"]) == 2
    assert "机密群" not in page_text(answer)
    assert "abcdefgh1234" not in page_text(answer)


def test_the_list_costs_the_same_however_long_it_is(refusing):
    key = asking.offer_of("provider1")
    request = asking.ask_and_send(Client(), key, email=EMAIL)
    refused_notice()
    bureau = signed_in("bureau")

    def cost() -> int:
        bureau.get(reverse("undelivered"))
        with CaptureQueriesContext(connection) as queries:
            bureau.get(reverse("undelivered"))
        return len(queries)

    outbox.deliver_waiting()
    before = cost()
    for number in range(6):
        refused_notice(event=f"more{number}")
        outbox.tell_enterprise(request, MessageKind.ANSWERED, event=str(number))
    outbox.deliver_waiting()
    assert Dispatch.objects.troubled().count() > 10
    assert cost() == before
