"""Mail that comes back later: read once, noted at its message, told, and nobody's data anywhere."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import due
from providers import delivery, notices
from providers.delivery.returned.marks import LENGTH, mark_for, sent_as
from providers.delivery.returned.reading import BIGGEST, read_returned, what_becomes_of
from providers.delivery.returned.reports import Report, read_report
from providers.matching.models import MatchRequest, Message, MessageKind
from providers.matching.telling import outbox
from providers.models import Channel, ChatRobot, Dispatch, Notice, NoticeKind
from tests.matching import asking
from tests.pages import page_text, provider_of, signed_in
from tests.providers import returned_samples as samples

EMAIL = "planted@example.net"
FAILED = {
    "postfix": (samples.postfix, "5.1.1"),
    "exchange": (samples.exchange, "5.1.10"),
    "chinese_page": (samples.chinese_page, "550"),
    "chinese_text": (samples.chinese_text, ""),
    "qmail": (samples.qmail, "5.1.1"),
    "exim": (samples.exim, "5.2.2"),
}
NO_REPORTS = {
    "on_holiday": samples.on_holiday,
    "answer": samples.answer,
    "receipt": samples.receipt,
    "complaint": samples.complaint,
    "delivered": lambda *about: samples.postfix(*about, action="delivered", status="2.0.0"),
    "relayed": lambda *about: samples.postfix(*about, action="relayed", status="2.0.0"),
    "own_mail": lambda *about: samples.returned_mail(*about).encode(),
}


@pytest.fixture
def box(tmp_path, settings) -> Path:
    """An empty mailbox in a folder, which the site reads."""
    folder = tmp_path / "bounces"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    settings.BOUNCE_MAILBOX_URL = f"maildir://{folder}"
    return folder


@pytest.fixture
def site(demo_site, box, settings):
    settings.REQUEST_MIN_SECONDS = 0
    Notice.objects.all().delete()
    Message.objects.all().delete()


def put(box: Path, raw: bytes) -> Path:
    path = box / "new" / f"1780000000.{len(list(box.rglob('*')))}.host"
    path.write_bytes(raw)
    return path


def left(box: Path) -> list[str]:
    """The states of the mails that are still there: "S" is read, nothing is new."""
    return sorted(path.name.partition(":2,")[2] for path in box.rglob("*") if path.is_file())


def read() -> due.Outcome:
    job = next(job for job in due.JOBS if job.work is read_returned)
    return due.run(job, timezone.now())


def sent_notice() -> tuple[Dispatch, str]:
    """A notice that was mailed, and its Message-ID."""
    get_user_model().objects.filter(username="provider1").update(email=EMAIL)
    notices.tell_members(provider_of("provider1"), NoticeKind.LISTING_PUBLISHED, event="1")
    assert notices.deliver_waiting() == 1
    row = Notice.objects.get().dispatches.get(channel=Channel.EMAIL)
    return row, mail.outbox[-1].extra_headers["Message-ID"].strip("<>")


def sent_to_enterprise() -> tuple[Message, str]:
    request = asking.ask_and_send(Client(), asking.offer_of("provider1"), email=EMAIL)
    return tell(request)


def tell(request: MatchRequest) -> tuple[Message, str]:
    Message.objects.all().delete()
    outbox.tell_enterprise(request, MessageKind.ANSWERED, request.invitations.get(), event="1")
    assert outbox.deliver_waiting() == 1
    message = Message.objects.get()
    return message, mail.outbox[-1].extra_headers["Message-ID"].strip("<>")


# -- what goes out ------------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
def test_a_mail_carries_a_mark_that_tells_nothing_and_comes_back_to_the_bounce_address(settings):
    settings.BOUNCE_ADDRESS = "bounces+*@market.example"
    row, message_id = sent_notice()
    letter = mail.outbox[-1]
    mark, _at, host = message_id.partition("@")
    assert (len(mark), host) == (LENGTH, "127.0.0.1")
    assert str(row.object_id) != mark
    assert letter.from_email == f"bounces+{mark}@market.example"
    assert len(letter.from_email.partition("@")[0]) <= 64
    assert letter.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert mark == mark_for("notice", row.object_id, EMAIL.upper())
    assert mark != mark_for("notice", row.object_id, "other@example.net")
    assert mark != mark_for("message", row.object_id, EMAIL)


@pytest.mark.usefixtures("site")
def test_without_a_bounce_address_the_sender_is_told():
    sent_notice()
    assert mail.outbox[-1].from_email == "no-reply@example.com"


@pytest.mark.usefixtures("site")
def test_every_source_names_itself_in_its_letters():
    """The mark of a mail is made with what stands before the colon of its letter's key."""
    team = provider_of("provider1").team
    ChatRobot.objects.create(team=team, service="wecombot", token="abcdefgh1234", name="群")
    sent_to_enterprise()
    sent_notice()
    for source in delivery.sources():
        names = {source.compose(row).source_name for row in source.rows()}
        assert names <= {source.name}


