"""One race at a time, each with what prevents it and, to prove the test, without."""

from __future__ import annotations

import pytest

from tests.truth import acts, editing, sabotage, working
from tests.truth.arena import Arena
from tests.truth.processes import Actor

# Without a case that names it, and what is below it is none of the solutions that cases use.
PROVIDER = "miyang-zhuisu"
SOLUTION = "rice-noodle-trace"
SCENARIO = "HRMS"
# How long a visitor may wait where the database makes him wait, beside other tests (seconds).
LONGEST = 5.0


@pytest.fixture
def pair(arena: Arena) -> tuple[Actor, Actor]:
    """Two processes of a site whose index and file are filled."""
    one, other = arena.actor(), arena.actor()
    one.do(acts.work_once)
    assert one.do(working.differing) == []
    return one, other


# -- a fan-out, and what joins while it is open ----------------------------------------------------

RENAME = (editing.rename_slowly, PROVIDER, "改了名的服务商")
REWORD = (editing.reword_slowly, SCENARIO, "改了名的场景")
JOINING = {
    "a case names a renamed provider": (RENAME, (editing.link, "pcb-guozhan-saoma", PROVIDER)),
    "a solution gets a reworded scenario": (
        REWORD,
        (editing.choose_scenario, SOLUTION, SCENARIO),
    ),
}
ALL = {
    **JOINING,
    "a solution of a renamed provider is published": (
        RENAME,
        (editing.publish_draft, "camellia-oil-yield"),
    ),
}


def join(pair: tuple[Actor, Actor], held: tuple, meanwhile: tuple) -> list[str]:
    """Commit and drain something while a fan-out is open; what differs when both are through."""
    slow, fast = pair
    slow.begin(*held)
    slow.reach(editing.OPEN)
    fast.do(*meanwhile)
    fast.do(working.drain_all)
    assert fast.do(working.differing) == []
    slow.go_on()
    slow.end()
    fast.do(working.drain_all)
    return fast.do(working.differing)


@pytest.mark.parametrize(("held", "meanwhile"), ALL.values(), ids=ALL)
def test_a_fan_out_reaches_what_joined_while_it_was_open(
    pair: tuple[Actor, Actor], held: tuple, meanwhile: tuple
) -> None:
    assert join(pair, held, meanwhile) == []


@pytest.mark.parametrize(("held", "meanwhile"), JOINING.values(), ids=JOINING)
def test_a_fan_out_made_with_the_change_would_miss_it(
    pair: tuple[Actor, Actor], held: tuple, meanwhile: tuple
) -> None:
    pair[0].do(sabotage.expand_at_once)
    missed = join(pair, held, meanwhile)
    assert sorted(line.rpartition(" ")[0] for line in missed) == [
        "elasticsearch outdated:",
        "embedded outdated:",
    ]


# -- a target registered while a change is open ----------------------------------------------------


def test_a_change_that_began_before_reaches_a_new_index(
    arena: Arena, pair: tuple[Actor, Actor]
) -> None:
    writer, filler = pair
    writer.begin(*RENAME)
    writer.reach(editing.OPEN)
    filler.begin(acts.reindex)
    judge = arena.actor()
    judge.do(working.see_waiting_for_lock)
    writer.go_on()
    writer.end()
    filler.end()
    judge.do(working.drain_all)
    assert judge.do(working.differing) == []


def test_without_the_lock_the_new_index_would_miss_it(pair: tuple[Actor, Actor]) -> None:
    writer, filler = pair
    for actor in pair:
        actor.do(sabotage.do_without_lock)
    writer.begin(*RENAME)
    writer.reach(editing.OPEN)
    filler.do(acts.reindex)
    writer.go_on()
    writer.end()
    filler.do(working.drain_all)
    missed = filler.do(working.differing)
    assert missed
    assert all(line.startswith("elasticsearch outdated: ") for line in missed)


def test_nobody_waits_behind_a_reindex_that_waits(arena: Arena, pair: tuple[Actor, Actor]) -> None:
    """It may take as long as the longest transaction."""
    writer, filler = pair
    writer.begin(*RENAME)
    writer.reach(editing.OPEN)
    filler.begin(acts.reindex)
    judge, editor = arena.actor(), arena.actor()
    judge.do(working.see_waiting_for_lock)
    editor.do(editing.change, SOLUTION)
    writer.go_on()
    writer.end()
    filler.end()
    judge.do(working.drain_all)
    assert judge.do(working.differing) == []


def test_an_answer_does_not_wait_for_a_lock_of_the_database(
    arena: Arena, pair: tuple[Actor, Actor]
) -> None:
    """What the clock has made untrue cannot be told then, through no fault of the cluster."""
    holder, visitor = pair
    visitor.do(editing.expire_in, SOLUTION, 3600)
    visitor.do(working.drain_all)
    # Which searches find then as well.
    assert visitor.do(working.differing) == []
    visitor.do(sabotage.let_an_hour_pass)
    holder.begin(working.hold_targets)
    holder.reach(working.HELD)
    engine, seconds = visitor.do(working.ask)
    assert engine == "embedded"
    assert seconds < LONGEST
    assert not visitor.do(working.is_left_alone)
    holder.go_on()
    holder.end()
    assert visitor.do(working.ask)[0] == "elasticsearch"
    visitor.do(working.drain_all)
    assert visitor.do(working.differing) == []


def test_a_row_that_is_being_written_goes_with_its_target(
    arena: Arena, pair: tuple[Actor, Actor]
) -> None:
    writer, other = pair
    writer.begin(working.enqueue_slowly, "solution:1")
    writer.reach(editing.OPEN)
    other.begin(working.drop_live)
    arena.actor().do(working.see_waiting_for_lock)
    writer.go_on()
    writer.end()
    other.end()
    assert other.do(working.waiting) == 0


# -- a worker that stalls while a document goes ----------------------------------------------------


@pytest.mark.parametrize("deleted", [False, True], ids=["tombstone", "deleted"])
def test_a_late_writer_brings_nothing_back(
    arena: Arena, pair: tuple[Actor, Actor], deleted: bool
) -> None:
    """It would, were the document deleted: clusters forget deletions, after 200 ms here."""
    late, other = pair
    late.do(working.forget_deletions_soon)
    late.do(sabotage.stand_still_before_sending)
    editor = arena.actor()
    editor.do(sabotage.leave_it_to_workers)
    editor.do(editing.change, SOLUTION)
    late.begin(working.drain_once)
    late.reach(sabotage.READ)
    key = other.do(editing.unpublish, SOLUTION)
    if deleted:
        other.do(working.delete_for_good, key)
    other.do(working.see_deletions_forgotten)
    late.go_on()
    late.end()
    brought_back = [f"elasticsearch not public: {key}"]
    assert other.do(working.differing) == (brought_back if deleted else [])
