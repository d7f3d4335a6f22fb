"""The database was replaced by an older copy of itself: the indices are ahead of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.truth import acts, editing, sabotage, working
from tests.truth.arena import Arena

# What was done between the copy and the loss, beside changes.
MEANWHILE: dict[str, list[Callable]] = {
    "nothing": [],
    # Then the indices hold versions that no clock will draw soon.
    "the clock was a day ahead": [sabotage.live_in_the_future],
    # Then the alias lies on an index that the copy does not know,
    "a new index was made": [acts.reindex],
    # and the one that it knows is gone.
    "two new indices were made": [acts.reindex, acts.reindex],
}
# Of `editing.change_much`, on every target that is there to be compared.
DIFFERENCES = ("missing: solution", "not public: solution", "outdated: provider")


@pytest.mark.parametrize("meanwhile", MEANWHILE.values(), ids=MEANWHILE)
def test_indices_ahead_of_the_database_are_named_and_repaired(
    arena: Arena, meanwhile: list[Callable]
) -> None:
    arena.actor().do(acts.work_once)
    arena.keep_copy()
    editor = arena.actor()
    for act in meanwhile:
        editor.do(act)
    editor.do(editing.change_much)
    assert editor.do(acts.check) == []
    arena.restore_copy()

    restored = arena.actor()
    found = restored.do(acts.check)
    compared = 1 if meanwhile.count(acts.reindex) == 2 else 2
    for difference in DIFFERENCES:
        assert len([line for line in found if difference in line]) == compared, found
    assert any("searches ask" in line for line in found) == (acts.reindex in meanwhile)

    assert restored.do(acts.check, "--repair") == []
    restored.do(acts.look)
    assert arena.actor().do(acts.check) == []


def test_what_is_new_after_the_loss_reaches_the_indices(arena: Arena) -> None:
    """A new page gets the number of one that the indices know and the database has forgotten."""
    arena.actor().do(acts.work_once)
    arena.keep_copy()
    lost = arena.actor().do(editing.come, "before-the-loss")
    arena.restore_copy()

    restored = arena.actor()
    assert restored.do(editing.come, "after-the-loss") == lost
    restored.do(working.drain_all)
    assert restored.do(working.differing) == []