# -- what comes back ----------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", FAILED)
def test_a_returned_mail_stands_among_the_undelivered_messages(box, name, caplog):
    sample, code = FAILED[name]
    row, message_id = sent_notice()
    put(box, sample(message_id, EMAIL))
    with caplog.at_level("DEBUG"):
        assert read() == due.Outcome("returned mail noted", 1)
    row.refresh_from_db()
    assert row.error == (f"MailReturned: {code}" if code else "MailReturned")
    assert row.bounced_at
    assert (row.done_at, row.next_try_at) == (None, None)
    assert row.message.sent_at is None
    assert left(box) == []
    assert list(Dispatch.objects.failed()) == [row]
    text = page_text(signed_in("bureau").get(reverse("undelivered")))
    assert delivery.in_words(row.error) in text
    for place in (text, caplog.text, repr(list(Dispatch.objects.values_list()))):
        assert EMAIL not in place


@pytest.mark.usefixtures("site")
def test_the_reader_is_told_that_the_address_is_dead(box):
    _row, message_id = sent_notice()
    put(box, samples.postfix(message_id, EMAIL))
    home = reverse("wagtailadmin_home")
    assert reverse("own_messages") not in panels(home)
    read()
    assert reverse("own_messages") in panels(home)
    get_user_model().objects.filter(username="provider1").update(email="new@example.net")
    assert reverse("own_messages") not in panels(home)


def panels(home: str) -> str:
    """What waits for the member, without the menu."""
    answer = signed_in("provider1").get(home)
    return "".join(panel.render_html({"request": answer.wsgi_request}) for panel in waiting(answer))


def waiting(answer) -> list:
    return [panel for panel in answer.context["panels"] if hasattr(panel, "items")]


@pytest.mark.usefixtures("site")
def test_an_enterprise_whose_mail_came_back_is_called(box):
    message, message_id = sent_to_enterprise()
    assert not Message.objects.to_call().exists()
    put(box, samples.chinese_page(message_id, EMAIL))
    read()
    assert Message.objects.to_call().get() == message
    assert outbox.deliver_waiting() == 0


@pytest.mark.usefixtures("site")
def test_a_mail_that_is_held_up_is_noted_and_may_still_come_back(box):
    message, message_id = sent_to_enterprise()
    delayed = samples.postfix(message_id, EMAIL, action="delayed", status="4.4.1")
    put(box, delayed)
    assert read().count == 1
    row = message.dispatches.get(channel=Channel.EMAIL)
    assert row.error == "MailHeldUp: 4.4.1"
    assert row.delayed_at
    assert row.done_at
    assert row in Dispatch.objects.troubled()
    assert row not in Dispatch.objects.failed()
    assert not Message.objects.to_call().exists()
    bureau = signed_in("bureau")
    listed = page_text(bureau.get(reverse("undelivered"), {"state": "held_up"}))
    assert reverse("undelivered_handled", args=[row.pk]) in listed
    # A second one would reach the reader twice.
    assert reverse("undelivered_try", args=[row.pk]) not in listed
    assert bureau.post(reverse("undelivered_try", args=[row.pk])).status_code == 404
    put(box, delayed)
    assert read().count == 0

    put(box, samples.postfix(message_id, EMAIL, status="4.4.7"))
    assert read().count == 1
    row.refresh_from_db()
    assert (row.error, row.delayed_at) == ("MailReturned: 4.4.7", None)
    assert row in Dispatch.objects.failed()
    assert Message.objects.to_call().get() == message


@pytest.mark.usefixtures("site")
def test_what_was_held_up_and_never_came_back_has_arrived(box):
    row, message_id = sent_notice()
    put(box, samples.chinese_delay(message_id, EMAIL))
    assert read().count == 1
    assert row in Dispatch.objects.troubled()
    Dispatch.objects.update(delayed_at=timezone.now() - timedelta(days=8))
    assert not Dispatch.objects.troubled().exists()


