"""The breaker: what opens and closes it, in one process and over several."""

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.engines.breaker import Admission, Breaker

PAUSE = 15.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(tmp_path: Path, clock: Clock) -> Breaker:
    return Breaker(tmp_path / "breaker.json", clock)


def admitted(breaker: Breaker) -> Admission:
    admission = breaker.admit()
    assert admission is not None
    return admission


def fail(breaker: Breaker, times: int = 1, *, timed_out: bool = False) -> None:
    for _ in range(times):
        breaker.failed(admitted(breaker), "a test", timed_out=timed_out)


def test_three_failures_in_ten_seconds_open_it(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    clock.now += 5
    fail(breaker)
    clock.now += 5
    assert breaker.admit() is not None
    fail(breaker)
    assert breaker.admit() is None


def test_failures_far_apart_do_not(breaker: Breaker, clock: Clock) -> None:
    for _ in range(10):
        fail(breaker)
        clock.now += 5.1
    assert breaker.admit() is not None


def test_a_success_between_failures_forgets_them(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker, 2)
        breaker.succeeded(admitted(breaker))
    assert breaker.admit() is not None


def test_one_time_out_opens_at_once(breaker: Breaker) -> None:
    fail(breaker, timed_out=True)
    assert breaker.admit() is None


def test_after_the_pause_one_probes_and_the_others_do_not(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, timed_out=True)
    clock.now += PAUSE - 0.01
    assert breaker.admit() is None
    clock.now += 0.01
    assert admitted(breaker).is_probe
    assert breaker.admit() is None


def test_a_probe_that_succeeds_closes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, timed_out=True)
    clock.now += PAUSE
    breaker.succeeded(admitted(breaker))
    assert not admitted(breaker).is_probe
    fail(breaker, 2)
    assert breaker.admit() is not None, "the failures before are forgotten"


def test_a_probe_that_fails_opens_for_another_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, timed_out=True)
    for _ in range(3):
        clock.now += PAUSE
        probe = admitted(breaker)
        clock.now += 0.8
        breaker.failed(probe, "a test", timed_out=False)
        clock.now += PAUSE - 0.01
        assert breaker.admit() is None
        clock.now += 0.01


def test_what_was_on_its_way_when_it_opened_changes_nothing(breaker: Breaker, clock: Clock) -> None:
    fail(breaker)
    late = [admitted(breaker) for _ in range(2)]
    fail(breaker, timed_out=True)
    clock.now += PAUSE - 1
    breaker.succeeded(late[0])
    breaker.failed(late[1], "a test", timed_out=True)
    assert breaker.admit() is None, "a success from before is no probe"
    clock.now += 1
    assert admitted(breaker).is_probe, "a failure from before prolongs nothing"


def test_a_prober_that_never_returns_is_followed_by_another(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, timed_out=True)
    clock.now += PAUSE
    assert admitted(breaker).is_probe
    clock.now += PAUSE
    assert admitted(breaker).is_probe


def test_a_clock_set_back_does_not_keep_it_open(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, timed_out=True)
    clock.now -= 86_400
    assert admitted(breaker).is_probe


def test_while_all_is_well_no_file_is_touched(breaker: Breaker, tmp_path: Path) -> None:
    for _ in range(100):
        breaker.succeeded(admitted(breaker))
    assert list(tmp_path.iterdir()) == []


def test_it_tells_when_it_opens_and_when_it_closes(
    breaker: Breaker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        breaker.failed(admitted(breaker), "too many requests", timed_out=False)
    assert caplog.messages == []
    fail(breaker, timed_out=True)
    for _ in range(3):
        clock.now += PAUSE
        fail(breaker, timed_out=True)
    clock.now += PAUSE
    breaker.succeeded(admitted(breaker))
    breaker.succeeded(admitted(breaker))
    assert caplog.messages == [
        "The search engine is left alone, the embedded one answers: a test",
        "The search engine answers again.",
    ]


# -- a file that is not as it should be ------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[1, 2]",
        b'{"failures": []}',
        b'{"failures": "soon", "opened": null}',
        b'{"failures": [], "opened": "today"}',
        b'{"failures": [], "opened": %s}' % (b"9" * 4000),
        b"[" * 5000,
        b"\xff\x00",
        json.dumps({"failures": [1.8e9] * 2, "opened": 1.8e9}).encode()[:-3],
    ],
)
def test_a_damaged_file_stands_for_closed(breaker: Breaker, raw: bytes) -> None:
    breaker.path.write_bytes(raw)
    assert not admitted(breaker).is_probe
    fail(breaker, 3)
    assert breaker.admit() is None, "and is written anew"


