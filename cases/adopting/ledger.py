"""The adoption ledger as the public reads it: counts, outcomes, kinds of reasons, some names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cases.models import Adoption, CasePage
from cases.models.adoptions import FEWEST_TOGETHER

State = Adoption.State


@dataclass(frozen=True)
class Ledger:
    """``reasons`` are pairs of words and count; ``names`` those that agreed to be shown.

    Why some gave up is told only among ``FEWEST_TOGETHER`` that have ended or more: in a county,
    an outcome, a trade and a reason together would tell who it was.
    """

    succeeded: int
    running: int
    failed: int
    unconfirmed: int
    reasons: list[tuple[str, int]]
    names: list[str]

    @property
    def total(self) -> int:
        return self.succeeded + self.running + self.failed + self.unconfirmed

    @property
    def keeps_reasons(self) -> bool:
        """Whether somebody gave up, and too few have ended to tell why."""
        return bool(self.failed and not self.reasons)


def ledger_of(case: CasePage) -> Ledger:
    """The ledger of one case, in one query."""
    rows = list(case.adoptions.all())
    states = Counter(row.state for row in rows)
    reasons = Counter(row.reason for row in rows if row.reason)
    has_many = len(rows) - states[State.RUNNING] >= FEWEST_TOGETHER
    # In the order of the categories, so that the order tells nothing either.
    told = [(label, reasons[reason]) for reason, label in Adoption.Reason.choices]
    return Ledger(
        succeeded=states[State.SUCCEEDED],
        running=states[State.RUNNING],
        failed=states[State.FAILED],
        unconfirmed=states[State.UNCONFIRMED],
        reasons=[(str(label), count) for label, count in told if count] if has_many else [],
        names=sorted({row.shown_name for row in rows if row.shown_name}),
    )