@pytest.mark.usefixtures("site")
def test_whom_the_office_has_told_meanwhile_is_not_called(box):
    message, message_id = sent_to_enterprise()
    put(box, samples.postfix(message_id, EMAIL, action="delayed", status="4.4.1"))
    read()
    row = message.dispatches.get(channel=Channel.EMAIL)
    signed_in("bureau").post(reverse("undelivered_handled", args=[row.pk]))
    put(box, samples.postfix(message_id, EMAIL))
    read()
    assert not Message.objects.to_call().exists()
    assert not Dispatch.objects.troubled().exists()


@pytest.mark.usefixtures("site")
def test_a_return_path_alone_names_the_message(box, settings):
    settings.BOUNCE_ADDRESS = "bounces+*@market.example"
    row, _message_id = sent_notice()
    put(box, samples.without_the_mail(mail.outbox[-1].from_email.upper()))
    assert read().count == 1
    row.refresh_from_db()
    assert row.error == "MailReturned: 5.7.1"


@pytest.mark.usefixtures("site")
def test_the_same_report_twice_counts_once_and_the_message_can_be_sent_again(
    box, django_capture_on_commit_callbacks
):
    row, message_id = sent_notice()
    for _time in range(2):
        put(box, samples.postfix(message_id, EMAIL))
    assert read().count == 1
    assert left(box) == []
    put(box, samples.exchange(message_id, EMAIL))
    assert read().count == 0
    with django_capture_on_commit_callbacks(execute=True):
        signed_in("bureau").post(reverse("undelivered_try", args=[row.pk]))
    row.refresh_from_db()
    assert (row.done_at is None, row.bounced_at, row.error) == (False, None, "")
    assert row.message.sent_at
    assert len(mail.outbox) == 2


@pytest.mark.usefixtures("site")
def test_a_report_about_an_address_that_was_corrected_leaves_the_new_one_alone(box):
    row, message_id = sent_notice()
    get_user_model().objects.filter(username="provider1").update(email="new@example.net")
    put(box, samples.postfix(message_id, EMAIL))
    assert read().count == 1
    row.refresh_from_db()
    assert (row.error, row.address_mark) == ("MailReturned: 5.1.1", "")


@pytest.mark.usefixtures("site")
def test_a_mark_of_before_the_secret_key_was_changed_is_still_known(box, settings):
    _row, message_id = sent_notice()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-the-site-with-more-than-fifty-characters-01"
    put(box, samples.postfix(message_id, EMAIL))
    assert read().count == 1


