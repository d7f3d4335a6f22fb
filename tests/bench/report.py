"""The tables of a run, as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import elasticsearch
from django.utils import timezone

from tests.bench.goals import Goal
from tests.bench.measuring import Sample, Series, outside, paired
from tests.bench.names import BLANK, EMBEDDED, OURS, RIVAL, RIVAL_PAGE
from tests.bench.outage import SLOW, TOO_SLOW, Outage
from tests.bench.results import RUNS, Bulk, Measured

_COLUMNS = ("", "p50 ms", "p95 ms", "outside the wire, p50 ms", "× blank", "A/A", "requests", "SQL")
_LEGEND = (
    "Outside the wire: without the time from a request's first byte to its answer's last. "
    "× blank: median of the ratio question by question. A/A: an arm against itself. "
    "SQL: statements of the page's own + those of the frame that every page has."
)
_DOWN_COLUMNS = ("", "p50 ms", "p95 ms", "× embedded", "A/A")
_COMPARED = frozenset({OURS, EMBEDDED, RIVAL_PAGE})


def report(
    found: Sequence[Measured], sent: Bulk | None, goals: Sequence[Goal], conditions: str
) -> str:
    parts = [f"{_machine()}\n{conditions}\n\n{_LEGEND}"]
    parts += [part for measured in found for part in _of_size(measured)]
    if sent is not None:
        parts.append(_of_bulk(sent))
    rows = [(goal.text, goal.measured, "met" if goal.is_met else "**missed**") for goal in goals]
    parts.append(table(("goal", "measured (± A/A)", ""), rows))
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine() -> str:
    return (
        f"{timezone.localdate():%Y-%m-%d}, {os.cpu_count()} cores ({_processor()}), "
        f"Python {platform.python_version()}, client {elasticsearch.__versionstr__}."
    )


def _processor() -> str:
    """The processor's name where the system tells it, otherwise its family."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _of_size(found: Measured) -> Iterator[str]:
    note = (
        f"{found.size:,} entries, {found.questions - found.empty} questions that find something "
        f"({found.empty} more find nothing and take up to {found.empty_requests} requests)"
    )
    rows = [_row(found, series) for series in _with_sums(found.series)]
    yield f"{note}\n\n{table(_COLUMNS, rows)}"
    if found.down:
        rows = [_down_row(found.down, series) for series in found.down.values()]
        yield f"{found.size:,} entries, the cluster down\n\n{table(_DOWN_COLUMNS, rows)}"
    if found.outage is not None:
        yield _of_outage(found.outage)


def _with_sums(series: dict[str, Series]) -> Iterator[Series]:
    yield from series.values()
    if BLANK in series and RIVAL in series:
        yield _sum(series[BLANK], series[RIVAL])


def _sum(page: Series, engine: Series) -> Series:
    """A page that had the rival behind it: question by question the two one after the other."""
    passes = [
        [
            Sample(a.seconds + b.seconds, a.wire + b.wire, a.requests + b.requests)
            for a, b in zip(one, other, strict=True)
        ]
        for one, other in zip(page.passes, engine.passes, strict=True)
    ]
    return Series(RIVAL_PAGE, passes)


def _row(found: Measured, series: Series) -> tuple[str, ...]:
    blank = found.series.get(BLANK)
    statements = found.statements.get(series.name)
    fewest, most = series.requests()
    return (
        *_times(series),
        _milliseconds(series.quantile(0.5, outside)) if most else "",
        f"{paired(series, blank).value:.2f}" if blank and series.name in _COMPARED else "",
        f"± {series.spread():.0%}",
        str(most) if fewest == most else f"{fewest} to {most}",
        f"{statements.search.total()} + {statements.frame.total()}" if statements else "",
    )


def _down_row(down: dict[str, Series], series: Series) -> tuple[str, ...]:
    embedded = paired(series, down[EMBEDDED]).value
    return (
        *_times(series),
        "" if series.name == EMBEDDED else f"{embedded:.2f}",
        f"± {series.spread():.0%}",
    )


def _times(series: Series) -> tuple[str, str, str]:
    again = f" ({series.again} asked again)" if series.again else ""
    return (
        f"{series.name}{again}",
        _milliseconds(series.quantile(0.5)),
        _milliseconds(series.quantile(0.95)),
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _of_outage(found: Outage) -> str:
    return (
        f"Black hole: {len(found.visits)} pages, {len(found.slow)} over {SLOW:g} s "
        f"({found.slow_before_open} before the breaker opened, {found.slow_by_themselves} without "
        f"asking the cluster), "
        f"{found.too_slow} over {TOO_SLOW:g} s, the longest {found.longest:.2f} s, "
        f"{found.failed} failed."
    )


def _of_bulk(sent: Bulk) -> str:
    return (
        f"Indexing {sent.entries:,} entries, median of {RUNS} alternating runs: bare bulk helper "
        f"{sent.speed(sent.bare):.0f} documents/s, our worker {sent.speed(sent.ours):.0f} (entries "
        f"from memory, without reading the database)."
    )
