"""The scripts that start servers, with stand-ins for Java and Maven that are quick."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.setup import elasticsearch, machine, shared_server, with_servers
from marketplace.setup.elasticsearch import __main__ as command_line
from marketplace.setup.elasticsearch.distribution import VERSION, home, pieces
from marketplace.setup.elasticsearch.shared import SingleNode
from marketplace.setup.machine import SetupError, reachable, runs, until
from marketplace.setup.postgresql import PostgreSQL
from tests.servers import allow_loopback, node_folder
from tests.test_architecture import ROOT

# Answers as Elasticsearch does when it is ready, on the port of its configuration.
JAVA = """\
#!{python}
import json, os, re, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

if "-version" in sys.argv:
    sys.exit('openjdk version "{version}"')
conf = Path(next(a for a in sys.argv if a.startswith("-Des.path.conf=")).partition("=")[2])
port = int(re.search(r"http.port: (\\d+)", (conf / "elasticsearch.yml").read_text())[1])
Path(sys.argv[sys.argv.index("-p") + 1]).write_text(str(os.getpid()))

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({{"version": {{"number": "of-a-stand-in"}}}}).encode())

HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""

# Leaves what Maven leaves: a folder named like a variable, and the server, whole or in part.
MAVEN = """\
#!/bin/sh
PATH=/usr/bin:/bin
echo call >> "{calls}"
mkdir -p '${{project.basedir}}/target'
for argument; do
    case "$argument" in -DoutputDirectory=*) to="${{argument#*=}}/product/elasticsearch" ;; esac
done
mkdir -p "$to/lib"
{ending}
touch "$to/lib/elasticsearch-{version}.jar"
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for servers with nothing in it, and a path with no program on it."""
    with node_folder() as empty:
        monkeypatch.setenv("SERVERS_DIR", str(empty))
        (empty / "bin").mkdir()
        monkeypatch.setenv("PATH", str(empty / "bin"))
        for name in ("CI", "ELASTICSEARCH_URL", "JAVA_HOME", "TEST_ELASTICSEARCH_URL"):
            monkeypatch.delenv(name, raising=False)
        # The stand-ins need this test's own Python, which another account may not reach.
        for module in (machine, elasticsearch.node):
            monkeypatch.setattr(module, "as_account", dict)
        yield empty


def program(path: Path, source: str) -> None:
    path.write_text(source)
    path.chmod(0o755)


@pytest.fixture
def java(folder: Path) -> Callable[..., None]:
    """Put a Java of some version on the path."""

    def put(version: str = "17.0.1") -> None:
        program(folder / "bin" / "java", JAVA.format(python=sys.executable, version=version))

    return put


@pytest.fixture
def maven(folder: Path) -> Callable[..., None]:
    """Put a Maven on the path that does something before it is through."""

    def put(ending: str = "") -> None:
        source = MAVEN.format(calls=folder / "calls", ending=ending, version=VERSION)
        program(folder / "bin" / "mvn", source)

    return put


@pytest.fixture
def server(folder: Path, java: Callable[..., None], maven: Callable[..., None]) -> Iterator:
    """A server whose programs are all there; it ends with the test."""
    java()
    maven()
    node = SingleNode()
    yield node
    node.stop()


def told(capsys: pytest.CaptureFixture[str], action: Callable[[], None]) -> str:
    action()
    return capsys.readouterr().out


def fetching() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "marketplace.setup.elasticsearch", "fetch"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_missing_programs_are_named_with_the_command_that_installs_them(folder: Path) -> None:
    with pytest.raises(SetupError) as raised:
        SingleNode().start(keep=True)
    assert "Java 17 or newer and Maven" in str(raised.value)
    assert "sudo apt-get install openjdk-17-jre-headless maven" in str(raised.value)


def test_old_java_is_no_java(java: Callable[..., None], maven: Callable[..., None]) -> None:
    java("11.0.2")
    maven()
    with pytest.raises(SetupError, match=r"needs Java 17 or newer\. .*\n.*headless$"):
        SingleNode().start(keep=True)


