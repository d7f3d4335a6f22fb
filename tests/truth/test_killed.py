"""Processes killed with SIGKILL at every point where it could do harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.truth import acts, dying, editing, sabotage, working
from tests.truth.arena import Arena
from tests.truth.processes import Actor

# What the check finds although nothing waits: a worker mends it, and `--repair` does.
FOUND = {
    "index promoted": "in place of",
    "old index removed": "cannot be compared",
}


@pytest.fixture
def changed(arena: Arena) -> Arena:
    """A site with an index and the one before it, whose last changes wait."""
    actor, editor = arena.actor(), arena.actor()
    actor.do(acts.work_once)
    actor.do(acts.reindex)
    editor.do(sabotage.leave_it_to_workers)
    editor.do(editing.change_much)
    return arena


def kill(arena: Arena, point: str, act: Callable[[], None]) -> None:
    victim = arena.actor()
    victim.do(sabotage.take_few)
    victim.do(dying.die_at, point)
    victim.begin(act)
    victim.die()


def is_whole(actor: Actor) -> None:
    """Nothing differs, a page tells so, and nothing lies about that nobody knows of."""
    assert actor.do(acts.check) == []
    actor.do(acts.look)
    standing = actor.do(working.standing)
    assert standing["indices"] == standing["targets"]
    assert standing["searched"] == standing["live"]


@pytest.mark.parametrize("point", dying.AT_FIRST)
def test_killed_at_first(arena: Arena, point: str) -> None:
    kill(arena, point, acts.work_once)
    other = arena.actor()
    other.do(working.let_minutes_pass)
    other.do(acts.work_once)
    is_whole(other)


@pytest.mark.parametrize("point", dying.AT_WORK)
def test_killed_at_work(changed: Arena, point: str) -> None:
    """The check takes at once what the dead worker held."""
    kill(changed, point, acts.work_once)
    other = changed.actor()
    assert other.do(working.waiting)
    is_whole(other)


@pytest.mark.parametrize("point", ["documents read", "documents sent", "file written"])
def test_another_worker_goes_on_after_a_minute(changed: Arena, point: str) -> None:
    kill(changed, point, acts.work_once)
    other = changed.actor()
    other.do(working.let_minutes_pass)
    other.do(acts.work_once)
    assert other.do(working.differing) == []


@pytest.mark.parametrize("point", dying.AT_REINDEX)
def test_killed_at_reindex(changed: Arena, point: str) -> None:
    """A worker clears away what it left, and ends what it had begun to put in place."""
    kill(changed, point, acts.reindex)
    other = changed.actor()
    found = other.do(acts.check)
    assert [FOUND[point] in line for line in found] == [True] * (point in FOUND)
    other.do(working.let_minutes_pass)
    other.do(acts.work_once)
    is_whole(other)


@pytest.mark.parametrize("point", FOUND)
def test_repairing_mends_what_the_check_finds(changed: Arena, point: str) -> None:
    kill(changed, point, acts.reindex)
    other = changed.actor()
    assert other.do(acts.check, "--repair") == []
    is_whole(other)
