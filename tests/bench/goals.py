"""The goals, and whether a run has met them.

A ratio meets its goal only when it clears it by more than the arms differ from themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.measuring import Ratio, outside, paired, quantiles
from tests.bench.names import BLANK, EMBEDDED, ENGINE, OURS, RIVAL
from tests.bench.outage import PAUSE, PROCESSES, SECONDS, SLOW, TOO_SLOW, Outage
from tests.bench.results import Bulk, Measured

# Our page outside the wire, in blank pages.
_OUTSIDE = 1.25
_MOST_STATEMENTS = 6
# How many times as fast as modelsearch, for each size.
_FASTER = {10_000: 3.0, 100_000: 1.5}
_EMBEDDED_SIZE = 10_000
_EMBEDDED_P50 = 1.6
_EMBEDDED_P95 = 3.0
_BULK = 0.5
# Samples that were thrown away because another engine had answered, as a share of those kept.
_MOST_AGAIN = 0.01


@dataclass(frozen=True)
class Goal:
    text: str
    measured: str
    is_met: bool


def judged(found: Sequence[Measured], sent: Bulk | None) -> list[Goal]:
    goals = [goal for measured in found for goal in _of_size(measured)]
    if sent is not None:
        ratio = Ratio(sent.ratio, sent.spread)
        text = f"indexing at least {_BULK} × as fast as the bare bulk helper"
        goals.append(Goal(text, str(ratio), ratio.is_above(_BULK)))
    return goals


def _of_size(found: Measured) -> Iterator[Goal]:
    at = f"{found.size:,} entries"
    for name, questions in found.wrong.items():
        yield Goal(f"{at}: {name} counts as the others do", f"{len(questions)} wrong", False)
    series = found.series
    if BLANK in series and OURS in series:
        ratio = paired(series[OURS], series[BLANK], outside)
        text = f"{at}: our page outside the wire at most {_OUTSIDE} × the blank page"
        yield Goal(text, str(ratio), ratio.is_below(_OUTSIDE))
        fewest, most = series[OURS].requests()
        text = f"{at}: exactly one request to the engine a page of results"
        yield Goal(text, f"{fewest} to {most}", fewest == most == 1)
        statements = found.statements[OURS].search.total()
        text = f"{at}: at most {_MOST_STATEMENTS} SQL statements of the page's own"
        yield Goal(text, str(statements), statements <= _MOST_STATEMENTS)
    if ENGINE in series and RIVAL in series and found.size in _FASTER:
        ratio = paired(series[RIVAL], series[ENGINE])
        limit = _FASTER[found.size]
        text = f"{at}: engine part at least {limit} × as fast as modelsearch"
        yield Goal(text, str(ratio), ratio.is_above(limit))
    if BLANK in series and EMBEDDED in series and found.size == _EMBEDDED_SIZE:
        for share, limit in ((0.5, _EMBEDDED_P50), (0.95, _EMBEDDED_P95)):
            ratio = quantiles(series[EMBEDDED], series[BLANK], share)
            text = f"{at}: embedded page, p{share:.0%}".rstrip("%")
            yield Goal(
                f"{text} at most {limit} × the blank page's", str(ratio), ratio.is_below(limit)
            )
    timed = [*series.values(), *found.down.values()]
    if timed:
        worst = max(timed, key=lambda each: each.share_again)
        yield Goal(
            f"{at}: at most {_MOST_AGAIN:.0%} of an arm's questions asked again for want of an "
            "answer in time",
            f"{worst.share_again:.1%} ({worst.name})",
            worst.share_again <= _MOST_AGAIN,
        )
    if found.outage is not None:
        yield from _of_outage(found.outage)


def _of_outage(found: Outage) -> Iterator[Goal]:
    where = f"black hole, {PROCESSES} processes, {SECONDS} s"
    yield Goal(
        f"{where}: no page over {TOO_SLOW:g} s", f"{found.longest:.2f} s", not found.too_slow
    )
    yield Goal(
        f"{where}: at most {PROCESSES} pages over {SLOW:g} s before the breaker opens",
        str(found.slow_before_open),
        found.slow_before_open <= PROCESSES,
    )
    probes = SECONDS // PAUSE
    yield Goal(
        f"{where}: then at most one a probe ({probes} probes)",
        str(found.slow_at_probes),
        found.slow_at_probes <= probes,
    )
    yield Goal(f"{where}: no page fails", str(found.failed), not found.failed)