@pytest.mark.parametrize("moment", ["NaN", "Infinity", "-Infinity", "1e300"])
def test_an_impossible_moment_does_not_keep_it_open(breaker: Breaker, moment: str) -> None:
    breaker.path.write_text(f'{{"failures": [], "opened": {moment}}}')
    breaker.succeeded(admitted(breaker))
    assert not admitted(breaker).is_probe


def no_folder(path: Path) -> Path:
    return path / "missing" / "breaker.json"


def no_folder_but_a_file(path: Path) -> Path:
    (path / "file").touch()
    return path / "file" / "breaker.json"


def a_folder_itself(path: Path) -> Path:
    (path / "breaker.json" / "full").mkdir(parents=True)
    return path / "breaker.json"


@pytest.mark.parametrize("place", [no_folder, no_folder_but_a_file, a_folder_itself])
def test_where_nothing_can_be_written_each_process_has_its_own(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture, place
) -> None:
    breaker = Breaker(place(tmp_path), clock)
    fail(breaker, 3)
    assert breaker.admit() is None
    clock.now += PAUSE
    probe = admitted(breaker)
    assert breaker.admit() is None
    breaker.succeeded(probe)
    fail(breaker, 2)
    assert breaker.admit() is not None
    complaints = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(complaints) == 1


def test_what_can_be_written_again_is_shared_again(tmp_path: Path, clock: Clock) -> None:
    path = no_folder(tmp_path)
    one, other = Breaker(path, clock), Breaker(path, clock)
    fail(one, timed_out=True)
    assert other.admit() is not None
    path.parent.mkdir()
    clock.now += PAUSE
    probe = admitted(one)
    assert other.admit() is None
    one.succeeded(probe)
    assert not admitted(other).is_probe


# -- processes -------------------------------------------------------------------------------------

# Does to the breaker what each line says, and tells what came of it.
PROCESS = """
import sys
from pathlib import Path
from search.engines.breaker import Breaker

breaker = Breaker(Path(sys.argv[1]))
kept = None
for line in sys.stdin:
    what = line.strip()
    if what == "admit":
        kept = breaker.admit()
        print("refused" if kept is None else "probe" if kept.is_probe else "admitted", flush=True)
        continue
    if what == "succeeded":
        breaker.succeeded(kept)
    else:
        breaker.failed(kept, "a test", timed_out=what == "timed out")
    print("done", flush=True)
"""


class Processes:
    """Several processes with one breaker."""

    def __init__(self, path: Path, number: int) -> None:
        environment = {"PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
        self.path = path
        self.started = [
            subprocess.Popen(
                [sys.executable, "-c", PROCESS, str(path)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(number)
        ]

    def tell(self, what: str, *numbers: int) -> list[str]:
        """Have processes do something at the same time; all of them when none is named."""
        told = [self.started[number] for number in numbers] or self.started
        for process in told:
            process.stdin.write(f"{what}\n")
            process.stdin.flush()
        return [process.stdout.readline().strip() for process in told]

    def let_the_pause_pass(self) -> None:
        stored = json.loads(self.path.read_text())
        fresh = self.path.with_suffix(".test")
        fresh.write_text(json.dumps({**stored, "opened": stored["opened"] - PAUSE - 1}))
        fresh.replace(self.path)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with running(tmp_path / "breaker.json", 5) as started:
        yield started


@contextmanager
def running(path: Path, number: int) -> Iterator[Processes]:
    processes = Processes(path, number)
    try:
        yield processes
    finally:
        for process in processes.started:
            process.kill()
            process.communicate()


def test_processes_share_it(processes: Processes) -> None:
    # Failures of different processes add up.
    for number in range(3):
        assert processes.tell("admit", number) == ["admitted"]
        processes.tell("failed", number)
    assert processes.tell("admit") == ["refused"] * 5

    # Exactly one of them probes, whoever it is, every time.
    for _ in range(60):
        processes.let_the_pause_pass()
        found = processes.tell("admit")
        assert sorted(found) == ["probe"] + ["refused"] * 4
        prober = found.index("probe")
        processes.tell("timed out", prober)
        assert processes.tell("admit") == ["refused"] * 5

    # One that is killed while it probes blocks nobody.
    processes.let_the_pause_pass()
    prober = processes.tell("admit").index("probe")
    processes.started[prober].send_signal(signal.SIGKILL)
    processes.started.pop(prober).communicate()
    assert processes.tell("admit") == ["refused"] * 4
    processes.let_the_pause_pass()
    found = processes.tell("admit")
    assert sorted(found) == ["probe"] + ["refused"] * 3

    # A probe that succeeds closes it for all.
    processes.tell("succeeded", found.index("probe"))
    assert processes.tell("admit") == ["admitted"] * 4

    # Failures at the same moment: none is lost, and one time-out is enough.
    assert processes.tell("failed", 0, 1, 2) == ["done"] * 3
    assert processes.tell("admit") == ["refused"] * 4
