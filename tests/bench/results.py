"""What a run found out."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.bench.instruments import Statements
from tests.bench.measuring import Series
from tests.bench.outage import Outage


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
