"""The scored cases in the order of their means, and whether the order survives other weights.

One scheme at a time: points by different criteria do not compare. The benchmarks are decided by the
bureau; the line only says how many the programme wants.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from cases.models import BenchmarkDecision, CasePage, ScoringCriterion, ScoringRound, ScoringScheme
from cases.scoring.arithmetic import mean
from cases.scoring.sensitivity import Scored, Sensitivity, Variant, analyse
from cases.scoring.state import Result, RoundState, states_of, with_all
from cases.stages import CaseStage, stages_of
from catalog.models import ProgrammeSettings

# What is no longer in the running is scored, and not ranked.
ENDED = frozenset({CaseStage.REJECTED, CaseStage.WITHDRAWN})


@dataclass(frozen=True)
class Row:
    """One scored case; ``place`` is empty for what is no longer in the running."""

    case: CasePage
    state: RoundState
    result: Result
    stage: CaseStage
    is_benchmark: bool
    place: int | None
    is_above_line: bool

    @property
    def means(self) -> list[Fraction]:
        return [each.mean for each in self.result.criteria]


@dataclass(frozen=True)
class Ranking:
    """The table by one scheme; ``line`` is how many benchmarks the programme wants."""

    scheme: ScoringScheme
    criteria: tuple[ScoringCriterion, ...]
    rows: tuple[Row, ...]
    ended: tuple[Row, ...]
    line: int
    sensitivity: Sensitivity

    @property
    def columns(self) -> int:
        """Of the table as it is shown."""
        return len(self.criteria) + len(("place", "case", "mean", "spread", "stage", "benchmark"))

    @property
    def titles(self) -> dict[str, str]:
        return {str(row.case.pk): row.case.draft_title for row in self.rows}


def used_schemes() -> Iterable[ScoringScheme]:
    """The versions that cases were scored by, the newest first."""
    return ScoringScheme.objects.filter(rounds__isnull=False).distinct()


def ranking(scheme: ScoringScheme) -> Ranking:
    """Every case whose latest scoring by this scheme is in, in a fixed number of queries."""
    criteria = tuple(scheme.criteria.all())
    states = latest_in(scheme)
    cases = [state.round.case for state in states]
    stages = stages_of(cases)
    benchmarks = set(
        BenchmarkDecision.objects.filter(case__in=cases).values_list("case", flat=True)
    )
    line = ProgrammeSettings.current().benchmark_target
    running = [state for state in states if stages[state.round.case_id] not in ENDED]
    weights = {criterion.code: criterion.weight for criterion in criteria}
    found = analyse(weights, [scored(state, scheme) for state in running], line)
    places = {key: number for number, key in enumerate(found.order, start=1)}

    def row(state: RoundState) -> Row:
        place = places.get(str(state.round.case_id))
        return Row(
            case=state.round.case,
            state=state,
            result=state.result,
            stage=stages[state.round.case_id],
            is_benchmark=state.round.case_id in benchmarks,
            place=place,
            is_above_line=place is not None and place <= line,
        )

    rows = [row(state) for state in states]
    return Ranking(
        scheme=scheme,
        criteria=criteria,
        rows=tuple(sorted((row for row in rows if row.place), key=lambda row: row.place)),
        ended=tuple(row for row in rows if row.place is None),
        line=line,
        sensitivity=found,
    )


def latest_in(scheme: ScoringScheme) -> list[RoundState]:
    """Of each case the latest scoring by the scheme that has a result."""
    rounds = with_all(ScoringRound.objects.filter(scheme=scheme)).order_by("opened_at", "pk")
    by_case = {state.round.case_id: state for state in states_of(rounds) if state.result}
    return list(by_case.values())


def scored(state: RoundState, scheme: ScoringScheme) -> Scored:
    points = {
        each.criterion.code: mean([line.points for line in each.lines])
        for each in state.result.criteria
    }
    return Scored(key=str(state.round.case_id), lot=lot_of(state.round.case, scheme), points=points)


def lot_of(case: CasePage, scheme: ScoringScheme) -> str:
    """The lot of a case among equals: stable, favouring no name, another one by other criteria."""
    return hashlib.sha256(f"{scheme.effective_on}:{case.translation_key}".encode()).hexdigest()


# -- in words -------------------------------------------------------------------------------------


def verdict(table: Ranking) -> list[str]:
    """What the sensitivity says as a whole, in two sentences."""
    if len(table.rows) < 2:
        return [_("With fewer than two cases there is no order to be tested.")]
    found = table.sensitivity
    said = (
        _("The order survives every change of a weight by a tenth, up or down.")
        if found.keeps_order
        else _("The order does not survive every change of a weight by a tenth: see below.")
    )
    return [said, line_words(table)]


def line_words(table: Ranking) -> str:
    figures = {"line": table.line}
    if len(table.rows) <= table.line:
        return _("All scored cases lie within the first %(line)s.") % figures
    if table.sensitivity.keeps_first:
        return _("The first %(line)s stay the same cases whichever weight changes.") % figures
    return _("Which cases are among the first %(line)s depends on the weights.") % figures


@dataclass(frozen=True)
class VariantRow:
    """One changed weight with what it does, as the page and the table for spreadsheets say it."""

    name: str
    weight: Fraction
    variant: Variant
    swaps: tuple[str, ...]
    moves: tuple[str, ...]


def variant_rows(table: Ranking) -> list[VariantRow]:
    titles = table.titles
    names = {criterion.code: criterion.name for criterion in table.criteria}
    rows = []
    for variant in table.sensitivity.variants:
        swaps = tuple(
            _("“%(after)s” comes before “%(before)s”")
            % {"after": titles[swap.after], "before": titles[swap.before]}
            for swap in variant.swaps
        )
        entered = [_("“%(title)s” comes in") % {"title": titles[key]} for key in variant.entered]
        left = [_("“%(title)s” drops out") % {"title": titles[key]} for key in variant.left]
        weight = variant.weights[variant.code]
        moves = (*entered, *left)
        rows.append(VariantRow(names[variant.code], weight, variant, swaps, moves))
    return rows
