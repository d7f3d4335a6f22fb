"""Everything at once: long and short transactions, comings and goings, workers that stall."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.truth import acts, editing, sabotage, working
from tests.truth.arena import Arena

ROUNDS = 20
# Of each writer, in a round.
CHANGES = 3
# Rounds in which a new index is filled meanwhile; the second one drops the first index.
REINDEXED = {6, 13}


class Crowd:
    """Three writers, two workers that overlap and stall, and one that looks what came of it."""

    def __init__(self, arena: Arena, spoil: Callable[[], None] | None = None) -> None:
        self.long, self.short, self.other = (arena.actor() for _ in range(3))
        self.workers = [arena.actor() for _ in range(2)]
        self.judge = arena.actor()
        if spoil:
            for actor in (self.long, self.short, self.other, *self.workers, self.judge):
                actor.do(spoil)
        for number, worker in enumerate(self.workers):
            worker.do(sabotage.stall, f"worker {number}")
        self.judge.do(acts.work_once)
        self.judge.do(working.forget_deletions_soon)

    def round(self, number: int) -> list[str]:
        """Write and drain at the same time, then drain what is left; what differs in the end."""
        for worker in self.workers:
            worker.begin(working.overlap)
        if number in REINDEXED:
            self.judge.begin(acts.reindex)
        self.other.begin(editing.comings_and_goings, f"{number}", CHANGES)
        for change in range(CHANGES):
            self.collide(f"{number}-{change}")
        self.other.end()
        if number in REINDEXED:
            self.judge.end()
            self.judge.do(working.forget_deletions_soon)
        for worker in self.workers:
            worker.go_on()
        for worker in self.workers:
            worker.end()
        self.judge.do(working.drain_all)
        return self.judge.do(working.differing)

    def collide(self, seed: str) -> None:
        """Have an edit committed while a transaction is open that began before and fans out.

        A reindex that begins meanwhile waits for the open transaction; the edit does not.
        """
        provider = random.Random(seed).choice(editing.BUSY)
        self.long.begin(editing.rename_and_recognise, provider, seed)
        self.long.reach(editing.OPEN)
        self.short.do(editing.edit, provider, seed)
        self.long.go_on()
        self.long.end()


def test_no_entry_differs_whatever_overlaps_and_stalls(arena: Arena) -> None:
    crowd = Crowd(arena)
    for number in range(ROUNDS):
        assert crowd.round(number) == [], f"round {number}"


def test_ids_of_the_outbox_would_be_wrong_versions(arena: Arena) -> None:
    """The rounds above can tell: with versions that only look right they find what is wrong."""
    crowd = Crowd(arena, sabotage.ids_as_versions)
    assert any(crowd.round(number) for number in range(min(REINDEXED)))
