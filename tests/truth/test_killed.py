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


def kill(arena: Arena, point: str, act: Callable[[], None]) -> None:
    victim = arena.actor()
    victim.do(sabotage.take_few)
    victim.do(dying.die_at, point)
    victim.begin(act)
    victim.die()


def is_whole(actor: Actor) -> None:
    """Nothing differs, and nothing lies about that nobody knows of."""
    assert actor.do(acts.check) == []
    standing = actor.do(working.standing)
    assert standing["indices"] == standing["targets"]
    assert standing["searched"] == standing["live"]


@pytest.mark.parametrize("point", dying.AT_FIRST)
def test_killed_at_first(arena: Arena, point: str) -> None:
    kill(arena, point, acts.work_once)
    other = arena.actor()
    other.do(working.let_a_minute_pass)
    other.do(acts.work_once)
    is_whole(other)


@pytest.mark.parametrize("point", dying.AT_WORK)
def test_killed_at_work(arena: Arena, point: str) -> None:
    """The check alone takes what the dead worker held; a worker does after a minute."""
    editor, other = arena.actor(), arena.actor()
    other.do(acts.work_once)
    editor.do(sabotage.leave_it_to_workers)
    editor.do(editing.change_much)
    kill(arena, point, acts.work_once)
    assert other.do(working.waiting)
    is_whole(other)


@pytest.mark.parametrize("point", ["documents read", "documents sent", "file written"])
def test_another_worker_goes_on_after_a_minute(arena: Arena, point: str) -> None:
    editor, other = arena.actor(), arena.actor()
    other.do(acts.work_once)
    editor.do(sabotage.leave_it_to_workers)
    editor.do(editing.change_much)
    kill(arena, point, acts.work_once)
    other.do(working.let_a_minute_pass)
    other.do(acts.work_once)
    assert other.do(working.differing) == []


@pytest.mark.parametrize("point", dying.AT_REINDEX)
def test_killed_at_reindex(arena: Arena, point: str) -> None:
    editor, other = arena.actor(), arena.actor()
    other.do(acts.work_once)
    other.do(acts.reindex)
    editor.do(sabotage.leave_it_to_workers)
    editor.do(editing.change_much)
    kill(arena, point, acts.reindex)
    found = other.do(acts.check)
    assert [FOUND[point] in line for line in found] == [True] * (point in FOUND)
    other.do(working.let_a_minute_pass)
    other.do(acts.work_once)
    is_whole(other)
