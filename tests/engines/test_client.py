"""The call of the cluster: a whole answer in time, or ``Unavailable``, whatever the server does."""

import base64
import math
import re
import socket
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from elasticsearch import Elasticsearch
from pytest_django import Settings
from urllib3.util.connection import create_connection

from search.engines.elasticsearch.client import Unavailable, connect, search_within
from search.engines.elasticsearch.deadline import Deadline, remaining
from tests.engines.faulty import (
    CUT_SHORT,
    SLOW,
    WRONG,
    answer_of,
    closed_port,
    full_backlog,
    reply,
    sends,
    serving,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Shorter than a page's, so that the tests are.
SECONDS = 0.3
# What a busy machine may add to a deadline.
GRACE = 0.6


@pytest.fixture
def client_of(settings: Settings) -> Callable[[str], Elasticsearch]:
    """The client for a server at some address."""

    def of(url: str, **more: str) -> Elasticsearch:
        for name, value in {"URL": url, **more}.items():
            setattr(settings, f"ELASTICSEARCH_{name}", value)
        return connect()

    return of


@pytest.fixture(autouse=True)
def no_thread_survives() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=1)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture(scope="module")
def certificate(
    tmp_path_factory: pytest.TempPathFactory, system_tool: Callable[[str, str], Path]
) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    openssl = system_tool("openssl", "openssl")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-keyout", path, "-out", path.with_suffix(".crt"), "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


def search(client: Elasticsearch, seconds: float = SECONDS) -> dict:
    return search_within(client, seconds, index="some-index", body={"query": {"match_all": {}}})


@contextmanager
def unavailable(*, timed_out: bool) -> Iterator[None]:
    """The block ends in time with ``Unavailable``."""
    start = time.monotonic()
    with pytest.raises(Unavailable) as raised:
        yield
    assert time.monotonic() - start < SECONDS + GRACE
    assert raised.value.timed_out is timed_out
    assert re.fullmatch(r"\S.{5,}", str(raised.value)), "a reason in one line"


# -- whole answers ---------------------------------------------------------------------------------


def peeked(line: socket.socket, *, until: bytes) -> bytes:
    """What has come, without taking it; head and body may come one after the other."""
    end = time.monotonic() + 2
    while not (come := line.recv(4096, socket.MSG_PEEK)).endswith(until):
        assert time.monotonic() < end, come
    return come


def test_a_whole_answer_comes_as_it_is(client_of: Callable) -> None:
    seen = []
    with serving(sends(reply(answer_of(7)))) as server:
        server.greet = lambda line: seen.append(peeked(line.socket, until=b"}}}"))
        assert search(client_of(f"{server.url}/behind/a/proxy")) == answer_of(7)
    head = seen[0].decode()
    assert head.startswith(
        "POST /behind/a/proxy/some-index/_search?allow_partial_search_results=false HTTP/1.1"
    )
    assert '{"query":{"match_all":{}}}' in head


def test_a_connection_serves_many_searches(client_of: Callable) -> None:
    with serving(sends(reply(answer_of(7)))) as server:
        client = client_of(server.url)
        for _ in range(20):
            search(client)
        assert (server.connections, server.requests) == (1, 20)


def test_a_refusal_does_not_cost_the_connection(client_of: Callable) -> None:
    with serving(WRONG["too many requests"]) as server:
        client = client_of(server.url)
        for _ in range(3):
            with unavailable(timed_out=False):
                search(client)
        server.behave = sends(reply(answer_of(1)))
        assert search(client) == answer_of(1)
        assert server.connections == 1


def test_threads_search_at_the_same_time(client_of: Callable) -> None:
    together = threading.Barrier(8, timeout=5)

    def all_at_once(line) -> None:
        together.wait()
        line.send(reply(answer_of(1)))

    with serving(all_at_once) as server, ThreadPoolExecutor(8) as pool:
        client = client_of(server.url)
        assert list(pool.map(lambda _: search(client, 5), range(8))) == [answer_of(1)] * 8
        assert server.connections == 8


