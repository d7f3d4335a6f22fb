"""Several processes on one database: every answer belongs to one moment."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from search.embedded_file import alias
from search.engines.embedded import EmbeddedEngine
from search.entries import Entry
from search.question import Question

# Reads until told to stop. The writer keeps a fixed number of entries in each of the two goals and
# always writes a pair of entries together, so any other count is a torn answer.
READER = """
import sys, time
import django
django.setup()
from search.engines.embedded import EmbeddedEngine
from search.question import Question

engine = EmbeddedEngine(lambda keys: [], lambda: [])
end = time.monotonic() + float(sys.argv[1])
asked = torn = 0
seen = set()
while time.monotonic() < end:
    answer = engine.ask(Question(text="追溯", kind="solution"))
    goals = answer.facets["goal"]
    whole = answer.total == 10 and len(answer.hits) == 10
    torn += not (whole and goals.get("cost", 0) == goals.get("green", 0) == 5)
    seen.add(answer.hits[0].entry.summary if answer.hits else "")
    asked += 1
print(asked, torn, len(seen))
"""
SECONDS = 2.0


def generation(number: int) -> list[Entry]:
    """Ten entries, five of each goal, that change places from one generation to the next."""
    return [
        Entry(
            key=f"solution:{(number * 3 + at) % 25 + 1}",
            title="追溯",
            summary=str(number),
            url="/",
            values={"goal": frozenset({"cost" if at % 2 else "green"})},
        )
        for at in range(10)
    ]


@contextmanager
def two_readers() -> Iterator[list[subprocess.Popen]]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(SECONDS)],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.django_db(transaction=True)
def test_readers_never_see_half_a_change() -> None:
    engine = EmbeddedEngine(lambda keys: [], list)
    engine.put(generation(0))
    written = 0
    before = {entry.key for entry in generation(0)}
    with two_readers() as readers:
        while any(process.poll() is None for process in readers):
            written += 1
            entries = generation(written)
            now = {entry.key for entry in entries}
            with transaction.atomic(using=alias()):
                engine.put(entries)
                engine.drop(before - now)
            before = now
            time.sleep(0.002)
        reports = [process.communicate()[0].split() for process in readers]

    for asked, torn, seen in reports:
        assert int(torn) == 0
        assert int(asked) > 20
        assert int(seen) > 3, "the reader never saw a change"
    assert written > 20
    assert engine.ask(Question()).total == 10
    assert engine.faults() == []
