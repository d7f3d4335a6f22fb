"""Servers on loopback that speak just enough HTTP to fail in one way each, and one that does not.

All waiting is for an event that closing sets, so a server ends at once whatever it is doing.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

# Seconds between two bytes of a server that drips.
DRIP = 0.1


def answer_of(total: int, **changed) -> dict:
    """What Elasticsearch answers to a search that finds so many."""
    return {
        "took": 1,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {"total": {"value": total, "relation": "eq"}, "hits": []},
        **changed,
    }


def reply(
    body: object,
    status: str = "200 OK",
    *,
    product: str = "Elasticsearch",
    content_type: str = "application/vnd.elasticsearch+json;compatible-with=8",
    extra: str = "",
) -> bytes:
    """A whole response; a body that is no text is sent as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = (
        f"HTTP/1.1 {status}\r\nX-elastic-product: {product}\r\n"
        f"Content-Type: {content_type}\r\n{extra}Content-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw


class Line:
    """The server's end of one connection."""

    def __init__(self, connected: socket.socket, closing: Event) -> None:
        self.socket = connected
        self.closing = closing
        self.file = connected.makefile("rb")

    def read_request(self) -> bool:
        """Whether there was another request."""
        length = 0
        first = self.file.readline()
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self.file.read(length)
        return bool(first)

    def send(self, raw: bytes) -> None:
        self.socket.sendall(raw)

    def drip(self, raw: bytes) -> None:
        for at in range(len(raw)):
            if self.closing.wait(DRIP):
                return
            self.send(raw[at : at + 1])

    def hold(self) -> None:
        """Say nothing more."""
        self.closing.wait()

    def hang_up(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)


# Answers one request on a connection.
Behaviour = Callable[[Line], None]


class Server:
    """``behave`` answers every request; ``greet`` acts on a connection before anything is read."""

    def __init__(
        self,
        behave: Behaviour,
        *,
        greet: Behaviour | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.behave = behave
        self.greet = greet
        self.connections = 0
        self.requests = 0
        self.closing = Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.secure: ssl.SSLContext | None = None
        if certificate:
            self.secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.secure.load_cert_chain(certificate)
        self.threads = [Thread(target=self._accept)]
        self.lines: list[socket.socket] = []
        self.threads[0].start()

    @property
    def url(self) -> str:
        scheme = "https" if self.secure else "http"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connected, _address = self.listener.accept()
            except OSError:
                return  # closed
            self.connections += 1
            # TLS takes the socket itself over; this one still ends the connection.
            self.lines.append(connected.dup())
            thread = Thread(target=self._serve, args=(connected,))
            self.threads.append(thread)
            thread.start()

    def _serve(self, connected: socket.socket) -> None:
        # The client goes when its time is over, in the middle of whatever is said.
        with suppress(OSError), connected:
            if self.secure:
                connected = self.secure.wrap_socket(connected, server_side=True)
            line = Line(connected, self.closing)
            if self.greet:
                self.greet(line)
            while not self.closing.is_set() and line.read_request():
                self.requests += 1
                self.behave(line)

    def close(self) -> None:
        self.closing.set()
        for each in (self.listener, *self.lines):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for each in (self.listener, *self.lines):
            each.close()


@contextmanager
def serving(
    behave: Behaviour, *, greet: Behaviour | None = None, certificate: Path | None = None
) -> Iterator[Server]:
    server = Server(behave, greet=greet, certificate=certificate)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def closed_port() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def full_backlog() -> Iterator[str]:
    """An address whose queue is full: a connection is neither accepted nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for each in waiting:
                each.close()


def sends(raw: bytes) -> Behaviour:
    return lambda line: line.send(raw)


def _refusal(status: str, kind: str) -> Behaviour:
    body = {
        "error": {"type": kind, "reason": "a test", "root_cause": []},
        "status": int(status[:3]),
    }
    return sends(reply(body, status))


def _slow_body(line: Line) -> None:
    head, gap, _body = reply(answer_of(3)).partition(b"\r\n\r\n")
    line.send(head + gap)
    line.hold()


def _drip_body(line: Line) -> None:
    head, gap, body = reply(answer_of(3)).partition(b"\r\n\r\n")
    line.send(head + gap)
    line.drip(body)


def _drip_chunks(line: Line) -> None:
    line.send(
        b"HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    line.drip(b"1\r\n{\r\n" * 20)


def _cut(line: Line) -> None:
    raw = reply(answer_of(3))
    line.send(raw[: len(raw) - 40])
    line.hang_up()


_PARTIAL = {"total": 2, "successful": 1, "skipped": 0, "failed": 1}

# Servers that take longer than anybody can wait: each is one time-out.
SLOW: dict[str, Behaviour] = {
    "drips its headers": lambda line: line.drip(reply(answer_of(3))),
    "drips its body": _drip_body,
    "drips in chunks": _drip_chunks,
    "black hole": lambda line: line.hold(),
    "headers, then nothing": _slow_body,
}
# Servers that answer at once and wrongly.
WRONG: dict[str, Behaviour] = {
    "too many requests": _refusal("429 Too Many Requests", "circuit_breaking_exception"),
    "no master": _refusal("503 Service Unavailable", "cluster_block_exception"),
    "bad request": _refusal("400 Bad Request", "index_closed_exception"),
    "forbidden": _refusal("403 Forbidden", "security_exception"),
    "index missing": _refusal("404 Not Found", "index_not_found_exception"),
    "elsewhere": sends(reply(b"", "301 Moved", extra="Location: http://127.0.0.1:1/\r\n")),
    "a shard failed": sends(reply(answer_of(3, _shards=_PARTIAL))),
    "a page of a proxy": sends(reply(b"<html>welcome</html>", content_type="text/html")),
    "unknown type": sends(reply(b"\x00\x01", content_type="application/x-anything")),
    "broken JSON": sends(reply(b'{"timed_out": fal')),
    "bottomless JSON": sends(reply(b"[" * 100_000)),
    "JSON of another service": sends(reply({"ok": True})),
    "a JSON list": sends(reply([])),
    "nothing": sends(reply(b"")),
    "no content": sends(reply(b"", "204 No Content")),
    "another product": sends(reply(answer_of(3), product="OpenSearch")),
    "wrongly packed": sends(reply(b"no gzip", extra="Content-Encoding: gzip\r\n")),
    "no HTTP": sends(b"220 mail.example.com ESMTP\r\n"),
    "cut in the middle": _cut,
    "hangs up": lambda line: line.hang_up(),
}
# The server itself gave up, after the time that it was given: one more time-out.
CUT_SHORT: Behaviour = sends(reply(answer_of(0, timed_out=True)))
