"""What visitors notice when the cluster stops answering without a word, over four processes.

The workers first work with the cluster, through a relay in this process; then the relay falls
silent: it takes connections and bytes and never answers, as a black hole does.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit

PROCESSES = 4
SECONDS = 60
# Seconds that the breaker stays open before one probe.
PAUSE = 15
SLOW = 0.5
TOO_SLOW = 1.0


@dataclass(frozen=True)
class Visit:
    """When a page was asked for, how long it took (seconds), its requests to the cluster."""

    start: float
    seconds: float
    status: int
    requests: int


@dataclass(frozen=True)
class Outage:
    visits: list[Visit]

    @property
    def slow(self) -> list[Visit]:
        return sorted(
            (visit for visit in self.visits if visit.seconds > SLOW), key=lambda visit: visit.start
        )

    @property
    def too_slow(self) -> int:
        return sum(visit.seconds > TOO_SLOW for visit in self.visits)

    @property
    def failed(self) -> int:
        return sum(visit.status != 200 for visit in self.visits)

    @property
    def slow_before_open(self) -> int:
        """Slow pages begun before the first of them had ended, and so had opened the breaker."""
        opened = min((visit.start + visit.seconds for visit in self.slow), default=0)
        return sum(visit.start < opened for visit in self.slow)

    @property
    def slow_at_probes(self) -> int:
        return len(self.slow) - self.slow_before_open

    @property
    def slow_by_themselves(self) -> int:
        """Slow pages that asked the cluster nothing: the machine was busy."""
        return sum(not visit.requests for visit in self.slow)

    @property
    def longest(self) -> float:
        return max(visit.seconds for visit in self.visits)


class Relay:
    """Passes bytes between its own port and the cluster until it falls silent."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.target = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.silent = False
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        # Connections stay open for as long as the relay lives, as a black hole keeps them.
        self.taken: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                self.taken.append(near)
                if not self.silent:
                    far = socket.create_connection(self.target)
                    self.taken.append(far)
                    Thread(target=self._pass_on, args=(near, far), daemon=True).start()
                    Thread(target=self._pass_on, args=(far, near), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        # Whoever closes a connection has no more use for the other half.
        with suppress(OSError):
            while chunk := source.recv(65536):
                if not self.silent:
                    sink.sendall(chunk)

    def close(self) -> None:
        for one in (self.listener, *self.taken):
            one.close()


def outage(url: str, addresses: Sequence[str]) -> Outage:
    """Four workers through a minute of silence, each asking page after page."""
    with closing(Relay(url)) as relay:
        environment = {
            **os.environ,
            "ELASTICSEARCH_URL": relay.url,
            "SEARCH_ENGINE": "elasticsearch",
        }
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.visitor"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(PROCESSES)
        ]
        for worker in workers:
            print(json.dumps(addresses), file=worker.stdin, flush=True)
        for worker in workers:
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError("A worker did not start.")
        relay.silent = True
        for worker in workers:
            print(SECONDS, file=worker.stdin, flush=True)
        visits = [
            Visit(*fields) for worker in workers for fields in json.loads(worker.stdout.readline())
        ]
        for worker in workers:
            worker.wait()
    return Outage(visits)
