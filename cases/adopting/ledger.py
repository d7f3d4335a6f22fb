"""The adoption ledger as the public reads it: counts, outcomes, kinds of reasons, some names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from cases.models import Adoption, CasePage

State = Adoption.State


@dataclass(frozen=True)
class Ledger:
    """``reasons`` are pairs of words and count; ``names`` those that agreed to be shown."""

    succeeded: int
    running: int
    failed: int
    reasons: list[tuple[str, int]]
    names: list[str]

    @property
    def total(self) -> int:
        return self.succeeded + self.running + self.failed


def ledger_of(case: CasePage) -> Ledger:
    """The ledger of one case, in one query."""
    rows = list(case.adoptions.all())
    states = Counter(row.state for row in rows)
    reasons = Counter(row.reason for row in rows if row.reason)
    labels = dict(Adoption.Reason.choices)
    return Ledger(
        succeeded=states[State.SUCCEEDED],
        running=states[State.RUNNING],
        failed=states[State.FAILED],
        reasons=[(str(labels[reason]), count) for reason, count in reasons.most_common()],
        names=[row.shown_name for row in rows if row.shown_name],
    )
