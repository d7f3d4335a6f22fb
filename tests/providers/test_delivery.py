"""Channels: each takes a message once; what is refused stays refused, what fails is tried again."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.checks import run_checks
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from wagtail.users.models import UserProfile

from providers import notices
from providers.delivery import channels
from providers.models import (
    CLAIM_LIFETIME,
    RETRY_AFTER,
    Channel,
    Dispatch,
    MessageGroup,
    MessagePreference,
    Notice,
    NoticeKind,
)
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("demo_site")
ADDRESS = "planted@example.com"


@pytest.fixture(autouse=True)
def nothing_told_before():
    Notice.objects.all().delete()
    for path in settings.MAIL_DIR.glob("*.txt") if settings.MAIL_DIR.exists() else ():
        path.unlink()


@pytest.fixture
def member():
    user = get_user_model().objects.get(username="provider1")
    user.email = ADDRESS
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def notice(member):
    notices.tell_members(provider_of("provider1"), NoticeKind.LISTING_PUBLISHED, event="1")
    return Notice.objects.get()


def refuse_mail(monkeypatch, error: Exception) -> list[int]:
    """Have the mail server raise; the list counts how often it was asked."""
    asked: list[int] = []

    def send(self, fail_silently=False):
        asked.append(1)
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    return asked


def by_channel(row: Notice) -> dict[str, Dispatch]:
    return {dispatch.channel: dispatch for dispatch in row.dispatches.all()}


def make_due() -> None:
    Dispatch.objects.open().exclude(next_try_at=None).update(next_try_at=timezone.now())


def test_a_mail_has_text_and_html_with_one_link_each(notice):
    assert notices.deliver_waiting() == 1
    (letter,) = mail.outbox
    html, kind = letter.alternatives[0]
    link = notices.link(notice)
    assert kind == "text/html"
    assert (letter.body.count("http"), html.count("href=")) == (1, 1)
    assert link in letter.body
    assert f'href="{link}"' in html
    assert letter.subject in html
    assert str(settings.WAGTAIL_SITE_NAME) in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("chosen", "word"), [("en", "Published"), ("zh-hans", "已发布"), ("", "已发布")]
)
def test_a_mail_is_in_the_language_of_its_reader(notice, member, chosen, word):
    UserProfile.objects.update_or_create(user=member, defaults={"preferred_language": chosen})
    notices.deliver_waiting()
    assert word in mail.outbox[0].subject


def test_a_title_is_text_in_a_html_mail(notice):
    title = "<b>演示</b> & Co"
    notice.page.__class__.objects.filter(pk=notice.page_id).update(title=title)
    notices.deliver_waiting()
    html = mail.outbox[0].alternatives[0][0]
    assert "<b>演示" not in html
    assert "&lt;b&gt;演示" in html


def test_the_same_row_always_has_the_same_message_id(notice):
    notices.deliver_waiting()
    notice.dispatches.update(done_at=None, next_try_at=timezone.now())
    Notice.objects.update(sent_at=None, claimed_at=None)
    notices.deliver_waiting()
    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first == second


# -- once a channel -----------------------------------------------------------------------------


def test_what_one_channel_took_is_not_given_to_it_again(notice, monkeypatch):
    asked = refuse_mail(monkeypatch, SMTPServerDisconnected("gone"))
    files = []
    monkeypatch.setitem(channels.CHANNELS, Channel.FILE, lambda letter: files.append(letter.pk))
    for _round in range(3):
        assert notices.deliver_waiting() == 0
        make_due()
    monkeypatch.undo()
    assert notices.deliver_waiting() == 1
    assert (len(files), len(asked), len(mail.outbox)) == (1, 3, 1)
    notice.refresh_from_db()
    assert notice.sent_at
    assert notice.error == ""


def test_a_process_that_dies_between_two_channels_repeats_none(notice, monkeypatch):
    class Killed(BaseException):
        pass

    def die(letter):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setitem(channels.CHANNELS, Channel.EMAIL, die)
        with pytest.raises(Killed):
            notices.deliver_waiting()
    files = []
    monkeypatch.setitem(channels.CHANNELS, Channel.FILE, lambda letter: files.append(letter.pk))
    assert notices.deliver_waiting() == 0  # claimed by the one that died
    Notice.objects.update(claimed_at=timezone.now() - CLAIM_LIFETIME - timedelta(seconds=1))
    assert notices.deliver_waiting() == 1
    assert files == []
    assert len(mail.outbox) == 1


def test_a_process_that_dies_before_it_says_all_is_done_repeats_none(notice, monkeypatch):
    notices.deliver_waiting()
    Notice.objects.update(sent_at=None, claimed_at=None)
    assert notices.deliver_waiting() == 1
    assert len(mail.outbox) == 1


# -- failures -----------------------------------------------------------------------------------


def test_a_failure_is_tried_again_with_longer_and_longer_pauses_and_given_up(notice, monkeypatch):
    asked = refuse_mail(monkeypatch, SMTPServerDisconnected(ADDRESS))
    pauses = []
    for _try in range(len(RETRY_AFTER) + 3):
        before = timezone.now()
        notices.deliver_waiting()
        next_try_at = by_channel(notice)[Channel.EMAIL].next_try_at
        if next_try_at is None:
            break
        pauses.append(round((next_try_at - before).total_seconds() / 60))
        assert notices.deliver_waiting() == 0
        make_due()
    assert pauses == [pause.total_seconds() / 60 for pause in RETRY_AFTER]
    assert len(asked) == len(RETRY_AFTER) + 1
    assert list(Dispatch.objects.failed().values_list("channel", "error", "bounced_at")) == [
        ("email", "SMTPServerDisconnected", None)
    ]


@pytest.mark.parametrize(
    ("error", "is_final", "name"),
    [
        (
            SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}),
            True,
            "SMTPRecipientsRefused 550",
        ),
        (SMTPRecipientsRefused({ADDRESS: (450, b"later")}), False, "SMTPRecipientsRefused"),
        (SMTPDataError(554, b"rejected"), True, "SMTPDataError 554"),
        (SMTPDataError(451, b"try later"), False, "SMTPDataError"),
        (ValueError(f"Invalid address {ADDRESS}"), True, "ValueError"),
        (ConnectionRefusedError(), False, "ConnectionRefusedError"),
    ],
)
def test_only_what_is_refused_for_good_is_not_tried_again(
    notice, monkeypatch, caplog, error, is_final, name
):
    asked = refuse_mail(monkeypatch, error)
    assert notices.deliver_waiting() == 0
    row = by_channel(notice)[Channel.EMAIL]
    assert row.error == name
    assert (row.bounced_at is not None, row.next_try_at is None) == (is_final, is_final)
    make_due()
    notices.deliver_waiting()
    assert len(asked) == (1 if is_final else 2)
    assert ADDRESS not in caplog.text
    assert ADDRESS not in repr(list(Dispatch.objects.values_list()))


def test_an_address_that_no_server_would_be_given_is_refused_for_good(member, notice):
    get_user_model().objects.filter(pk=member.pk).update(email="a@b\ncc: c@example.com")
    notices.deliver_waiting()
    row = by_channel(notice)[Channel.EMAIL]
    assert row.bounced_at
    assert mail.outbox == []


def test_a_file_that_cannot_be_written_neither_stops_nor_doubles_the_mail(
    notice, settings, tmp_path
):
    (tmp_path / "file").write_text("")
    settings.MAIL_DIR = tmp_path / "file"
    for _round in range(3):
        assert notices.deliver_waiting() == 0
        make_due()
    assert len(mail.outbox) == 1


def test_a_text_that_cannot_be_made_goes_nowhere_and_is_tried_again(member, monkeypatch):
    row = Notice.objects.create(key="odd", kind="no_such_text", user=member)
    assert notices.deliver_waiting() == 0
    (dispatch,) = row.dispatches.all()
    assert (dispatch.channel, dispatch.error) == (Channel.WRITING, "TemplateDoesNotExist")
    Notice.objects.update(kind=NoticeKind.LISTING_PUBLISHED, page=provider_of("provider1").pk)
    make_due()
    assert notices.deliver_waiting() == 1
    assert not Dispatch.objects.open().exists()


# -- choices ------------------------------------------------------------------------------------


def test_a_group_that_was_declined_is_not_mailed_but_counts_as_told(notice, member):
    MessagePreference.objects.create(user=member, group=MessageGroup.REVIEW, email=False)
    assert notices.deliver_waiting() == 1
    assert mail.outbox == []
    assert set(by_channel(notice)) == {Channel.FILE}


def test_another_groups_choice_changes_nothing(notice, member):
    MessagePreference.objects.create(user=member, group=MessageGroup.CERTIFICATES, email=False)
    notices.deliver_waiting()
    assert len(mail.outbox) == 1


def test_what_must_arrive_cannot_be_declined(member):
    for group in MessageGroup:
        MessagePreference.objects.create(user=member, group=group, email=False)
    notices.tell_members(provider_of("provider1"), NoticeKind.LISTING_REMOVED, event="1")
    notices.deliver_waiting()
    assert len(mail.outbox) == 1


def test_every_kind_is_either_in_a_group_or_always_mailed():
    grouped = set(notices.GROUP_OF)
    assert grouped | notices.ALWAYS_MAILED == set(NoticeKind)
    assert not grouped & notices.ALWAYS_MAILED


def test_a_choice_made_after_a_failure_ends_the_tries(notice, member, monkeypatch):
    with monkeypatch.context() as patch:
        refuse_mail(patch, SMTPServerDisconnected("gone"))
        notices.deliver_waiting()
    MessagePreference.objects.create(user=member, group=MessageGroup.REVIEW, email=False)
    make_due()
    assert notices.deliver_waiting() == 1
    assert mail.outbox == []


def test_what_hangs_on_a_message_goes_with_it(notice):
    notices.deliver_waiting()
    assert Dispatch.objects.exists()
    notice.delete()
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize("path", ["no.such.gateway", "providers.delivery.sms.MOBILE"])
def test_a_gateway_that_cannot_send_is_told_by_the_checks(settings, path):
    settings.SMS_GATEWAY = path
    assert {message.id for message in run_checks()} & {"providers.E001", "providers.E002"}
