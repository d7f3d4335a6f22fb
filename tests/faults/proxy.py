"""A proxy between the site and a server, which fails in whatever way a test asks for, and recovers.

It understands HTTP, so that a fault may strike certain requests only, or an answer that the server
has already given. The faults of ``tests.engines.faulty`` can be had here too.
"""

from __future__ import annotations

import http.client
import re
import socket
from contextlib import suppress
from itertools import count
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

from marketplace.setup.machine import LOOPBACK, free_port
from tests.engines.faulty import Behaviour, Line

# Headers that belong to one connection, or that the proxy writes itself.
_OF_THE_CONNECTION = {"connection", "content-length", "transfer-encoding"}


class Exchange(Line):
    """One request of the site, which a fault treats as it likes; ``closing`` ends that fault."""

    method: str
    path: str

    def __init__(self, connected: socket.socket, server: str) -> None:
        super().__init__(connected, Event())
        self.server = server

    def read_request(self) -> bool:
        """Whether there was another request."""
        self.method, self.path, _version = (*self.file.readline().decode().split(), "", "", "")[:3]
        headers = http.client.parse_headers(self.file)
        self.headers = {
            name: value for name, value in headers.items() if name.lower() not in _OF_THE_CONNECTION
        }
        self.body = self.file.read(int(headers.get("content-length", 0)))
        return bool(self.method)

    def answer(self) -> bytes:
        """What the server says to the request, as it goes over the line."""
        line = http.client.HTTPConnection(self.server, timeout=60)
        try:
            line.request(self.method, self.path, self.body or None, self.headers)
            response = line.getresponse()
            body = response.read()
        finally:
            line.close()
        head = [f"HTTP/1.1 {response.status} {response.reason}"]
        head += [
            f"{name}: {value}"
            for name, value in response.getheaders()
            if name.lower() not in _OF_THE_CONNECTION
        ]
        head += [f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(head).encode() + body


def passes(exchange: Exchange) -> None:
    exchange.send(exchange.answer())


def says_nothing(exchange: Exchange) -> None:
    exchange.hold()


def drips(exchange: Exchange) -> None:
    """The right answer, a byte every tenth of a second."""
    exchange.drip(exchange.answer())


def cuts(exchange: Exchange) -> None:
    """The server does what it was told, and half of its answer arrives."""
    answer = exchange.answer()
    exchange.send(answer[: len(answer) // 2])
    exchange.hang_up()


def striking(request: str, behaviour: Behaviour, times: int | None = None) -> Behaviour:
    """A fault that strikes only certain requests, so many times or always.

    ``request`` is an expression that is searched in method and path.
    """
    strikes = iter(count() if times is None else range(times))

    def behave(exchange: Exchange) -> None:
        meant = re.search(request, f"{exchange.method} {exchange.path}")
        chosen = behaviour if meant and next(strikes, None) is not None else passes
        chosen(exchange)

    return behave


class Proxy:
    """Hands everything on to a server until it is told to behave otherwise."""

    def __init__(self, server: str) -> None:
        self.server = urlsplit(server).netloc
        self.port = free_port()
        # Requests that arrived, as method and path.
        self.seen: list[str] = []
        self._lock = Lock()
        self._behaviour: Behaviour = passes
        self._over = Event()
        self._lines: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self.listen()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def behave(self, behaviour: Behaviour) -> None:
        """Treat requests like this from now on; whom the fault before still holds is let go."""
        with self._lock:
            over, self._over = self._over, Event()
            self._behaviour = behaviour
        over.set()

    def listen(self) -> None:
        self._listener = socket.create_server((LOOPBACK, self.port))
        self._accepting = Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._accepting.start()

    def refuse(self) -> None:
        """Cut all connections and take no new one, until told to listen again."""
        # Wakes the thread that accepts, which closing alone does not.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self.behave(passes)
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.refuse()
        for thread in self._threads:
            thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connected, _address = listener.accept()
            except OSError:
                return  # closed
            with self._lock:
                self._lines.add(connected)
            thread = Thread(target=self._serve, args=(connected,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connected: socket.socket) -> None:
        # Either side may go at any moment; the other then sees the line end.
        with suppress(OSError, http.client.HTTPException), connected:
            exchange = Exchange(connected, self.server)
            while exchange.read_request():
                with self._lock:
                    self.seen.append(f"{exchange.method} {exchange.path}")
                    behaviour, exchange.closing = self._behaviour, self._over
                behaviour(exchange)
                if exchange.closing.is_set():
                    break  # let go in the middle
        with self._lock:
            self._lines.discard(connected)
