"""The client in processes that fork, as a server's workers do."""

import os
import subprocess
import sys

import pytest

from tests.engines.faulty import answer_of, reply, sends, serving

pytestmark = pytest.mark.usefixtures("socket_enabled")

SET_UP = """
import os, socket, sys, threading
from django.conf import settings

names = ("URL", "USERNAME", "PASSWORD", "API_KEY", "CA_CERTS")
given = {**dict.fromkeys(names, ""), "URL": sys.argv[1]}
settings.configure(**{f"ELASTICSEARCH_{name}": value for name, value in given.items()})
from search.engines.elasticsearch.client import Unavailable, connect, search_within

def search(seconds=5):
    return search_within(connect(), seconds, index="x", body={})["hits"]["total"]["value"]
"""
# The parent has a connection open when it forks; each then searches with its own.
WITH_A_CONNECTION = """
assert search() == 7
child = os.fork()
found = [search() for _ in range(5)]
if child == 0:
    os._exit(0 if found == [7] * 5 else 1)
_pid, status = os.waitpid(child, 0)
raise SystemExit(0 if found == [7] * 5 and status == 0 and search() == 7 else 1)
"""
# The parent's resolver hangs when it forks; the child asks its own.
WITH_A_RESOLVER_THAT_HANGS = """
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *args, **more: (
    real(host, *args, **more) if more["flags"] else threading.Event().wait()
)
try:
    search(0.2)
except Unavailable as failure:
    assert failure.timed_out
socket.getaddrinfo = real
child = os.fork()
if child == 0:
    os._exit(0 if search() == 7 else 1)
_pid, status = os.waitpid(child, 0)
raise SystemExit(status != 0)
"""


def run_forking(script: str, url: str) -> None:
    """Run a script in a process that has no other threads."""
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", SET_UP + script, url]
    subprocess.run(command, env=environment, check=True, timeout=60)


def test_a_forked_process_opens_a_connection_of_its_own() -> None:
    with serving(sends(reply(answer_of(7)))) as server:
        run_forking(WITH_A_CONNECTION, server.url)
        assert (server.connections, server.requests) == (2, 12)


def test_a_forked_process_waits_for_no_resolver_of_its_parent() -> None:
    with serving(sends(reply(answer_of(7)))) as server:
        run_forking(WITH_A_RESOLVER_THAT_HANGS, server.url.replace("127.0.0.1", "localhost"))
        assert server.requests == 1
