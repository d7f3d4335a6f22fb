"""A host's file of the embedded engine, beside PostgreSQL: a target like an index."""

from __future__ import annotations

import time

import pytest

from tests.truth import acts, editing, sabotage, working
from tests.truth.arena import EMPTY_FILE, Arena
from tests.truth.processes import PATIENCE, Actor

SOLUTION = "rice-noodle-trace"


@pytest.fixture
def actor(arena: Arena) -> Actor:
    """A process of a site that has no cluster, its file filled."""
    actor = arena.actor()
    actor.do(sabotage.do_without_cluster)
    actor.do(acts.work_once)
    assert actor.do(acts.check) == []
    return actor


def lose_file(arena: Arena) -> None:
    for path in arena.data.glob(f"{EMPTY_FILE}*"):
        path.unlink()


def test_a_change_is_in_the_file_right_after_it(actor: Actor) -> None:
    actor.do(editing.change_much)
    assert actor.do(working.waiting) == 0
    assert actor.do(working.differing) == []


def test_a_worker_brings_what_was_left(actor: Actor) -> None:
    actor.do(sabotage.leave_it_to_workers)
    actor.do(editing.change, SOLUTION)
    (left,) = actor.do(working.differing)
    assert left.startswith("embedded outdated: solution:")
    actor.do(acts.work_once)
    assert actor.do(working.differing) == []


def test_a_lost_file_is_made_anew(arena: Arena, actor: Actor) -> None:
    lose_file(arena)
    other = arena.actor()
    other.do(sabotage.do_without_cluster)
    other.do(acts.work_once)
    assert other.do(working.differing) == []
    assert len(other.do(working.targets_known)) == 2


def test_a_worker_that_goes_on_notices_the_loss(arena: Arena, actor: Actor) -> None:
    actor.begin(acts.work_on)
    lose_file(arena)
    other = arena.actor()
    other.do(sabotage.do_without_cluster)
    until = time.monotonic() + PATIENCE
    while len(other.do(working.targets_known)) < 2 or other.do(working.differing):
        assert time.monotonic() < until


def test_a_file_whose_host_is_gone_is_forgotten_after_a_week(actor: Actor) -> None:
    mine = actor.do(working.targets_known)
    actor.do(working.add_host, "gone:1", 7.1)
    actor.do(working.add_host, "asleep:1", 6.9)
    actor.do(acts.work_once)
    assert actor.do(working.targets_known) == sorted([*mine, "asleep:1"])


def test_a_change_does_not_wait_for_a_file_that_is_being_written(
    arena: Arena, actor: Actor
) -> None:
    editor = arena.actor()
    editor.do(sabotage.do_without_cluster)
    actor.begin(working.hold_file)
    actor.reach(working.HELD)
    assert editor.do(working.seconds_of, editing.change, SOLUTION) < 10
    actor.go_on()
    actor.end()
    actor.do(working.drain_all)
    assert actor.do(working.differing) == []


def test_what_the_clock_has_made_untrue_is_no_difference(arena: Arena, actor: Actor) -> None:
    actor.do(editing.expire_in, SOLUTION, 3600)
    actor.do(sabotage.let_an_hour_pass)
    assert actor.do(acts.check) == []
