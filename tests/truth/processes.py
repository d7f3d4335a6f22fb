"""Processes of a site that a test directs: each does what it is told, one act after another.

They are real processes, so they may be killed at any point. All are copies of one that has the site
imported; a new one is there at once.
"""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from multiprocessing import connection, forkserver, get_context, parent_process
from typing import Any

# How long anything may take before it counts as stuck, on a machine busy with much else (seconds).
PATIENCE = 300.0

_processes = get_context("forkserver")
# In an actor: its line to the test.
_line: connection.Connection | None = None


def start(environment: Mapping[str, str]) -> None:
    """Start the process that all actors of this test process are copies of."""
    before = {name: os.environ.get(name) for name in environment}
    with ExitStack() as stack:
        for name, value in before.items():
            stack.callback(_set, name, value)
        os.environ.update(environment)
        _processes.set_forkserver_preload(["tests.truth.boot"])
        forkserver.ensure_running()


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


class ActFailedError(Exception):
    """An act raised; the message is its traceback."""


class DiedError(Exception):
    """The process is gone."""


class Actor:
    """A process of the site."""

    def __init__(self) -> None:
        self._line, theirs = _processes.Pipe()
        self._process = _processes.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, act: Callable, *args: Any) -> Any:
        """Have it done; what the act returned."""
        self.begin(act, *args)
        return self.end()

    def begin(self, act: Callable, *args: Any) -> None:
        """Have it begun, while the test goes on."""
        self._line.send((act, args))

    def end(self) -> Any:
        """Wait for the end of the act; what it returned."""
        what, value = self._heard()
        assert what == "done", f"The act is not at its end but at {value}."
        return value

    def reach(self, point: str) -> None:
        """Wait until the act stands at this point (``pause_at``)."""
        assert self._heard() == ("paused", point)

    def go_on(self) -> None:
        """Let the act go on from where it stands, or tell it to stop (``is_told``)."""
        self._line.send(None)

    def die(self) -> None:
        """Wait for the act to end its own process."""
        try:
            heard = self._heard()
        except DiedError:
            self._process.join(PATIENCE)
            return
        raise AssertionError(f"The process lives: {heard}")

    def kill(self) -> None:
        self._process.kill()
        self._process.join(PATIENCE)
        self._line.close()

    def _heard(self) -> tuple[str, Any]:
        if not self._line.poll(PATIENCE):
            raise TimeoutError("The process says nothing.")
        try:
            what, value = self._line.recv()
        except (EOFError, ConnectionResetError) as error:
            raise DiedError from error
        if what == "failed":
            raise ActFailedError(value)
        return what, value


# -- in an actor -----------------------------------------------------------------------------------


def pause_at(point: str) -> None:
    """Wait here until the test lets the act go on."""
    _line.send(("paused", point))
    _line.recv()


def is_told(seconds: float = 0.0) -> bool:
    """Whether the test has told the act to stop; waits for that so long."""
    if not _line.poll(seconds):
        return False
    _line.recv()
    return True


def _serve(line: connection.Connection) -> None:
    global _line
    _line = line
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            act, args = line.recv()
        except EOFError:
            return
        try:
            answer = ("done", act(*args))
        except Exception:  # whatever it is, the test tells it
            answer = ("failed", traceback.format_exc())
        line.send(answer)


def _end_with_parent() -> None:
    """A test process that was killed leaves nobody behind."""
    connection.wait([parent_process().sentinel])
    os._exit(1)
