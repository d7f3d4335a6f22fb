"""Reaching an enterprise: by e-mail, by text message, or by the centre's phone."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from providers.delivery import RefusedError, channels
from providers.matching.models import MatchRequest, Message, MessageKind
from providers.matching.telling import outbox
from providers.models import Channel, Dispatch
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")
GATEWAY = "tests.matching.test_reaching.send"
sent: list[tuple[str, str]] = []
trouble: list[Exception] = []


def send(phone: str, text: str) -> None:
    """A gateway of the kind that a site would have."""
    if trouble:
        raise trouble[0]
    sent.append((phone, text))


class ClassGateway:
    def send(self, phone: str, text: str) -> None:
        send(phone, text)


@pytest.fixture(autouse=True)
def nothing_sent_before(settings):
    settings.REQUEST_MIN_SECONDS = 0
    sent.clear()
    trouble.clear()
    for folder in (settings.SMS_DIR, settings.MAIL_DIR):
        for path in folder.glob("*.txt") if folder.exists() else ():
            path.unlink()


def told(request: MatchRequest) -> Message:
    """An answer of which the enterprise hears."""
    Message.objects.all().delete()
    outbox.tell_enterprise(request, MessageKind.ANSWERED, request.invitations.get(), event="1")
    return Message.objects.get()


def asked(**changes) -> MatchRequest:
    return asking.ask_and_send(Client(), asking.offer_of("provider1"), **changes)


def texts() -> list[str]:
    return [path.read_text("utf-8") for path in settings.SMS_DIR.glob("*.txt")]


def test_the_file_gateway_writes_no_number_and_leaves_the_call_to_the_centre(caplog):
    message = told(asked())
    with caplog.at_level("DEBUG"):
        assert outbox.deliver_waiting() == 1
    (text,) = texts()
    assert text.startswith(f"【{settings.WAGTAIL_SITE_NAME}】")
    assert message.request.reference in text
    assert outbox.link(message) in text
    names = [path.name for path in settings.SMS_DIR.iterdir()]
    for place in (text, "".join(names), caplog.text):
        assert asking.PHONE not in place
        assert asking.COMPANY not in place
    message.refresh_from_db()
    assert message.needs_call


@pytest.mark.parametrize("path", [GATEWAY, "tests.matching.test_reaching.ClassGateway"])
def test_a_real_gateway_reaches_the_enterprise(settings, path):
    settings.SMS_GATEWAY, settings.SMS_SIGNATURE = path, "演示签名"
    message = told(asked())
    assert not message.needs_call
    assert outbox.deliver_waiting() == 1
    ((phone, text),) = sent
    assert phone == asking.PHONE
    assert text.startswith("【演示签名】")
    assert texts() == []


def test_no_text_message_where_there_is_an_e_mail_address(settings):
    settings.SMS_GATEWAY = GATEWAY
    told(asked(email="planted@example.com"))
    outbox.deliver_waiting()
    assert sent == []
    assert len(mail.outbox) == 1


def test_a_fixed_line_gets_no_text_message(settings):
    settings.SMS_GATEWAY = GATEWAY
    message = told(asked(phone="0577-8123456"))
    assert message.needs_call
    assert outbox.deliver_waiting() == 1
    assert sent == []


def test_a_provider_gets_no_text_message(settings):
    settings.SMS_GATEWAY = GATEWAY
    asked(email="planted@example.com")
    outbox.deliver_waiting()
    assert Message.objects.filter(audience=Message.Audience.PROVIDER).exists()
    assert sent == []


def test_a_gateway_that_fails_is_tried_again_and_one_that_refuses_is_not(settings, caplog):
    settings.SMS_GATEWAY = GATEWAY
    message = told(asked())
    trouble.append(OSError(asking.PHONE))
    assert outbox.deliver_waiting() == 0
    row = message.dispatches.get(channel=Channel.SMS)
    assert (row.error, row.bounced_at) == ("OSError", None)
    assert row.next_try_at
    assert not Message.objects.to_call().exists()

    trouble[:] = [RefusedError("EmptyNumber")]
    Dispatch.objects.open().update(next_try_at=timezone.now())
    assert outbox.deliver_waiting() == 0
    row.refresh_from_db()
    assert (row.error, row.next_try_at) == ("EmptyNumber", None)
    assert row.bounced_at
    assert Message.objects.to_call().get() == message
    assert asking.PHONE not in caplog.text


def test_a_gateway_that_does_not_exist_is_a_visible_failure(settings):
    message = told(asked())
    settings.SMS_GATEWAY = "no.such.gateway"
    assert outbox.deliver_waiting() == 0
    assert message.dispatches.get(channel=Channel.SMS).error == "ModuleNotFoundError"


def test_an_enterprise_whose_e_mail_is_refused_is_called(monkeypatch):
    email = "planted@example.com"
    message = told(asked(email=email))
    assert not message.needs_call

    def refuse(self, fail_silently=False):
        raise SMTPRecipientsRefused({email: (550, b"no such user")})

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", refuse)
        assert outbox.deliver_waiting() == 0
    assert Message.objects.to_call().get() == message
    Dispatch.objects.open().update(next_try_at=timezone.now(), bounced_at=None)
    assert outbox.deliver_waiting() == 1
    assert not Message.objects.to_call().exists()


def test_a_member_whose_e_mail_is_refused_is_on_no_call_list(monkeypatch):
    asked(email="")
    Message.objects.filter(audience=Message.Audience.ENTERPRISE).delete()
    message = Message.objects.first()
    assert message.audience == Message.Audience.PROVIDER
    type(message.user).objects.filter(pk=message.user_id).update(email="a@example.com")

    def refuse(letter):
        raise RefusedError("SMTPRecipientsRefused 550")

    monkeypatch.setitem(channels.CHANNELS, Channel.EMAIL, refuse)
    outbox.deliver_waiting()
    assert Dispatch.objects.failed().exists()
    assert not Message.objects.to_call().exists()


def test_the_same_event_is_one_row_and_a_long_one_is_told_apart():
    request = asked()
    Message.objects.all().delete()
    for event in ("x" * 300, "x" * 300, "x" * 299):
        outbox.tell_enterprise(request, MessageKind.ANSWERED, event=event)
    assert Message.objects.count() == 2
