"""What the set-up scripts ask of this machine: a folder, an account, packages, ports, processes.

Standard library only: the scripts run before anything is installed.
"""

import fcntl
import os
import pwd
import random
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections.
PORTS = range(20_000, 32_000)
# Where the project lies out of reach of the account that the servers run under.
FOLDER_OF_ROOT = Path("/var/cache/marketplace-servers")


class SetupError(Exception):
    """Something that a person has to mend; the message says how."""


def as_account() -> dict[str, Any]:
    """Arguments for subprocess by which root starts a server: both servers refuse to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def hand_over(folder: Path) -> None:
    """Give a folder and all in it to the account that the servers run under."""
    account = as_account()
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account["user"], account["group"], follow_symlinks=False)


def reachable(folder: Path) -> bool:
    """Whether the account that the servers run under may enter a folder."""
    account = as_account()

    def enters(path: Path) -> bool:
        known = path.stat()
        owned = known.st_uid == account["user"]
        return bool(known.st_mode & (stat.S_IXUSR if owned else stat.S_IXOTH))

    return not account or all(enters(path) for path in (folder, *folder.parents))


def servers_folder() -> Path:
    """Where servers and their data lie: ``SERVERS_DIR``, or an ignored folder of the project.

    Not in ``var``, which people remove to begin again: the servers would be fetched again.
    """
    chosen = os.environ.get("SERVERS_DIR")
    if chosen:
        folder = Path(chosen).resolve()
    else:
        folder = ROOT / ".servers" if reachable(ROOT) else FOLDER_OF_ROOT
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not reachable(folder):
        raise SetupError(
            f"{folder} cannot be entered by the account nobody, under which root runs servers; "
            "name another folder with SERVERS_DIR=..."
        )
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time into the block; the system frees the lock of one that dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(packages: Sequence[str]) -> bool:
    """Install packages of Debian where that may be done without asking; whether it was done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {' '.join(packages)} ...", flush=True)
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "check": False}
    update = ["apt-get", "update", "-qq"]
    fetch = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return (
        subprocess.run(update, **quiet).returncode == 0
        and subprocess.run(fetch, stdout=subprocess.DEVNULL, **quiet).returncode == 0
    )


def free_port(wished: Iterable[int] = ()) -> int:
    """A port of this machine that nobody listens on: the first of the wished ones that is free."""
    # Not the seeded generator, which gives parallel test processes the same numbers.
    others = random.SystemRandom().sample(PORTS, 50)
    for port in (*wished, *others):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise SetupError(f"no free port on {LOOPBACK} between {PORTS.start} and {PORTS.stop}")


def runs(process: int, mark: str) -> bool:
    """Whether a process lives and its command line holds the mark.

    The number alone says nothing: the system gives it to another process later.
    """
    if Path("/proc/self/cmdline").exists():
        try:
            line = Path(f"/proc/{process}/cmdline").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return False
    else:
        show = ["ps", "-ww", "-o", "command=", "-p", str(process)]
        line = subprocess.run(show, capture_output=True, text=True, check=False).stdout
    return mark in line


def until(reached: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition; whether it came true in time."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def last_lines(file: Path, count: int = 15) -> str:
    """The end of a server's log, for the message that it did not start."""
    if not file.exists():
        return "(it wrote no log)"
    return "\n".join(file.read_text(errors="replace").splitlines()[-count:])