def test_maven_is_not_needed_once_the_server_is_there(
    folder: Path, java: Callable[..., None]
) -> None:
    java()
    home(folder).mkdir()
    SingleNode().prepare()


def test_fetched_server_is_whole_and_nothing_else_is_left(server: SingleNode, folder: Path) -> None:
    server.fetch()
    server.fetch()
    assert (home(folder) / f"lib/elasticsearch-{VERSION}.jar").is_file()
    assert (folder / "calls").read_text() == "call\n"
    assert not list(folder.glob("fetching-*"))
    assert not list(ROOT.glob("$*"))


@pytest.mark.parametrize("ending", ["exit 1", "exit 0"])
def test_part_of_a_server_counts_as_none(
    server: SingleNode, folder: Path, maven: Callable[..., None], ending: str
) -> None:
    maven(f"echo '[ERROR] the line was cut'; {ending}")
    with pytest.raises(SetupError, match="the line was cut" if ending == "exit 1" else "holds no"):
        server.fetch()
    assert not home(folder).exists()
    maven()
    server.fetch()
    assert home(folder).is_dir()


def test_a_fetch_that_was_killed_is_begun_again(
    server: SingleNode, folder: Path, maven: Callable[..., None]
) -> None:
    maven(f"echo $$ > {folder}/maven.pid; exec sleep 60")
    killed = fetching()
    assert until((folder / "maven.pid").exists, 20)
    killed.kill()
    killed.communicate()
    os.kill(int((folder / "maven.pid").read_text()), signal.SIGKILL)
    assert list(folder.glob("fetching-*"))
    assert not home(folder).exists()
    maven()
    server.fetch()
    assert home(folder).is_dir()
    assert not list(folder.glob("fetching-*"))


def test_two_that_come_at_once_fetch_once(
    server: SingleNode, folder: Path, maven: Callable[..., None]
) -> None:
    maven("sleep 1")
    both = [fetching(), fetching()]
    texts = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], texts
    assert (folder / "calls").read_text() == "call\n"


def test_progress_is_read_from_lines_that_maven_overwrites() -> None:
    output = io.BufferedReader(io.BytesIO(b"Progress (1): 1 MB\rProgress (1): 2 MB\r\n[INFO] x"))
    assert list(pieces(output)) == ["Progress (1): 1 MB", "Progress (1): 2 MB", "[INFO] x"]


