"""A small IMAP server on this machine: one account, one folder, what a reader of mail needs."""

from __future__ import annotations

import re
from socketserver import StreamRequestHandler, ThreadingTCPServer

USER, PASSWORD = "bounces@market.example", "pass/word @1"
QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\S+)')


class Mails(ThreadingTCPServer):
    """``mails`` and ``flags`` by their numbers; ``said`` are the commands, without the password."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, capabilities: bytes = b"IMAP4rev1 ID UIDPLUS") -> None:
        self.capabilities = capabilities
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[bytes]] = {}
        self.said: list[str] = []
        self.dies_at = ""
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def add(self, raw: bytes, *flags: bytes) -> int:
        number = max(self.mails, default=6) + 1
        self.mails[number], self.flags[number] = raw, set(flags)
        return number


class Session(StreamRequestHandler):
    server: Mails

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, _space, command = line.strip().partition(b" ")
            name = " ".join(command.decode().split()[:2]).upper()
            self.server.said.append("LOGIN" if name.startswith("LOGIN") else name)
            if self.server.dies_at and name.startswith(self.server.dies_at):
                return
            self.wfile.write(tag + b" " + self.answer(command) + b"\r\n")
            if name == "LOGOUT":
                return

    def answer(self, command: bytes) -> bytes:
        words = [(a.replace(b"\\\\", b"\\") or b) for a, b in QUOTED.findall(command)]
        name = words[0].upper()
        if name == b"UID":
            return self.uid(words[1].upper(), words[2:], command)
        if name == b"LOGIN" and words[1:] != [USER.encode(), PASSWORD.encode()]:
            return b"NO [AUTHENTICATIONFAILED] " + words[1] + b" is not let in"
        if name == b"CAPABILITY":
            self.wfile.write(b"* CAPABILITY " + self.server.capabilities + b"\r\n")
        if name == b"SELECT" and 'ID ("NAME"' not in self.server.said:
            asked = any(said.startswith("ID ") for said in self.server.said)
            if b"ID" in self.server.capabilities.split() and not asked:
                return b"NO Unsafe Login. Please contact kefu@example.com for help"
            self.wfile.write(b"* %d EXISTS\r\n" % len(self.server.mails))
        return b"OK done"

    def uid(self, name: bytes, words: list[bytes], command: bytes) -> bytes:
        server = self.server
        if name == b"SEARCH":
            found = [
                n for n, flags in server.flags.items() if not flags & {b"\\Seen", b"\\Deleted"}
            ]
            self.wfile.write(b"* SEARCH " + b" ".join(b"%d" % n for n in found) + b"\r\n")
        elif name == b"EXPUNGE":
            for number in numbers(words[0]):
                if b"\\Deleted" in server.flags.get(number, ()):
                    del server.mails[number], server.flags[number]
        elif name == b"STORE":
            for number in numbers(words[0]):
                server.flags[number] |= set(re.findall(rb"\\\w+", command))
        elif name == b"FETCH":
            for number in numbers(words[0]):
                self.fetch(number, b"BODY" in command)
        return b"OK done"

    def fetch(self, number: int, is_whole: bool) -> None:
        raw = self.server.mails.get(number)
        if raw is None:
            return
        if is_whole:
            self.wfile.write(b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (number, len(raw)) + raw)
            self.wfile.write(b")\r\n")
        else:
            self.wfile.write(b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (number, len(raw)))


def numbers(written: bytes) -> list[int]:
    return [int(number) for number in written.split(b",")]
