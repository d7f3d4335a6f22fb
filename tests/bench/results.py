"""What a run found out."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from tests.bench.instruments import Statements
from tests.bench.measuring import Series
from tests.bench.outage import Outage

# Runs of indexing, of each way.
RUNS = 5


@dataclass
class Measured:
    """What a run found out for one size; the series hold the questions that find something."""

    size: int
    questions: int
    empty: int
    series: dict[str, Series] = field(default_factory=dict)
    down: dict[str, Series] = field(default_factory=dict)
    # Requests of a page that finds nothing, at most.
    empty_requests: int = 0
    # The page with the most statements of its own, for each arm that is a page.
    statements: dict[str, Statements] = field(default_factory=dict)
    # Arms that count otherwise, with the questions.
    wrong: dict[str, list[str]] = field(default_factory=dict)
    outage: Outage | None = None


@dataclass(frozen=True)
class Bulk:
    """Seconds of each run, in the order of the runs."""

    entries: int
    bare: list[float]
    ours: list[float]

    @property
    def ratio(self) -> float:
        """Our speed as a share of the helper's: the median of the runs that followed each other."""
        return median(bare / ours for bare, ours in zip(self.bare, self.ours, strict=True))

    @property
    def spread(self) -> float:
        """How far the runs of one way lie apart, half of them inside: the larger of the two."""
        return max(_spread(self.bare), _spread(self.ours))

    def speed(self, seconds: list[float]) -> float:
        """Documents a second in the median run."""
        return self.entries / median(seconds)


def _spread(seconds: list[float]) -> float:
    middle = median(seconds)
    return median(abs(one - middle) for one in seconds) / middle
