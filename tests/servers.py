"""Real servers for tests: the shared ones of the run, and ones of a test's own.

``make test`` starts the shared servers and says where they are; a run of pytest by hand finds those
that ``make elasticsearch`` and ``make postgresql`` have started. Without a server the tests that
ask for it are skipped, and named at the end of the run; where ``CI`` is set they fail.
"""

import fcntl
import os
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from marketplace.setup.elasticsearch import Node, cluster, distribution, start_cluster
from marketplace.setup.elasticsearch.shared import SingleNode
from marketplace.setup.machine import LOOPBACK, locked, servers_folder
from marketplace.setup.postgresql import PostgreSQL
from marketplace.setup.shared_server import SharedServer

SHARED = (SingleNode(), PostgreSQL())
# Tests that ask for one of these may use the sockets of this machine, which others are denied.
FIXTURES = {"elasticsearch", "own_node", "own_cluster", "postgresql", "fresh_database"}
# For tests that come to a server in another way.
allow_loopback = pytest.mark.allow_hosts([LOOPBACK, "::1", "localhost"])

LEFT_OUT = "For want of a server: "
# What an empty database is made of.
EMPTY_DATABASE = "template0"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    hosts = [*allow_loopback.args[0], *given_hosts()]
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.allow_hosts(hosts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out for want of a server, and how to bring it."""
    reasons = Counter(
        reason.partition(LEFT_OUT)[2]
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report.longrepr, tuple) and LEFT_OUT in (reason := report.longrepr[2])
    )
    if reasons:
        terminalreporter.section("left out for want of a server", yellow=True)
    for reason, count in reasons.items():
        terminalreporter.line(f"{count} left out: {reason}")


def given_hosts() -> list[str]:
    """Hosts of servers that the user has named."""
    named = (os.environ.get(f"TEST_{server.name.upper()}_URL") for server in SHARED)
    return [host for url in named if url and (host := urlsplit(url).hostname)]


def do_without(reason: str) -> None:
    """Skip the test that needs a server, or fail it where nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(LEFT_OUT + reason)


def address(server: SharedServer) -> str:
    """Where a shared server answers."""
    variable = f"TEST_{server.name.upper()}"
    url = os.environ.get(f"{variable}_URL") or server.running()
    if url is None:
        do_without(
            os.environ.get(f"{variable}_MISSING")
            or f"{server.name} is not running; {server.command} starts it."
        )
    return url


@pytest.fixture(scope="session")
def elasticsearch() -> str:
    """The address of an Elasticsearch that all tests share: each uses indices of its own name."""
    return address(SingleNode())


@pytest.fixture(scope="session")
def postgresql() -> str:
    """The address of a PostgreSQL that all tests share, where databases may be created."""
    return address(PostgreSQL())


@pytest.fixture
def fresh_database(postgresql: str) -> Iterator[Callable[[], str]]:
    """Create an empty database of the test's own; its address."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(temporary_database(postgresql))


@pytest.fixture
def own_node() -> Iterator[Callable[..., Node]]:
    """Start an Elasticsearch of the test's own, which it may stop, kill and empty."""
    with ExitStack() as stack:
        yield lambda **wishes: stack.enter_context(temporary_node(**wishes))


@pytest.fixture
def own_cluster() -> Iterator[Callable[[], list[Node]]]:
    """Start a cluster of three nodes of the test's own."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(temporary_cluster())


@contextmanager
def temporary_database(server: str) -> Iterator[str]:
    """An empty database, dropped with whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    copy_database(server, EMPTY_DATABASE, name)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        drop_database(server, name)


def copy_database(server: str, source: str, target: str) -> None:
    """Have ``target`` hold exactly what ``source`` does, which nobody may be connected to."""
    drop_database(server, target)
    names = {"source": Identifier(source), "target": Identifier(target)}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {target} TEMPLATE {source}").format(**names))


def drop_database(server: str, name: str) -> None:
    """Drop a database if there is one; whoever still reads it is cut off."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def temporary_node(**wishes: Any) -> Iterator[Node]:
    """A running Elasticsearch with 512 MB of heap unless wished otherwise, killed at the end."""
    with node_folder() as folder:
        node = Node(server_home(), folder, **wishes)
        try:
            node.start()
            yield node
        finally:
            node.kill()


@contextmanager
def temporary_cluster() -> Iterator[list[Node]]:
    """Three running nodes of one cluster, killed at the end."""
    with node_folder() as folder:
        nodes = cluster(server_home(), folder)
        try:
            start_cluster(nodes)
            yield nodes
        finally:
            for node in nodes:
                node.kill()


def server_home() -> Path:
    """The unpacked Elasticsearch; a test does not fetch it."""
    folder = servers_folder()
    if not distribution.home(folder).is_dir() or distribution.missing_tools(folder):
        do_without(
            os.environ.get("TEST_ELASTICSEARCH_MISSING")
            or f"Elasticsearch or Java is not there; {SingleNode.command} brings both."
        )
    return distribution.home(folder)


@contextmanager
def node_folder() -> Iterator[Path]:
    """A folder that the account of the servers may enter, which pytest's own do not let it."""
    parent = servers_folder() / "of-tests"
    parent.mkdir(exist_ok=True)
    with ExitStack() as stack:
        with locked(parent / "lock"):
            sweep(parent)
            folder = Path(tempfile.mkdtemp(prefix="test-", dir=parent))
            folder.chmod(0o755)
            # Held as long as this process lives, by which the next one knows.
            owner = stack.enter_context((folder / "owner").open("w"))
            fcntl.flock(owner, fcntl.LOCK_EX)
        stack.callback(shutil.rmtree, folder)
        yield folder


def sweep(parent: Path) -> None:
    """Remove what test processes that were killed have left, their servers included."""
    for folder in parent.glob("test-*"):
        with (folder / "owner").open("a") as owner:
            try:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            for record in folder.rglob("node.json"):
                left = Node.found(distribution.home(servers_folder()), record.parent)
                if left:
                    left.kill()
            shutil.rmtree(folder)
