"""Run the tests with the servers that some of them need.

    python -m marketplace.setup.with_servers --meanwhile "make browser" -- python -m pytest

Servers that run already are used and left running. Others are started while the command given by
``--meanwhile`` runs, and stopped by the last test run that uses them. The tests find the addresses
in ``TEST_ELASTICSEARCH_URL`` and ``TEST_POSTGRESQL_URL``, or in ``TEST_..._MISSING`` the reason why
there is no server. Where ``CI`` is set a server that does not start ends the run.
"""

import argparse
import fcntl
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from marketplace.setup.elasticsearch.shared import SingleNode
from marketplace.setup.machine import SetupError, servers_folder
from marketplace.setup.postgresql import PostgreSQL
from marketplace.setup.shared_server import SharedServer


@contextmanager
def in_use(servers: Sequence[SharedServer]) -> Iterator[None]:
    """Say that this run uses the servers; the last run that does stops those that are not kept."""
    with (servers_folder() / "test-runs.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        try:
            yield
        finally:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("The servers stay: another test run uses them.", flush=True)
            else:
                for server in servers:
                    server.stop(spare_kept=True)


def begin(server: SharedServer, pool: ThreadPoolExecutor) -> Future[str]:
    """Install what a server needs, and start it in the background."""
    # Here and not in the background: the system's installer works for one at a time.
    try:
        server.prepare()
    except SetupError as error:
        failed: Future[str] = Future()
        failed.set_exception(error)
        return failed
    return pool.submit(server.start, keep=False)


def addresses(servers: Sequence[SharedServer], meanwhile: str) -> dict[str, str]:
    """Start the servers; the variables by which the tests find them."""
    told = {}
    with ThreadPoolExecutor() as pool:
        waiting = {server: begin(server, pool) for server in servers if not server.given()}
        subprocess.run(shlex.split(meanwhile), check=True)
        for server in servers:
            variable = f"TEST_{server.name.upper()}"
            try:
                told[f"{variable}_URL"] = server.given() or waiting[server].result()
            except SetupError as error:
                if os.environ.get("CI"):
                    raise
                told[f"{variable}_MISSING"] = str(error)
    return told


def run(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run the command to its end, whatever interrupts it; its exit status."""
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # It was told as well, and has its own things to put away.
                continue
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meanwhile", default="true", help="run while the servers start")
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    servers = (SingleNode(), PostgreSQL())
    try:
        with in_use(servers):
            sys.exit(run(chosen.command, addresses(servers, chosen.meanwhile)))
    except SetupError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
