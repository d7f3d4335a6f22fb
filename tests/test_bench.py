"""How the benchmark judges; what it says is worth no more than this."""

from dataclasses import replace

import pytest

from tests.bench.corpus import Corpus
from tests.bench.goals import Goal, judged
from tests.bench.measuring import Ratio, Sample, Series, outside, paired, quantile
from tests.bench.outage import Outage, Visit
from tests.bench.questions import addresses
from tests.bench.report import report
from tests.bench.results import Bulk, Measured


def series(*passes: list[float], wire: float = 0.0) -> Series:
    return Series("arm", [[Sample(seconds, wire, 1) for seconds in one] for one in passes])


def test_every_run_asks_the_same_of_the_same_entries() -> None:
    first, again = (Corpus(50) for _ in range(2))
    assert list(first.entries()) == list(again.entries())
    assert list(first.entries([7])) == [entry for entry in again.entries() if entry.pk == 7]
    assert addresses(first, 30) == addresses(again, 30)
    assert len(set(addresses(first, 30))) > 20


def test_a_ratio_is_paired_question_by_question() -> None:
    """Not the ratio of the medians, which would be 4."""
    assert paired(series([2, 4, 6], [2, 4, 6]), series([1, 1, 3], [1, 1, 3])).value == 2


def test_the_wire_is_left_out_of_one_side_only() -> None:
    ours = series([3.0], [3.0], wire=1.0)
    assert paired(ours, series([1.0], [1.0]), outside).value == 2


def test_an_arm_is_compared_with_itself() -> None:
    assert series([1, 1, 1], [1, 1.2, 9]).spread() == pytest.approx(0.2)
    assert series([1, 1], [1, 1], [2, 2], [1, 1]).spread() == pytest.approx(1)


def test_a_goal_must_be_cleared_by_more_than_the_spread() -> None:
    assert Ratio(1.2, 0.04).is_below(1.25)
    assert not Ratio(1.2, 0.05).is_below(1.25)
    assert Ratio(3.2, 0.05).is_above(3)
    assert not Ratio(3.1, 0.05).is_above(3)


def test_slow_answers_that_were_thrown_away_are_judged() -> None:
    def goal(again: int) -> Goal:
        ours = replace(series([1.0] * 50, [1.0] * 50), again=again)
        found = Measured(24, 50, 0, {"quick": series([1.0], [1.0]), "arm": ours})
        (goal,) = (each for each in judged([found], None) if "asked again" in each.text)
        return goal

    assert goal(1).is_met
    assert not goal(2).is_met
    assert goal(2).measured == "2.0% (arm)"


def test_the_report_says_where_the_entries_come_from() -> None:
    found = report([], Bulk(100, [1.0], [2.0]), [], "")
    assert "our worker 50 (entries from memory, without reading the database)" in found


def test_quantiles_are_times_that_were_measured() -> None:
    assert quantile([5, 1, 3], 0.5) == 3
    assert quantile(range(1, 101), 0.95) == 95


def test_slow_pages_are_told_apart_by_when_the_breaker_opened() -> None:
    quick = Visit(0.0, 0.02, 200, 0)
    waiting = [Visit(at, 0.82, 200, 1) for at in (0.0, 0.1, 0.3)]
    probe = Visit(16.0, 1.2, 500, 1)
    busy = Visit(20.0, 0.6, 200, 0)
    found = Outage([quick, *waiting, probe, busy])
    assert found.slow_before_open == 3
    assert found.slow_at_probes == 2
    assert found.slow_by_themselves == 1
    assert found.too_slow == 1
    assert found.failed == 1
