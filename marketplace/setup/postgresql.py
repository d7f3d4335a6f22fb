"""Start and stop the PostgreSQL of this machine that tests and development run on.

    python -m marketplace.setup.postgresql start|stop|status

The programs are the system's; data, port and account are this project's own, so that a server
which the system's package runs is left as it is. Nothing here survives a power cut, which tests
do not need, and everybody on this machine may sign in.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from marketplace.setup.machine import (
    LOOPBACK,
    SetupError,
    as_account,
    free_port,
    hand_over,
    install,
    last_lines,
    runs,
)
from marketplace.setup.shared_server import SharedServer, main

OLDEST = 15
PACKAGE = "postgresql"
# The system's own server has 5432.
PORTS = range(5433, 5443)
USER = "market"
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
# Debian keeps the programs of each version in a folder of their own, off the path.
FOLDERS_OF_DEBIAN = Path("/usr/lib/postgresql")
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": 200,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def version_of(server: Path) -> int:
    told = subprocess.run([server, "--version"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"(\d+)", told)[1])


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is new enough."""
    on_path = shutil.which("postgres")
    found = [*FOLDERS_OF_DEBIAN.glob("*/bin/postgres"), *([Path(on_path)] if on_path else [])]
    fit = {version_of(server): server.parent for server in found}
    newest = max(fit, default=0)
    return fit[newest] if newest >= OLDEST else None


class PostgreSQL(SharedServer):
    name = "PostgreSQL"
    command = "make postgresql"
    folder_name = "postgresql"
    variables = ("TEST_POSTGRESQL_URL",)

    def prepare(self) -> None:
        if programs() is None and not (install((PACKAGE,)) and programs()):
            raise SetupError(
                f"PostgreSQL {OLDEST} or newer is missing. Install with:\n"
                f"    sudo apt-get install {PACKAGE}"
            )

    def running(self) -> str | None:
        process, port = self._known()
        return f"postgres://{USER}@{LOOPBACK}:{port}/postgres" if process else None

    def launch(self) -> str:
        if not self._data.is_dir():
            self._create()
        port = free_port(PORTS)
        options = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
        log = self.folder / "server.log"
        started = self._run(
            "pg_ctl",
            *("start", "--wait", "--timeout=60", "--silent", f"--pgdata={self._data}"),
            *(f"--log={log}", f"--options=-p {port} {options}"),
        )
        if started.returncode != 0:
            raise SetupError(f"PostgreSQL did not start; the end of {log}:\n{last_lines(log)}")
        return self.running()

    def end(self) -> bool:
        process, _port = self._known()
        if process:
            ended = self._run("pg_ctl", "stop", "--mode=fast", "--silent", f"--pgdata={self._data}")
            if ended.returncode != 0:
                raise SetupError(f"PostgreSQL did not stop:\n{ended.stderr}")
        return bool(process)

    def version(self) -> str:
        return str(version_of(self._programs / "postgres"))

    @property
    def _programs(self) -> Path:
        found = programs()
        if found is None:
            raise SetupError(f"PostgreSQL {OLDEST} or newer is missing")
        return found

    @property
    def _data(self) -> Path:
        # Data of one version cannot be read by another.
        return self.folder / f"data-{version_of(self._programs / 'postgres')}"

    def _known(self) -> tuple[int, int]:
        """Process and port of the running server, or zeros."""
        if programs() is None:
            return 0, 0
        record = self._data / "postmaster.pid"
        if not record.exists():
            return 0, 0
        lines = record.read_text().splitlines()
        process, port = int(lines[0]), int(lines[3])
        return (process, port) if runs(process, str(self._data)) else (0, 0)

    def _create(self) -> None:
        """Make an empty data folder beside its place, and move it there when it is whole."""
        hand_over(self.folder)
        aside = self.folder / "data-new"
        shutil.rmtree(aside, ignore_errors=True)
        made = self._run(
            "initdb",
            *(f"--pgdata={aside}", f"--username={USER}", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", f"--locale={LOCALE}"),
        )
        if made.returncode != 0:
            raise SetupError(f"PostgreSQL could not make its data folder:\n{made.stderr}")
        aside.rename(self._data)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's own programs under the account of the servers."""
        with (self.folder / "commands.log").open("w+") as told:
            done = subprocess.run(
                [self._programs / program, *arguments],
                cwd="/",
                env={"PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL,
                # Not a pipe: the server would hold it open.
                stdout=told,
                stderr=subprocess.STDOUT,
                check=False,
                **as_account(),
            )
            told.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", told.read())


if __name__ == "__main__":
    main(PostgreSQL())
