"""Whether an engine is worth asking, known to all processes of this host.

While the engine answers, there is no file and asking costs one failed ``open``. Failures are
written into a small file in the data folder; enough of them, or one time-out, open the breaker:
nobody asks the engine for a while. Then one caller of all processes may probe it. That caller is
found by its claim, which opens the breaker anew: so a prober that dies with its process blocks
nothing, and the next one follows after another pause.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

logger = logging.getLogger(__name__)

# A state is far smaller; more in the file was not written here.
_MOST_BYTES = 4096


@dataclass(frozen=True)
class State:
    """``failures`` are the moments of failures since the last success, in seconds since 1970.

    ``opened`` is the moment when the breaker opened or a probe was let through, None while closed.
    """

    failures: tuple[float, ...] = ()
    opened: float | None = None


CLOSED = State()


@dataclass(frozen=True)
class Admission:
    """Leave to ask the engine; what came of it goes back to the breaker."""

    is_probe: bool
    after_failures: bool


class Breaker:
    """``failures`` within ``window`` seconds open it, for ``pause`` seconds (search.md §2.7).

    Where the file cannot be written each process keeps a state of its own, which is worse only in
    that each of them has to find out for itself.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        *,
        failures: int = 3,
        window: float = 10.0,
        pause: float = 15.0,
    ) -> None:
        self.path = path
        self.clock = clock
        self.failures = failures
        self.window = window
        self.pause = pause
        self._lock = Lock()
        # The state of this process alone, while the file cannot be written.
        self._own: State | None = None
        self._has_complained = False

    def admit(self) -> Admission | None:
        """Leave to ask the engine now, or None."""
        state = self._state()
        if state.opened is None:
            return Admission(is_probe=False, after_failures=bool(state.failures))
        if self._is_pausing(state):
            return None
        with self._transition() as state:
            if state.opened is None or self._is_pausing(state):
                return None
            self._keep(State(opened=self.clock()))
        return Admission(is_probe=True, after_failures=True)

    def succeeded(self, admission: Admission) -> None:
        """The engine answered: what was held against it is forgotten."""
        if not admission.after_failures:
            return
        with self._transition() as state:
            # Only a probe closes: an answer that was on its way already proves nothing.
            if state.opened is not None and not admission.is_probe:
                return
            self._keep(CLOSED)
        if state.opened is not None:
            logger.warning("The search engine answers again.")

    def failed(self, admission: Admission, reason: str, *, timed_out: bool) -> None:
        """The engine gave no answer; a time-out is one that somebody had to wait for."""
        with self._transition() as state:
            now = self.clock()
            if state.opened is not None:
                if admission.is_probe:
                    self._keep(State(opened=now))
                return
            recent = (*(at for at in state.failures if 0 <= now - at <= self.window), now)
            opens = timed_out or len(recent) >= self.failures
            self._keep(State(opened=now) if opens else State(failures=recent))
        if opens:
            logger.warning("The search engine is left alone, the embedded one answers: %s", reason)
        else:
            logger.info("The search engine gave no answer, the embedded one did: %s", reason)

    def _is_pausing(self, state: State) -> bool:
        # A moment in the future is the mark of a clock that was set back.
        return state.opened is not None and 0 <= self.clock() - state.opened < self.pause

    # -- the file --------------------------------------------------------------------------------

    @contextmanager
    def _transition(self) -> Iterator[State]:
        """The state as it is now, which nobody else changes inside the block."""
        with self._lock:
            lock = self._taken_lock()
            try:
                yield self._state()
            finally:
                if lock is not None:
                    os.close(lock)

    def _taken_lock(self) -> int | None:
        """A file of its own is locked: the one that holds the state is replaced, never written."""
        lock = None
        try:
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o640)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            self._complain(error)
        return lock

    def _state(self) -> State:
        """What is known; a file that is damaged or cannot be read stands for a closed breaker."""
        if self._own is not None:
            return self._own
        try:
            file = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return CLOSED
        except OSError as error:
            self._complain(error)
            return CLOSED
        try:
            return _parsed(os.read(file, _MOST_BYTES))
        except OSError as error:
            self._complain(error)
            return CLOSED
        finally:
            os.close(file)

    def _keep(self, state: State) -> None:
        """Make it the state of all processes; inside a transition."""
        try:
            if state == CLOSED:
                self.path.unlink(missing_ok=True)
            else:
                fresh = self.path.with_suffix(".new")
                fresh.write_text(json.dumps(asdict(state)), encoding="ascii")
                fresh.replace(self.path)
        except OSError as error:
            self._complain(error)
            self._own = state
        else:
            self._own = None

    def _complain(self, error: OSError) -> None:
        if not self._has_complained:
            self._has_complained = True
            logger.error("Processes cannot share what they know of the search engine: %s", error)


def _parsed(raw: bytes) -> State:
    try:
        stored = json.loads(raw)
        opened = stored["opened"]
        return State(
            failures=tuple(float(at) for at in stored["failures"]),
            opened=None if opened is None else float(opened),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return CLOSED
