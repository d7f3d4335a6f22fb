"""Messages: once, after the commit, a link and no personal data."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.batches import PartlyDone
from providers.delivery import channels
from providers.matching import lifecycle
from providers.matching.lifecycle import announce_due_requests
from providers.matching.models import MatchRequest, Message, MessageKind
from providers.matching.telling import outbox
from providers.models import Channel, Dispatch
from tests.matching import asking
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def written() -> list[str]:
    return [path.read_text("utf-8") for path in sorted(settings.MAIL_DIR.glob("*.txt"))]


@pytest.fixture(autouse=True)
def empty_mail_folder():
    for path in settings.MAIL_DIR.glob("*.txt") if settings.MAIL_DIR.exists() else ():
        path.unlink()


def test_members_are_told_once_at_the_time_of_sending(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    assert not Message.objects.filter(kind=MessageKind.INVITED).exists()
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    assert announce_due_requests() == 1
    assert announce_due_requests() == 0
    message = Message.objects.get(kind=MessageKind.INVITED)
    assert message.user.username == "provider1"
    assert message.request == request


def test_looking_shows_what_is_due_and_tells_nobody(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    inbox = signed_in("provider1").get(reverse("matching_inbox"))
    assert request.reference in inbox.content.decode()
    bureau = signed_in("bureau")
    assert bureau.get(reverse("matching_requests")).status_code == 200
    client.get(reverse("request_page", args=[request.reference]))
    assert not Message.objects.filter(kind=MessageKind.INVITED).exists()


def test_send_now_tells_at_once_after_the_commit(client, django_capture_on_commit_callbacks):
    request = asking.ask(client, asking.offer_of("provider1"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("request_send", args=[request.reference]))
    assert Message.objects.get(kind=MessageKind.INVITED).sent_at


def test_one_request_that_fails_does_not_hold_up_the_others(client, monkeypatch):
    first, second = (
        asking.ask(Client(), asking.offer_of("provider1"), company=f"演示公司{n}") for n in (1, 2)
    )
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    announce = lifecycle.announce

    def fails_once(request):
        if request == first:
            raise RuntimeError
        return announce(request)

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "announce", fails_once)
        with pytest.raises(PartlyDone) as partly:
            announce_due_requests()
    assert partly.value.count == 1
    assert partly.value.refused == [f"No. {first.pk}: RuntimeError: "]
    assert Message.objects.get(kind=MessageKind.INVITED).request == second
    assert announce_due_requests() == 1


def test_messages_carry_a_link_and_no_personal_data(client):
    key = asking.offer_of("provider1")
    email = "planted@example.com"
    request = asking.ask_and_send(client, key, consent=(key,), email=email)
    day = timezone.localdate()
    signed_in("provider1").post(
        reverse("matching_invitation", args=[request.invitations.get().public_id]),
        {"answer": "interested", "yes-visit_on": day, "yes-message": ""},
    )
    client.post(reverse("request_withdraw", args=[request.reference]))
    outbox.deliver_waiting()
    texts = written()
    assert {message.kind for message in Message.objects.all()} == {
        "request_submitted",
        "invited",
        "answered",
        "request_withdrawn",
    }
    assert len(texts) == Message.objects.count()
    assert not Message.objects.waiting().exists()
    for text in texts:
        assert "http" in text
        for secret in (asking.COMPANY, asking.PHONE, "王厂长", email, request.access_code):
            assert secret not in text
    assert {tuple(letter.to) for letter in mail.outbox} == {(email,)}


def test_delivery_happens_after_the_commit_and_once(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asking.ask(client, asking.offer_of("provider1"))
    assert len(written()) == 1
    assert outbox.deliver_waiting() == 0


def test_the_same_event_is_one_row(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    invitation = request.invitations.get()
    for _time in range(3):
        outbox.tell_provider(invitation, MessageKind.INVITED)
    assert Message.objects.filter(kind=MessageKind.INVITED).count() == 1


def test_a_broken_channel_is_noted_and_tried_again(client, monkeypatch):
    asking.ask(client, asking.offer_of("provider1"))

    def broken(letter):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setitem(channels.CHANNELS, Channel.FILE, broken)
        assert outbox.deliver_waiting() == 0
    message = Message.objects.get()
    assert message.sent_at is None
    assert message.error == "OSError"
    Dispatch.objects.update(next_try_at=timezone.now())
    assert outbox.deliver_waiting() == 1


def test_without_an_address_the_answer_stands_on_the_call_list(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    signed_in("provider1").post(
        reverse("matching_invitation", args=[request.invitations.get().public_id]),
        {"answer": "declined", "no-reason": "scope", "no-message": ""},
    )
    assert Message.objects.to_call().get().kind == MessageKind.ANSWERED


def test_the_log_shows_neither_address_nor_private_link(client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    request = asking.ask(client, asking.offer_of("provider1"), email="planted@example.com")
    with caplog.at_level("INFO"):
        outbox.deliver_waiting()
    lines = "".join(row.getMessage() for row in caplog.records if row.name == outbox.__name__)
    assert "request_submitted" in lines
    assert request.reference in lines
    assert "planted@example.com" not in lines
    assert request.token not in lines
    assert request.token in written()[0]


def test_the_office_hears_that_advice_is_wanted():
    officer = get_user_model().objects.get(username="bureau")
    officer.user_permissions.add(Permission.objects.get(codename="view_matchrequest"))
    client = Client()
    asking.need(client)
    asking.whom(client, route="centre")
    asking.contact(client)
    MatchRequest.objects.update(submitted_at=timezone.now(), sends_at=timezone.now())
    announce_due_requests()
    assert Message.objects.filter(kind=MessageKind.ADVICE_WANTED, user=officer).count() == 1
