"""The mailboxes that returned mail is read from: on an IMAP server, or in a local file or folder.

``imap+ssl://user:password@host:993/INBOX`` (encrypted from the first byte), ``imap+tls://…:143``
(encrypted after STARTTLS), ``imap://`` (not encrypted, on this machine only),
``maildir:///path/of/folder``, ``mbox:///path/of/file``. Special characters of user and password are
written as in any address (``%40`` for ``@``).
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from imaplib import IMAP4
from io import SEEK_END
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout

PORTS = {"imap+ssl": 993, "imap+tls": 143, "imap": 143}
LOCAL = ("maildir", "mbox")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# Seconds to reach the server, and to wait for each of its answers.
PATIENCE = SocketTimeout(connect=10, read=30)
# Bytes of an mbox's mail in which its state is looked for.
HEADINGS_MOST = 64 * 1024


class MailboxAway(Exception):
    """The mailbox cannot be read; the message is the class of the failure, never its words."""


@dataclass(frozen=True)
class Place:
    """Where a mailbox is; ``path`` is a folder of the server, or something on this machine."""

    scheme: str
    path: str
    host: str = ""
    port: int = 0
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class Mailbox(Protocol):
    def unread(self) -> list:
        """The keys of what nobody has read, oldest first."""

    def size(self, key) -> int | None:
        """In bytes; None where it is gone."""

    def read(self, key) -> bytes | None:
        """The mail as it came, still unread; None where it is gone."""

    def leave(self, key) -> None:
        """Mark as read."""

    def remove(self, key) -> None: ...


def place_of(url: str) -> Place:
    """Where a mailbox is.

    Raises:
        ValueError: it is no address of a mailbox; the message names what is wrong, not the address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        # What it says repeats a part of the address, which may be one of the password.
        raise ValueError("host and port cannot be read") from None
    if parts.scheme in LOCAL:
        if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
            raise ValueError(f"after {parts.scheme}:// comes a full path, beginning with /")
        return Place(parts.scheme, unquote(parts.path))
    if parts.scheme not in PORTS:
        raise ValueError(f"it begins with one of {', '.join((*PORTS, *LOCAL))}, and ://")
    if not (parts.hostname and parts.username and parts.password):
        raise ValueError("user, password and host are needed: user:password@host")
    if parts.scheme == "imap" and parts.hostname not in THIS_MACHINE:
        raise ValueError("imap:// is not encrypted; use imap+ssl:// or imap+tls://")
    return Place(
        parts.scheme,
        unquote(parts.path.strip("/")) or "INBOX",
        parts.hostname,
        port or PORTS[parts.scheme],
        unquote(parts.username),
        unquote(parts.password),
    )


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """The mailbox, for as long as it is needed.

    Raises:
        MailboxAway: it cannot be reached or read, before or meanwhile.
    """
    kinds = {"maildir": maildir, "mbox": mbox}
    try:
        place = place_of(url)
        with kinds.get(place.scheme, imap)(place) as box:
            yield box
    except (OSError, ValueError, IMAP4.error, mailbox.Error) as error:
        raise MailboxAway(type(error).__name__) from None


# -- on a server --------------------------------------------------------------------------------


@contextmanager
def imap(place: Place) -> Iterator[Mailbox]:
    is_ssl = place.scheme == "imap+ssl"
    with IMAPClient(place.host, place.port, ssl=is_ssl, timeout=PATIENCE) as client:
        if place.scheme == "imap+tls":
            client.starttls()
        client.login(place.user, place.password)
        # NetEase's servers open no folder to a program that does not say what it is (RFC 2971).
        if client.has_capability("ID"):
            client.id_({"name": "marketplace", "version": "1"})
        client.select_folder(place.path)
        box = ImapMailbox(client)
        yield box
        box.clear()


class ImapMailbox:
    def __init__(self, client: IMAPClient) -> None:
        self.client = client
        self.removed: list[int] = []

    def unread(self) -> list[int]:
        return sorted(self.client.search(["UNSEEN", "UNDELETED"]))

    def size(self, key: int) -> int | None:
        return self.client.fetch([key], ["RFC822.SIZE"]).get(key, {}).get(b"RFC822.SIZE")

    def read(self, key: int) -> bytes | None:
        return self.client.fetch([key], ["BODY.PEEK[]"]).get(key, {}).get(b"BODY[]")

    def leave(self, key: int) -> None:
        self.client.add_flags([key], [SEEN])

    def remove(self, key: int) -> None:
        self.client.add_flags([key], [SEEN, DELETED])
        self.removed.append(key)

    def clear(self) -> None:
        """Take off the server what was removed, and nothing that others have marked so."""
        if self.removed and self.client.has_capability("UIDPLUS"):
            self.client.expunge(self.removed)


# -- on this machine ----------------------------------------------------------------------------


@contextmanager
def maildir(place: Place) -> Iterator[Mailbox]:
    yield Maildir(Path(place.path))


class Maildir:
    """A folder with a file for each mail: ``new`` has those that nobody saw, ``cur`` the others.

    The name of a file in ``cur`` ends with its state: ``:2,S`` is read, ``T`` thrown away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def unread(self) -> list[Path]:
        found = [*(self.folder / "new").iterdir(), *(self.folder / "cur").iterdir()]
        return sorted(
            (path for path in found if path.is_file() and not set(state_of(path)) & set("ST")),
            key=lambda path: path.name,
        )

    def size(self, key: Path) -> int | None:
        with suppress(FileNotFoundError):
            return key.stat().st_size
        return None

    def read(self, key: Path) -> bytes | None:
        with suppress(FileNotFoundError):
            return key.read_bytes()
        return None

    def leave(self, key: Path) -> None:
        name, state = key.name.partition(":2,")[0], "".join(sorted({*state_of(key), "S"}))
        with suppress(FileNotFoundError):
            key.rename(self.folder / "cur" / f"{name}:2,{state}")

    def remove(self, key: Path) -> None:
        key.unlink(missing_ok=True)


def state_of(path: Path) -> str:
    return path.name.partition(":2,")[2]


@contextmanager
def mbox(place: Place) -> Iterator[Mailbox]:
    box = mailbox.mbox(place.path, factory=None, create=False)
    box.lock()
    try:
        yield Mbox(box)
        box.flush()
    finally:
        box.close()


class Mbox:
    """One file with all mails; ``Status: RO`` among the headings of one says that it was read."""

    def __init__(self, box: mailbox.mbox) -> None:
        self.box = box

    def unread(self) -> list[int]:
        return [key for key in list(self.box.iterkeys()) if not self.is_read(key)]

    def is_read(self, key: int) -> bool:
        headings = BytesHeaderParser().parsebytes(self.box.get_file(key).read(HEADINGS_MOST))
        return "R" in str(headings.get("Status", ""))

    def size(self, key: int) -> int | None:
        mail = self.box.get_file(key)
        mail.seek(0, SEEK_END)
        return mail.tell()

    def read(self, key: int) -> bytes:
        return self.box.get_bytes(key)

    def leave(self, key: int) -> None:
        start, mail = self.box.get_bytes(key, from_=True).split(b"\n", 1)
        self.box[key] = b"\n".join((start, b"Status: RO", mail))

    def remove(self, key: int) -> None:
        self.box.remove(key)