@allow_loopback
def test_running_server_is_left_alone_and_told(
    server: SingleNode, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = told(capsys, lambda: shared_server.start(server))
    record = (folder / "elasticsearch" / "node.json").read_text()
    again = told(capsys, lambda: shared_server.start(SingleNode()))
    assert f"is ready: {server.running()}" in first
    assert again == f"Elasticsearch of-a-stand-in runs already: {server.running()}\n"
    assert (folder / "elasticsearch" / "node.json").read_text() == record
    assert "runs: " in told(capsys, lambda: shared_server.status(server))
    assert told(capsys, lambda: shared_server.stop(server)) == "Elasticsearch has stopped.\n"
    assert told(capsys, lambda: shared_server.stop(server)) == "Elasticsearch was not running.\n"
    with pytest.raises(SetupError, match="make elasticsearch starts it"):
        shared_server.status(server)


@allow_loopback
def test_only_the_servers_own_process_is_ended(server: SingleNode, folder: Path) -> None:
    """After a restart of the machine the recorded number may be another program's."""
    server.start(keep=True)
    server.stop()
    with subprocess.Popen(["/bin/sleep", "60"]) as stranger:
        record = folder / "elasticsearch" / "node.json"
        known = json.loads(record.read_text()) | {"launcher": stranger.pid}
        record.write_text(json.dumps(known))
        assert not server.stop()
        assert server.running() is None
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_of_the_users_own_wins(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://search.example.com")
    monkeypatch.setattr(sys, "argv", ["elasticsearch", "start"])
    assert "of your own; nothing is started" in told(capsys, command_line.main)
    assert with_servers.addresses([SingleNode()], "/bin/true") == {
        "TEST_ELASTICSEARCH_URL": "http://search.example.com"
    }


def test_command_line_ends_with_the_reason(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["elasticsearch", "start", "--cluster"])
    with pytest.raises(SystemExit, match="sudo apt-get install"):
        command_line.main()


@allow_loopback
def test_a_test_run_stops_what_nobody_keeps(server: SingleNode) -> None:
    with with_servers.in_use([server]):
        found = with_servers.addresses([server], "/bin/true")
        with with_servers.in_use([server]):
            assert with_servers.addresses([server], "/bin/true") == found
        assert server.running() == found["TEST_ELASTICSEARCH_URL"]
    assert server.running() is None


@allow_loopback
def test_a_test_run_leaves_what_ran_before(server: SingleNode) -> None:
    address = server.start(keep=True)
    with with_servers.in_use([server]):
        assert with_servers.addresses([server], "/bin/true")["TEST_ELASTICSEARCH_URL"] == address
    assert server.running() == address


def test_a_test_run_goes_on_without_a_server_but_not_in_ci(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = with_servers.addresses([SingleNode()], "/bin/true")
    assert "sudo apt-get install" in found["TEST_ELASTICSEARCH_MISSING"]
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SetupError, match="sudo apt-get install"):
        with_servers.addresses([SingleNode()], "/bin/true")


def test_a_test_run_passes_on_addresses_and_the_exit_status() -> None:
    look = "import os, sys; sys.exit(7 if os.environ['TEST_ELASTICSEARCH_URL'] == 'x' else 0)"
    assert with_servers.run([sys.executable, "-c", look], {"TEST_ELASTICSEARCH_URL": "x"}) == 7


def test_the_number_of_a_process_is_not_enough() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()", "a-mark"], stdin=subprocess.PIPE
    ) as one:
        assert until(lambda: runs(one.pid, "a-mark"), 10)
        assert not runs(one.pid, "another-mark")
        one.stdin.close()
        # Ended, and not yet taken note of by this process.
        assert until(lambda: not runs(one.pid, "a-mark"), 10)


def test_root_does_not_start_servers_where_they_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "as_account", lambda: {"user": 65_534})
    tmp_path.chmod(0o700)
    assert not reachable(tmp_path)
    monkeypatch.setenv("SERVERS_DIR", str(tmp_path))
    with pytest.raises(SetupError, match="SERVERS_DIR"):
        machine.servers_folder()


def test_postgresql_is_started_once_and_ended_alone(
    monkeypatch: pytest.MonkeyPatch, postgresql: str
) -> None:
    """Real and beside the shared one, which goes on."""
    with node_folder() as empty:
        monkeypatch.setenv("SERVERS_DIR", str(empty))
        own = PostgreSQL()
        try:
            address = own.start(keep=True)
            assert address != postgresql
            assert own.start(keep=True) == address
            with psycopg.connect(address) as connection:
                assert connection.info.server_version >= 150_000
                assert connection.execute("SHOW fsync").fetchone() == ("off",)
        finally:
            assert own.stop()
        assert own.running() is None
    with psycopg.connect(postgresql) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


HOLD_A_FOLDER = """\
from tests.servers import node_folder
with node_folder() as folder:
    print(folder, flush=True)
    input()
"""


def test_what_a_killed_test_process_leaves_is_swept(folder: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD_A_FOLDER], cwd=ROOT, **pipes) as owner:
        left = Path(owner.stdout.readline().strip())
        marks = [f"-Des.path.conf={left / 'conf'}", f"-Djava.io.tmpdir={left / 'tmp'}"]
        wait = [sys.executable, "-c", "import time; time.sleep(60)"]
        with subprocess.Popen([*wait, *marks]) as server:
            known = {"launcher": server.pid, "port": 1, "transport_port": 2}
            (left / "node.json").write_text(json.dumps(known))
            (left / "server.pid").write_text(str(server.pid))
            with node_folder():
                assert left.exists()
                assert server.poll() is None
            owner.kill()
            owner.wait()
            with node_folder():
                assert not left.exists()
                assert server.wait() == -signal.SIGKILL
