"""Workers, checks and reindexes that take the same rows at a time."""

from __future__ import annotations

from tests.truth import acts, working
from tests.truth.arena import Arena

ROWS = 2000


def test_nobody_waits_in_a_circle(arena: Arena) -> None:
    """Two take what is free, two all there is, as workers and checks do; the database would say."""
    actors = [arena.actor() for _ in range(4)]
    actors[0].do(acts.work_once)
    actors[0].do(working.fill_outbox, ROWS)
    for number, actor in enumerate(actors):
        actor.begin(working.take_and_return, f"{number}", number % 2 == 0)
    for actor in actors:
        actor.end()
    assert actors[0].do(working.waiting) == 0