def test_more_threads_than_kept_connections_do_not_wait(
    client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.elasticsearch.client._KEPT_CONNECTIONS", 1)
    with serving(SLOW["black hole"]) as server, ThreadPoolExecutor(4) as pool:
        client = client_of(server.url, PASSWORD="another client")

        def elapsed(_number: int) -> float:
            start = time.monotonic()
            with pytest.raises(Unavailable):
                search(client)
            return time.monotonic() - start

        assert max(pool.map(elapsed, range(4))) < SECONDS + GRACE
        assert server.connections == 4


# -- anything else ---------------------------------------------------------------------------------


@pytest.mark.parametrize("behave", SLOW.values(), ids=SLOW)
def test_a_slow_server_holds_nobody(client_of: Callable, behave: Callable) -> None:
    with serving(behave) as server:
        client = client_of(server.url)
        with unavailable(timed_out=True):
            search(client)
        server.behave = sends(reply(answer_of(1)))
        assert search(client) == answer_of(1), "the abandoned connection is not used again"
        assert server.connections == 2


@pytest.mark.parametrize("behave", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_none(client_of: Callable, behave: Callable) -> None:
    with serving(behave) as server, unavailable(timed_out=False):
        search(client_of(server.url))


def test_a_proxy_may_stand_before_a_server_once_known(client_of: Callable) -> None:
    with serving(sends(reply(answer_of(1)))) as server:
        client = client_of(server.url)
        search(client)
        server.behave = WRONG["a page of a proxy"]
        with unavailable(timed_out=False):
            search(client)


def test_a_search_that_the_server_cut_short_is_a_time_out(client_of: Callable) -> None:
    with serving(CUT_SHORT) as server, unavailable(timed_out=True):
        search(client_of(server.url))


def test_a_closed_port_is_told_at_once(client_of: Callable) -> None:
    with closed_port() as url, unavailable(timed_out=False):
        search(client_of(url))


def test_connecting_counts(client_of: Callable) -> None:
    with full_backlog() as url, unavailable(timed_out=True):
        search(client_of(url))


def test_a_server_that_does_not_read_is_left(client_of: Callable) -> None:
    """More is sent than lies in the buffers between, on a connection that was used before."""

    def answer_once(line) -> None:
        line.send(reply(answer_of(1)))
        line.hold()

    with serving(answer_once) as server:
        server.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = client_of(server.url)
        assert search(client) == answer_of(1)
        with unavailable(timed_out=True):
            search_within(client, SECONDS, index="i", body={"query": "x" * 10_000_000})
        assert server.connections == 1


def test_several_searches_share_an_outer_deadline(client_of: Callable) -> None:
    def late(line) -> None:
        line.closing.wait(SECONDS * 0.7)
        line.send(reply(answer_of(1)))

    with serving(late) as server:
        client = client_of(server.url)
        with unavailable(timed_out=True), Deadline(SECONDS):
            assert search(client, 10) == answer_of(1)
            search(client, 10)
        assert remaining() is None


def test_a_deadline_inside_another_does_not_prolong_it() -> None:
    with Deadline(1), Deadline(100):
        assert remaining() == pytest.approx(1, abs=GRACE)
    with Deadline(math.inf):
        assert remaining() is None
    with Deadline(0), pytest.raises(TimeoutError):
        remaining()


# -- names -----------------------------------------------------------------------------------------


def test_a_resolver_that_hangs_holds_nobody(
    client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    asked = []
    real = socket.getaddrinfo

    def hanging(host: str, *args, **kwargs) -> list:
        if host != "cluster.test" or kwargs["flags"]:
            return real(host, *args, **kwargs)
        asked.append(host)
        answers.wait()
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    threads = threading.active_count()
    with serving(sends(reply(answer_of(1)))) as server:
        client = client_of(server.url.replace("127.0.0.1", "cluster.test"))
        for _ in range(3):
            with unavailable(timed_out=True):
                search(client)
        assert asked == ["cluster.test"], "one question to the resolver, whoever waits for it"
        assert threading.active_count() == threads + 2, "the server's and the resolver's"
        answers.set()
        assert search(client) == answer_of(1)


@pytest.mark.parametrize("name", ["name.invalid", "two..dots"])
def test_a_name_without_an_address_is_unavailable(
    client_of: Callable, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = socket.getaddrinfo

    def offline(host: str, *args, **kwargs) -> list:
        host.encode("idna")
        return real(host, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    with unavailable(timed_out=False):
        search(client_of(f"http://{name}:9200"))


def test_a_dead_address_leaves_time_for_the_next(
    client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    with full_backlog() as dead, serving(sends(reply(answer_of(1)))) as server:
        # Both addresses must have the same port; the dead one is told apart by its host.
        port = int(server.url.rpartition(":")[2])
        dead_port = int(dead.rpartition(":")[2])

        def two(host: str, *args, **kwargs) -> list:
            if host == "cluster.test" and not kwargs["flags"]:
                return [(0, 0, 0, "", (each, port)) for each in ("127.0.0.2", "127.0.0.1")]
            found = real(host, *args, **kwargs)
            return [
                (*rest, ("127.0.0.1", dead_port) if address[0] == "127.0.0.2" else address)
                for *rest, address in found
            ]

        monkeypatch.setattr(socket, "getaddrinfo", two)
        client = client_of(server.url.replace("127.0.0.1", "cluster.test"))
        assert search(client) == answer_of(1)


# -- several addresses -----------------------------------------------------------------------------

NO_CONNECTION = {"closed port": closed_port, "full backlog": full_backlog}


@pytest.mark.parametrize("fault", [*NO_CONNECTION, "hangs up"])
def test_another_address_is_asked_where_one_takes_no_request(
    client_of: Callable, fault: str
) -> None:
    faults = {**NO_CONNECTION, "hangs up": lambda: serving(WRONG["hangs up"])}
    with faults[fault]() as broken, serving(sends(reply(answer_of(7)))) as server:
        client = client_of(f"{getattr(broken, 'url', broken)}, {server.url}")
        # They are asked in turn.
        for _ in range(4):
            start = time.monotonic()
            assert search(client) == answer_of(7)
            assert time.monotonic() - start < SECONDS + GRACE
        assert server.requests == 4


@pytest.mark.parametrize("fault", NO_CONNECTION)
def test_all_addresses_share_one_deadline(client_of: Callable, fault: str) -> None:
    with NO_CONNECTION[fault]() as one, NO_CONNECTION[fault]() as other:
        for _ in range(3):
            with unavailable(timed_out=fault == "full backlog"):
                search(client_of(f"{one},{other}"))


def test_a_search_that_takes_too_long_is_not_asked_again(client_of: Callable) -> None:
    with serving(SLOW["black hole"]) as slow, serving(sends(reply(answer_of(7)))) as server:
        client = client_of(f"{slow.url},{server.url}")
        answers = 0
        with unavailable(timed_out=True):
            # In which order they are asked is chance.
            while answers < 2:
                search(client)
                answers += 1
        assert (slow.requests, server.requests) == (1, answers)
        assert search(client) == answer_of(7), "the slow one is left alone for a while"


def test_a_refusal_is_an_answer(client_of: Callable) -> None:
    """What one node refuses, the others would."""
    with serving(WRONG["no master"]) as one, serving(WRONG["no master"]) as other:
        with unavailable(timed_out=False):
            search(client_of(f"{one.url},{other.url}"))
        assert one.requests + other.requests == 1


# -- TLS -------------------------------------------------------------------------------------------


def test_a_cluster_behind_tls_answers(client_of: Callable, certificate: Path) -> None:
    with serving(sends(reply(answer_of(7))), certificate=certificate) as server:
        client = client_of(server.url, CA_CERTS=str(certificate))
        assert [search(client) for _ in range(3)] == [answer_of(7)] * 3
        assert server.connections == 1


def test_a_stranger_is_not_believed(client_of: Callable, certificate: Path) -> None:
    with serving(sends(reply(answer_of(7))), certificate=certificate) as server:
        for known in ("", "/no/such/file.pem"):
            client = client_of(server.url, CA_CERTS=known)
            with unavailable(timed_out=False):
                search(client)
        assert server.requests == 0


@pytest.mark.parametrize("behave", SLOW.values(), ids=SLOW)
def test_a_slow_server_behind_tls_holds_nobody(
    client_of: Callable, certificate: Path, behave: Callable
) -> None:
    with serving(behave, certificate=certificate) as server:
        client = client_of(server.url, CA_CERTS=str(certificate))
        with unavailable(timed_out=True):
            search(client)


@pytest.mark.parametrize("raw", [b"", b"\x16\x03\x03\x10\x00\x02" + bytes(4096)])
def test_the_handshake_counts(client_of: Callable, raw: bytes) -> None:
    def greet(line) -> None:
        line.drip(raw)
        line.hold()

    with serving(sends(b""), greet=greet) as server:
        client = client_of(server.url.replace("http:", "https:"))
        with unavailable(timed_out=True):
            search(client)


def test_the_handshake_gets_what_connecting_has_left(
    client_of: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*args) -> socket.socket:
        connected = create_connection(*args)
        threading.Event().wait(SECONDS * 0.9)
        return connected

    monkeypatch.setattr("search.engines.elasticsearch.deadline.create_connection", slowly)
    with serving(sends(b""), greet=SLOW["black hole"]) as server:
        client = client_of(server.url.replace("http:", "https:"))
        with unavailable(timed_out=True):
            search(client)


# -- settings and processes ------------------------------------------------------------------------


def test_there_is_one_client_for_the_same_settings(client_of: Callable) -> None:
    first = client_of("http://127.0.0.1:1", USERNAME="reader", PASSWORD="secret")
    assert connect() is first
    second = client_of("http://127.0.0.1:2")
    assert second is not first
    assert connect() is second


@pytest.mark.parametrize(
    ("given", "header"),
    [
        ({"USERNAME": "reader", "PASSWORD": "secret"}, "Basic cmVhZGVyOnNlY3JldA=="),
        ({"API_KEY": "bm9ib2R5"}, "ApiKey bm9ib2R5"),
    ],
)
def test_credentials_are_sent(client_of: Callable, given: dict, header: str) -> None:
    seen = []
    with serving(sends(reply(answer_of(7)))) as server:
        server.greet = lambda line: seen.append(line.socket.recv(4096, socket.MSG_PEEK).decode())
        search(client_of(server.url, **given))
    assert f"authorization: {header}".lower() in seen[0].lower()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "no address"},
        {"url": "http://127.0.0.1:9200,no address"},
        {"url": "http://127.0.0.1:9200,http://127.0.0.1:9200"},
        {"url": "http://127.0.0.1:9200", "USERNAME": "reader", "API_KEY": "bm9ib2R5"},
        {"url": "http://127.0.0.1:9200", "USERNAME": "reader", "PASSWORD": "密码"},
        {"url": "http://127.0.0.1:9200", "API_KEY": "密码"},
    ],
)
def test_settings_that_make_no_client_are_named(client_of: Callable, wrong: dict) -> None:
    with pytest.raises(ImproperlyConfigured, match="ELASTICSEARCH_URL"):
        client_of(**wrong)


@pytest.mark.parametrize(
    "url",
    [
        "http://elastic:s3cret@127.0.0.1:99999",
        "http://elastic:s3/cret@127.0.0.1:9200",
        "http://127.0.0.1:9200,http://elastic:s3,cret@127.0.0.1:99999",
    ],
)
def test_a_password_in_an_address_is_not_repeated(client_of: Callable, url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        client_of(url)
    said = "".join(traceback.format_exception(raised.value))
    assert "s3" not in str(raised.value)
    assert "cret" not in str(raised.value)
    assert "The above exception" not in said
    assert "another exception" not in said


def test_addresses_are_separated_by_commas(client_of: Callable) -> None:
    client = client_of("http://one.test:9200, http://me:a,b@two.test:9201,")
    found = {node.config for node in client.transport.node_pool.all()}
    assert {(node.host, node.port) for node in found} == {("one.test", 9200), ("two.test", 9201)}
    credentials = {node.headers.get("authorization") for node in found}
    assert credentials == {None, f"Basic {base64.b64encode(b'me:a,b').decode()}"}


def test_an_address_may_leave_out_the_port(client_of: Callable) -> None:
    (node,) = client_of("https://cluster.test/search").transport.node_pool.all()
    assert (node.host, node.port, node.path_prefix) == ("cluster.test", 443, "/search")
