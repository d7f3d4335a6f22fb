"""Side by side: every question through every arm, there and back, and what the times say.

A round is two passes over all questions. In the first the arms take turns in an order that moves
with each question, in the second in the opposite one, so that neither a warm cache nor a busy
machine favours an arm. The two passes are also what each arm is compared with itself by: a ratio
between arms means nothing unless it is clearer than that.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.arms import Arm, Recorded, insist
from tests.bench.instruments import Wire


@dataclass(frozen=True)
class Sample:
    """Seconds in all, those of them spent on the wire, and the requests made."""

    seconds: float
    wire: float
    requests: int

    @property
    def outside(self) -> float:
        return self.seconds - self.wire


Part = Callable[[Sample], float]


def whole(sample: Sample) -> float:
    return sample.seconds


def outside(sample: Sample) -> float:
    return sample.outside


@dataclass
class Series:
    """The samples of an arm: a list for each pass, in the order of the questions."""

    name: str
    passes: list[list[Sample]] = field(default_factory=list)
    # Questions that had to be asked again, because the engine had not answered in time.
    again: int = 0

    def samples(self) -> list[Sample]:
        return [sample for one in self.passes for sample in one]

    @property
    def share_again(self) -> float:
        """Questions that were asked again, as a share of the samples.

        What was thrown away was slow, so more than a few make the quantiles look better.
        """
        return self.again / max(1, len(self.samples()))

    def quantile(self, share: float, part: Part = whole) -> float:
        return quantile((part(sample) for sample in self.samples()), share)

    def spread(self, part: Part = whole) -> float:
        """By how much the arm differs from itself, 0.05 for 5 %: the median question by question.

        Of all rounds the worst.
        """
        ratios = [
            median(part(a) / part(b) for a, b in zip(there, back, strict=True))
            for there, back in zip(self.passes[::2], self.passes[1::2], strict=True)
        ]
        return max(max(ratio, 1 / ratio) for ratio in ratios) - 1

    def quantile_spread(self, share: float) -> float:
        """The same for a quantile of all questions."""
        ratios = [
            quantile(map(whole, there), share) / quantile(map(whole, back), share)
            for there, back in zip(self.passes[::2], self.passes[1::2], strict=True)
        ]
        return max(max(ratio, 1 / ratio) for ratio in ratios) - 1

    def requests(self) -> tuple[int, int]:
        """The fewest and the most requests that a question took."""
        made = [sample.requests for sample in self.samples()]
        return min(made), max(made)

    def of(self, wanted: Sequence[bool]) -> Series:
        """The same for some of the questions."""
        picked = [
            [sample for sample, is_wanted in zip(one, wanted, strict=True) if is_wanted]
            for one in self.passes
        ]
        return Series(self.name, picked, self.again)


@dataclass(frozen=True)
class Ratio:
    """``value`` with the spread of the arms against themselves, the larger of the two."""

    value: float
    spread: float

    def is_below(self, limit: float) -> bool:
        """Whether it keeps below the limit by more than the spread."""
        return self.value * (1 + self.spread) <= limit

    def is_above(self, limit: float) -> bool:
        return self.value / (1 + self.spread) >= limit

    def __str__(self) -> str:
        return f"{self.value:.2f} (± {self.spread:.0%})"


def quantile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def paired(above: Series, below: Series, part: Part = whole) -> Ratio:
    """The median of the ratio question by question, each time with the other arm's same pass."""
    ratios = [part(a) / whole(b) for a, b in zip(above.samples(), below.samples(), strict=True)]
    return Ratio(median(ratios), max(above.spread(part), below.spread()))


def quantiles(above: Series, below: Series, share: float) -> Ratio:
    """The ratio of the two arms' quantiles."""
    value = above.quantile(share) / below.quantile(share)
    return Ratio(value, max(above.quantile_spread(share), below.quantile_spread(share)))


def measure(
    arms: Sequence[Arm], recorded: Sequence[Recorded], rounds: int, wire: Wire
) -> dict[str, Series]:
    """Every question through every arm, twice a round; by the arms' names."""
    series = {arm.name: Series(arm.name) for arm in arms}
    gc.collect()
    for _ in range(rounds):
        for backwards in (False, True):
            one_pass(arms, recorded, series, wire, backwards=backwards)
    return series


def one_pass(
    arms: Sequence[Arm],
    recorded: Sequence[Recorded],
    series: dict[str, Series],
    wire: Wire,
    *,
    backwards: bool,
) -> None:
    for made in series.values():
        made.passes.append([])
    for number, question in enumerate(recorded):
        first = number % len(arms)
        turns = [*arms[first:], *arms[:first]]
        for arm in reversed(turns) if backwards else turns:
            made = series[arm.name]
            made.passes[-1].append(answered(arm, question, wire, made))


def answered(arm: Arm, question: Recorded, wire: Wire, series: Series) -> Sample:
    """A sample of the engine itself; what was answered in its place is counted and asked again."""

    def attempt() -> Sample:
        series.again += 1
        return timed(arm, question, wire)

    sample = insist(attempt)
    series.again -= 1
    return sample


def timed(arm: Arm, question: Recorded, wire: Wire) -> Sample:
    arm.prepare(question)
    wire.clear()
    start = time.perf_counter()
    arm.run(question)
    return Sample(time.perf_counter() - start, wire.seconds, wire.requests)