# -- what is left alone -------------------------------------------------------------------------


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", NO_REPORTS)
def test_what_is_no_report_of_a_failure_is_left_for_a_person(box, name):
    row, message_id = sent_notice()
    put(box, NO_REPORTS[name](message_id, EMAIL))
    assert read() == due.Outcome("returned mail noted", 0)
    row.refresh_from_db()
    assert (row.error, row.delayed_at, row.done_at is None) == ("", None, False)
    assert left(box) == ["S"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("invented", ["a" * LENGTH, "former", "altered", "of another source"])
def test_an_invented_report_marks_nobodys_message(box, settings, invented, caplog):
    row, message_id = sent_notice()
    pk, own_key = row.object_id, settings.SECRET_KEY
    if invented == "former":
        settings.SECRET_KEY = "guessed-secret-key-of-somebody-who-would-like-to-be-the-site-0123"
        message_id = f"{mark_for('notice', pk, EMAIL)}@127.0.0.1"
        settings.SECRET_KEY = own_key
    elif invented == "altered":
        message_id = ("b" if message_id[0] == "a" else "a") + message_id[1:]
    elif invented == "of another source":
        message_id = f"{mark_for('no-such-source', pk, EMAIL)}@127.0.0.1"
    else:
        message_id = f"{invented}@127.0.0.1"
    put(box, samples.postfix(message_id, EMAIL))
    with caplog.at_level("INFO"):
        assert read().count == 0
    row.refresh_from_db()
    assert row.done_at
    assert left(box) == ["S"]
    assert "1 not of this site" in caplog.text


@pytest.mark.usefixtures("site")
def test_a_report_about_a_report_goes_round_in_no_circle(box):
    """The site answers no mail; a report that came back itself is somebody else's."""
    sent_notice()
    before = len(mail.outbox)
    inner = samples.postfix("20261201.1@mx.market.example", "bounces@other.example").decode()
    outer = samples.exim("x@example.org", "bounces@other.example").decode() + inner
    put(box, outer.encode())
    assert read().count == 0
    assert len(mail.outbox) == before
    assert left(box) == ["S"]


@pytest.mark.usefixtures("site")
def test_a_report_about_an_erased_message_is_removed(box):
    row, message_id = sent_notice()
    row.message.delete()
    put(box, samples.postfix(message_id, EMAIL))
    assert read().count == 0
    assert left(box) == []


@pytest.mark.usefixtures("site")
def test_odd_and_huge_mails_are_counted_and_hold_up_no_other(box, caplog):
    _row, message_id = sent_notice()
    put(box, b"From: postmaster@example.net\n\n" + b"550 x\n" * (BIGGEST // 5))
    put(box, b"")
    put(box, bytes(range(256)) * 20)
    put(box, b"Content-Type: multipart/report; boundary=\xff\xfe\n\n--\xff\xfe\n\n--")
    put(box, samples.postfix(message_id, EMAIL))
    (box / "new" / "folder").mkdir()
    with caplog.at_level("INFO"):
        assert read() == due.Outcome("returned mail noted", 1)
    assert left(box) == ["S"] * 4
    assert "1 too big" in caplog.text
    assert read() == due.Outcome("returned mail noted", 0)


@pytest.mark.usefixtures("site")
def test_a_report_that_cannot_be_noted_now_waits_and_holds_up_no_other(box, monkeypatch):
    _row, first = sent_notice()
    message, second = sent_to_enterprise()
    put(box, samples.postfix(first, EMAIL))
    put(box, samples.postfix(second, EMAIL))

    def fail(notice):
        raise RuntimeError(EMAIL)

    with monkeypatch.context() as patch:
        patch.setitem(delivery.source_named("notice").__dict__, "compose", fail)
        outcome = read()
    assert outcome.count == 1
    assert outcome.problems == ("A returned mail could not be noted: RuntimeError",)
    assert Message.objects.to_call().get() == message
    assert left(box) == [""]
    assert read().count == 1


@pytest.mark.parametrize("url", ["maildir:///nowhere/at/all", "mbox:///nowhere/at/all"])
def test_a_mailbox_that_is_away_is_reported_and_the_other_jobs_go_on(settings, db, url):
    settings.BOUNCE_MAILBOX_URL = url
    outcome = read()
    assert outcome.count == 0
    (problem,) = outcome.problems
    assert problem.startswith("The mailbox for returned mail cannot be read: ")


def test_without_a_mailbox_nothing_is_read(settings, db):
    assert settings.BOUNCE_MAILBOX_URL == ""
    assert read() == due.Outcome("returned mail noted", 0)


# -- reading reports ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "status", "expected"),
    [
        ("", "5.1.1", Report(True, "5.1.1")),
        ("", "4.2.2", Report(True, "4.2.2")),
        ("\nFinal-Recipient: rfc822; b@example.net\nAction: delayed\n", "5.1.1", None),
    ],
)
def test_what_failed_counts_before_what_is_held_up(extra, status, expected):
    raw = samples.postfix("x@y", EMAIL, status=status, extra=extra)
    assert read_report(message_from_bytes(raw)) == (expected or Report(True, status))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("MailReturned: 5.1.1", "The mail came back: no such mailbox (5.1.1)"),
        (
            "MailReturned: 5.1.99",
            "The mail came back: something is wrong with the address (5.1.99)",
        ),
        ("MailReturned: 5.0.0", "The mail came back: 5.0.0"),
        ("MailReturned: 550", "The mail came back: 550"),
        ("MailReturned", "The mail came back"),
        (
            "MailHeldUp: 4.2.2",
            "A mail server holds it up and goes on trying: the mailbox is full (4.2.2)",
        ),
        (
            "ChatRefused: 93000 invalid webhook",
            "The chat service refuses it: 93000 invalid webhook",
        ),
        ("SMTPRecipientsRefused 550", "SMTPRecipientsRefused 550"),
    ],
)
def test_reasons_are_told_in_words(error, words):
    with translation.override("en"):
        assert delivery.in_words(error) == words


WORDS = st.sampled_from(
    [
        b"From: postmaster@x\n",
        b"Content-Type: multipart/report; boundary=b\n",
        b"Content-Type: message/delivery-status\n",
        b"Content-Type: text/html; charset=undefined\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Subject: =?gbk?b?zcvQxQ==?=\n",
        b"Subject: =?no-such?q?=FF?=\n",
        b"Action: failed\nStatus: 5.1.1\n",
        b"--b\n",
        b"\n",
        b"a" * LENGTH,
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS | st.binary(max_size=20), max_size=12).map(b"".join))
def test_no_mail_makes_the_reading_fail(raw):
    """Whatever somebody sends, it is one of the things that may become of a mail."""
    assert what_becomes_of(raw) in ("no report", "not of this site", "not to be read")
    assert sent_as(message_from_bytes(b"From: a@b\n\n" + raw)) is None
