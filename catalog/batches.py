"""Work on many items by the clock: one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, transaction


class PartlyDone(Exception):
    """Some of a job could not be done; ``count`` was, and ``refused`` says what was not and why."""

    def __init__(self, count: int, refused: list[str]) -> None:
        self.count = count
        self.refused = refused
        super().__init__("; ".join(refused))


def one_by_one(items: list, do: Callable[[object], bool]) -> int:
    """Do each item in a savepoint of its own; the number done.

    Raises:
        PartlyDone: after all were tried, where some failed.
    """
    done, refused = 0, []
    for item in items:
        try:
            with transaction.atomic():
                done += bool(do(item))
        except Exception as error:
            # Whatever the item's own rules or data raise, the others must still have their turn.
            # A database tells the row that it refused, with what is personal in it.
            said = "" if isinstance(error, DatabaseError) else f": {error}"
            refused.append(f"No. {item}: {type(error).__name__}{said}")
    if refused:
        raise PartlyDone(done, refused)
    return done
