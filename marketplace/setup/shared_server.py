"""A server that a developer and the test runs share: started once, ended by those it serves.

``make elasticsearch`` and ``make postgresql`` *keep* the server until they are told to stop it.
A test run that finds none starts it, and the last run to end stops it unless it is kept.
"""

import argparse
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from marketplace.setup.machine import SetupError, locked, servers_folder


class SharedServer(ABC):
    """One server of this machine, known by its folder."""

    name: str
    # How a person starts it, for messages.
    command: str
    # Below the folder of all servers.
    folder_name: str
    # Variables that name a server of the user's own, which is then taken instead.
    variables: tuple[str, ...] = ()

    @abstractmethod
    def prepare(self) -> None:
        """Install what the server needs from the system; SetupError names what cannot be had."""

    @abstractmethod
    def running(self) -> str | None:
        """The address of the running server."""

    @abstractmethod
    def launch(self) -> str:
        """Start the server and wait until it answers; its address."""

    @abstractmethod
    def end(self) -> bool:
        """End the server if it runs; whether it did."""

    @abstractmethod
    def version(self) -> str:
        """The version that the running server reports."""

    @property
    def folder(self) -> Path:
        folder = servers_folder() / self.folder_name
        folder.mkdir(mode=0o755, exist_ok=True)
        return folder

    @property
    def _kept(self) -> Path:
        return self.folder / "kept"

    def given(self) -> str | None:
        """The address of a server of the user's own."""
        return next((os.environ[name] for name in self.variables if os.environ.get(name)), None)

    def start(self, *, keep: bool) -> str:
        """The address of the server, which is started unless it runs."""
        with locked(self.folder / "lock"):
            address = self.running()
            if address is None:
                self._kept.unlink(missing_ok=True)
                self.prepare()
                address = self.launch()
            if keep:
                self._kept.touch()
        return address

    def stop(self, *, spare_kept: bool = False) -> bool:
        """End the server, a kept one too unless it is to be spared; whether one was ended."""
        with locked(self.folder / "lock"):
            if spare_kept and self._kept.exists():
                return False
            self._kept.unlink(missing_ok=True)
            return self.end()


def start(server: SharedServer) -> None:
    if server.given():
        name = next(name for name in server.variables if os.environ.get(name))
        print(f"{name} names a {server.name} of your own; nothing is started.")
        return
    found = server.running()
    address = server.start(keep=True)
    state = "runs already" if found else "is ready"
    print(f"{server.name} {server.version()} {state}: {address}")


def stop(server: SharedServer) -> None:
    print(f"{server.name} {'has stopped.' if server.stop() else 'was not running.'}")


def status(server: SharedServer) -> None:
    address = server.running()
    if address is None:
        raise SetupError(f"{server.name} is not running; {server.command} starts it.")
    print(f"{server.name} {server.version()} runs: {address}")


ACTIONS: dict[str, Callable[[SharedServer], None]] = {
    "start": start,
    "stop": stop,
    "status": status,
}


def act(action: Callable[[], None]) -> None:
    """Do what a command line asks for; what a person has to mend is told in a sentence."""
    try:
        action()
    except SetupError as error:
        sys.exit(str(error))


def main(server: SharedServer, arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=f"{server.name} for development and tests")
    parser.add_argument("action", choices=ACTIONS)
    chosen = parser.parse_args(arguments)
    act(lambda: ACTIONS[chosen.action](server))
