"""The mailboxes of returned mail: each mail once, on a server, in a folder, in a file."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from marketplace import due
from providers.delivery.returned import reading
from providers.delivery.returned.mailboxes import MailboxAway, opened, place_of
from providers.delivery.returned.reading import BIGGEST, read_returned
from tests.providers import returned_samples as samples
from tests.providers.imap_server import PASSWORD, USER, Mails
from tests.servers import allow_loopback

OTHER = b"From: a@example.net\nSubject: hello\n\nFrom the office.\n"


@pytest.fixture
def noted(monkeypatch) -> list[str]:
    """Reports are taken as noted where they are about the mark "ours"; what each was."""
    found: list[str] = []

    def become(raw: bytes) -> str:
        what = reading.NOTED if b"Message-ID: <ours" in raw else reading.NO_REPORT
        found.append(what)
        return what

    monkeypatch.setattr(reading, "what_becomes_of", become)
    return found


def report() -> bytes:
    return samples.postfix("ours@market.example", "planted@example.net")


def read() -> due.Outcome:
    return due.run(due.Job("returned mail noted", read_returned), timezone.now())


# -- on a server --------------------------------------------------------------------------------


@pytest.fixture
def server(settings) -> Iterator[Mails]:
    with Mails() as mails:
        Thread(target=mails.serve_forever, daemon=True).start()
        settings.BOUNCE_MAILBOX_URL = (
            f"imap://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{mails.port}/INBOX"
        )
        yield mails
        mails.shutdown()


@allow_loopback
@pytest.mark.usefixtures("noted")
def test_a_server_is_read_once_and_rid_of_what_was_noted(server, caplog):
    ours, other = server.add(report()), server.add(OTHER)
    server.add(OTHER, b"\\Seen")
    deleted = server.add(OTHER, b"\\Deleted")
    with caplog.at_level("DEBUG"):
        assert read() == due.Outcome("returned mail noted", 1)
    assert ours not in server.mails
    assert server.flags[other] == {b"\\Seen"}
    # Somebody else's, who may change their mind.
    assert deleted in server.mails
    assert read() == due.Outcome("returned mail noted", 0)
    assert [said for said in server.said if said == "LOGIN"] == ["LOGIN"] * 2
    for secret in (PASSWORD, quote(PASSWORD, safe=""), USER, "planted@example.net"):
        assert secret not in caplog.text


@allow_loopback
def test_a_huge_mail_is_not_fetched(server, noted):
    number = server.add(b"Subject: x\n\n" + b"x" * BIGGEST)
    assert read().count == 0
    assert noted == []
    assert server.flags[number] == {b"\\Seen"}


@allow_loopback
@pytest.mark.usefixtures("noted")
def test_a_server_that_cannot_take_single_mails_off_keeps_them_thrown_away(server):
    server.capabilities = b"IMAP4rev1"
    number = server.add(report())
    assert read().count == 1
    assert server.flags[number] == {b"\\Seen", b"\\Deleted"}
    assert read().count == 0


@allow_loopback
@pytest.mark.usefixtures("noted")
@pytest.mark.parametrize("moment", ["LOGIN", "SELECT", "UID SEARCH", "UID FETCH"])
def test_a_server_that_breaks_off_is_reported_and_read_again(server, moment):
    server.add(report())
    server.dies_at = moment
    outcome = read()
    assert outcome.count == 0
    (problem,) = outcome.problems
    assert problem.startswith("The mailbox for returned mail cannot be read: ")
    server.dies_at = ""
    assert read() == due.Outcome("returned mail noted", 1)


@allow_loopback
def test_neither_a_wrong_password_nor_a_server_without_encryption_is_talked_about(
    server, settings, caplog
):
    good = settings.BOUNCE_MAILBOX_URL
    for url in (
        good.replace(quote(PASSWORD, safe=""), "another-password"),
        good.replace("imap://", "imap+ssl://"),
        good.replace("imap://", "imap+tls://"),
        good.replace(f":{server.port}", ":1"),
    ):
        settings.BOUNCE_MAILBOX_URL = url
        outcome = read()
        told = f"{outcome.problems} {caplog.text}"
        assert len(outcome.problems) == 1
        for secret in (USER, "another-password", "let in", quote(PASSWORD, safe="")):
            assert secret not in told


# -- on this machine ----------------------------------------------------------------------------


@pytest.fixture(params=["maildir", "mbox"])
def local(request, tmp_path, settings) -> mailbox.Mailbox:
    kinds = {"maildir": mailbox.Maildir, "mbox": mailbox.mbox}
    box = kinds[request.param](tmp_path / "my bounces", create=True)
    box.flush()
    settings.BOUNCE_MAILBOX_URL = f"{request.param}://{quote(str(tmp_path))}/my%20bounces"
    return box


def add(local: mailbox.Mailbox, *mails: bytes) -> None:
    for raw in mails:
        local.add(raw)
    local.flush()


@pytest.mark.usefixtures("noted")
def test_a_local_mailbox_is_read_once_and_rid_of_what_was_noted(local):
    add(local, OTHER, report(), b"", OTHER + b"\xff\xfe\n")
    assert read() == due.Outcome("returned mail noted", 1)
    assert read() == due.Outcome("returned mail noted", 0)
    with opened(_url(local)) as box:
        assert box.unread() == []
    again = type(local)(local._path, create=False)
    kept = [again.get_bytes(key) for key in again.iterkeys()]
    assert len(kept) == 3
    assert any(raw.endswith(b"From the office.\n\xff\xfe\n") for raw in kept)
    assert {again.get_message(key).get_flags() for key in again.iterkeys()} <= {"S", "RO"}


def _url(local: mailbox.Mailbox) -> str:
    scheme = type(local).__name__.lower()
    return f"{scheme}://{quote(str(local._path))}"


@pytest.mark.usefixtures("noted")
def test_what_comes_while_a_local_mailbox_is_read_waits_for_the_next_round(local, monkeypatch):
    monkeypatch.setattr(reading, "ROUND", 2)
    add(local, report(), report(), report())
    assert [read().count for _round in range(3)] == [2, 1, 0]


def test_a_file_that_another_program_holds_is_read_later(tmp_path, settings, noted):
    box = mailbox.mbox(tmp_path / "box", create=True)
    add(box, report())
    settings.BOUNCE_MAILBOX_URL = f"mbox://{tmp_path}/box"
    box.lock()
    assert len(read().problems) == 1
    box.unlock()
    assert read().count == 1


def test_a_mail_that_another_process_took_away_is_no_failure(tmp_path, settings, noted):
    box = mailbox.Maildir(tmp_path / "box", create=True)
    box.add(OTHER)
    with opened(f"maildir://{tmp_path}/box") as read_now:
        (key,) = read_now.unread()
        Path(key).unlink()
        became, problems = reading.Counter(), []
        reading.work_off(read_now, key, became, problems)
        read_now.leave(key)
        read_now.remove(key)
    assert (became, problems) == ({}, [])


# -- settings -----------------------------------------------------------------------------------


def test_an_address_of_a_mailbox_is_read():
    place = place_of("imap+ssl://a%40example.com:p%2Fw%3A1@imap.example.com/Bounces/2026")
    assert (place.host, place.port, place.path) == ("imap.example.com", 993, "Bounces/2026")
    assert (place.user, place.password) == ("a@example.com", "p/w:1")
    assert "p/w:1" not in repr(place)
    assert place_of("imap+tls://a:b@h").port == 143
    assert place_of("imap://a:b@127.0.0.1:1430").path == "INBOX"
    assert place_of("maildir:///srv/my%20box").path == "/srv/my box"


WRONG = [
    "bounces",
    "imap.example.com",
    "pop3://a:hidden-word@h",
    "imap+ssl://h/INBOX",
    "imap+ssl://a@h/INBOX",
    "imap+ssl://a:hidden-word@",
    "imap+ssl://a:hidden-word#@h",
    "imap+ssl://a:hidden/word@h",
    "imap+ssl://a:hidden-word@h:99999",
    "imap+ssl://a:hidden-word@[h",
    "imap://a:hidden-word@mail.example.com",
    "maildir://relative/path",
    "maildir://",
    "mbox:///",
]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_address_is_told_by_the_checks_without_what_it_holds(settings, url):
    settings.BOUNCE_MAILBOX_URL = url
    (told,) = [message for message in run_checks() if message.id == "providers.E003"]
    assert "hidden" not in str(told)
    with pytest.raises(MailboxAway), opened(url):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", None),
        ("bounces@example.com", None),
        ("bounces+*@example.com", None),
        ("*@bounces.example.com", None),
        ("bounces", "providers.E004"),
        ("bounces@*.example.com", "providers.E004"),
        ("*+*@example.com", "providers.E004"),
        ("a b@example.com", "providers.E004"),
        ("bounces-of-the-whole-market+*@example.com", "providers.E005"),
    ],
)
def test_a_return_path_that_no_server_would_take_is_told_by_the_checks(settings, address, expected):
    settings.BOUNCE_ADDRESS = address
    told = {m.id for m in run_checks() if m.id in ("providers.E004", "providers.E005")}
    assert told == ({expected} if expected else set())


@pytest.mark.parametrize("url", ["", "maildir:///srv/bounces", "imap+ssl://a:b@h/INBOX"])
def test_a_right_address_passes_the_checks(settings, url):
    settings.BOUNCE_MAILBOX_URL = url
    assert "providers.E003" not in {message.id for message in run_checks()}
