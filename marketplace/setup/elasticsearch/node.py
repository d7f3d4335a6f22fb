"""One Elasticsearch server on the loopback address, with a folder of its own.

The distribution comes without its start script, so what that does stands here. Its launcher starts
the server proper as a child, hands it the settings and ends it when it is told to end.
"""

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any

from marketplace.setup.elasticsearch.distribution import java
from marketplace.setup.machine import (
    LOOPBACK,
    SetupError,
    as_account,
    free_port,
    hand_over,
    last_lines,
    runs,
    until,
)

# For servers that live for one test: less memory, and no time spent on code that soon ends.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-AlwaysPreTouch")

# Seconds until a server that was told to end is killed, and until a start counts as failed.
PATIENCE = 30
START_LIMIT = 240

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""

# A proxy of the environment has no business between this machine and itself.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Node:
    """A server that may be started, stopped, killed and started again on the same ports.

    ``folder`` takes settings, data and logs. ``heap`` is in Java's notation. Further ``settings``
    go into elasticsearch.yml as they are.
    """

    def __init__(
        self,
        home: Path,
        folder: Path,
        *,
        port: int = 0,
        transport_port: int = 0,
        heap: str = "512m",
        settings: Mapping[str, Any] | None = None,
        java_options: Sequence[str] = SHORT_LIVED,
    ) -> None:
        self.home = home
        self.folder = folder
        self.port = port or free_port()
        self.transport_port = transport_port or free_port()
        self.heap = heap
        self.settings = dict(settings or {})
        self.java_options = tuple(java_options)
        self.launcher = 0
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def found(cls, home: Path, folder: Path) -> "Node | None":
        """The server that another process has started in a folder and that still runs."""
        record = folder / "node.json"
        if not record.exists():
            return None
        known = json.loads(record.read_text())
        node = cls(home, folder, port=known["port"], transport_port=known["transport_port"])
        node.launcher = known["launcher"]
        return node if node.alive else None

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "server.log"

    @property
    def alive(self) -> bool:
        """Whether the launcher lives, which ends with its server."""
        if self._process is not None:
            return self._process.poll() is None
        return bool(self.launcher) and runs(self.launcher, self._mark_of_launcher)

    @property
    def server(self) -> int:
        """The process that answers searches: the one to kill, or to freeze with SIGSTOP."""
        return int((self.folder / "server.pid").read_text())

    def start(self) -> None:
        """Start the server and return when it answers."""
        self.launch()
        self.wait_ready()

    def launch(self, *, detached: bool = False) -> None:
        """Start the server without waiting; a detached one outlives this process and Ctrl-C."""
        program = java()
        if program is None:
            raise SetupError("Java is missing")
        self._configure()
        libraries = f"{self.home}/lib/*:{self.home}/lib/cli-launcher/*"
        command = [
            program,
            *("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
            *("-Dcli.name=server", "-Dcli.script=./bin/elasticsearch"),
            "-Dcli.libs=lib/tools/server-cli",
            f"-Des.path.home={self.home}",
            self._mark_of_launcher,
            "-Des.distribution.type=tar",
            *("-cp", libraries, "org.elasticsearch.launcher.CliToolLauncher"),
            *("-p", self.folder / "server.pid"),
        ]
        # Nothing of the developer's shell reaches the server: not its heap, not its Java options.
        environment = {"PATH": os.environ["PATH"], "ES_TMPDIR": str(self.folder / "tmp")}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self.home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=detached,
                **as_account(),
            )
        self.launcher = self._process.pid
        record = {
            "launcher": self.launcher,
            "port": self.port,
            "transport_port": self.transport_port,
        }
        (self.folder / "node.json").write_text(json.dumps(record))

    def wait_ready(self, *, nodes: int = 1) -> None:
        """Return when the server answers, its shards are up and so many nodes are one cluster."""
        path = f"/_cluster/health?wait_for_status=yellow&wait_for_nodes=ge({nodes})&timeout=1s"

        def ready() -> bool:
            return not self.alive or self._ask(path) is not None

        in_time = until(ready, START_LIMIT)
        if not in_time or not self.alive:
            self.kill()
            raise SetupError(
                f"Elasticsearch did not start; the end of {self.log}:\n{last_lines(self.log)}"
            )

    def version(self) -> str:
        told = self._ask("/")
        if told is None:
            raise SetupError(f"{self.url} does not answer")
        return told["version"]["number"]

    def stop(self) -> None:
        """End the server in good order."""
        if self.alive:
            os.kill(self.launcher, signal.SIGTERM)
        if not until(lambda: not self.alive, PATIENCE):
            self.kill()

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.alive and self._server_runs():
            os.kill(self.server, signal.SIGKILL)
        # The launcher ends when it sees that its server has.
        if not until(lambda: not self.alive, 5):
            os.kill(self.launcher, signal.SIGKILL)
            until(lambda: not self.alive, PATIENCE)

    def restart(self, *, empty: bool = False) -> None:
        """Start again on the same ports, with the data or without them."""
        self.stop()
        if empty:
            shutil.rmtree(self.folder / "data")
        self.start()

    @property
    def _configuration(self) -> Path:
        return self.folder / "conf"

    @property
    def _mark_of_launcher(self) -> str:
        return f"-Des.path.conf={self._configuration}"

    @property
    def _mark_of_server(self) -> str:
        return f"-Djava.io.tmpdir={self.folder / 'tmp'}"

    def _server_runs(self) -> bool:
        written = self.folder / "server.pid"
        return written.exists() and runs(self.server, self._mark_of_server)

    def _configure(self) -> None:
        for name in ("conf", "data", "logs", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "server.pid").unlink(missing_ok=True)
        settings = {
            "network.host": LOOPBACK,
            "http.port": self.port,
            "transport.port": self.transport_port,
            "discovery.type": "single-node",
            "xpack.security.enabled": False,
            "xpack.security.autoconfiguration.enabled": False,
            "node.store.allow_mmap": False,
            # A disk that is nearly full makes indices read-only; tests of that ask for it.
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            **self.settings,
        }
        java_options = [
            f"-Xms{self.heap}",
            f"-Xmx{self.heap}",
            self._mark_of_server,
            "-Dlog4j2.formatMsgNoLookups=true",
            *self.java_options,
        ]
        # A value in JSON is the same value in YAML.
        lines = [f"{key}: {json.dumps(value)}" for key, value in settings.items()]
        (self._configuration / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
        (self._configuration / "jvm.options").write_text("\n".join(java_options) + "\n")
        (self._configuration / "log4j2.properties").write_text(LOGGING)
        hand_over(self.folder)

    def _ask(self, path: str) -> dict[str, Any] | None:
        """What the server answers, or nothing as long as it does not."""
        try:
            with DIRECT.open(self.url + path, timeout=3) as response:
                return json.load(response)
        except (OSError, HTTPException, ValueError):
            return None


def cluster(home: Path, folder: Path, *, ports: Sequence[int] = (0, 0, 0)) -> list[Node]:
    """Nodes that make up one cluster, each with 512 MB of heap; as yet none is started."""
    transport = [free_port() for _ in ports]
    names = [f"node-{number}" for number in range(1, len(ports) + 1)]
    return [
        Node(
            home,
            folder / name,
            port=port,
            transport_port=inside,
            settings={
                "node.name": name,
                "discovery.type": "multi-node",
                "discovery.seed_hosts": [f"{LOOPBACK}:{each}" for each in transport],
                "cluster.initial_master_nodes": names,
            },
        )
        for name, port, inside in zip(names, ports, transport, strict=True)
    ]


def start_cluster(nodes: Sequence[Node], *, detached: bool = False) -> None:
    """Start all nodes together and return when each sees the others."""
    for node in nodes:
        node.launch(detached=detached)
    for node in nodes:
        node.wait_ready(nodes=len(nodes))
