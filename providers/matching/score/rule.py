"""The rule of the score in words and tables, made from the constants that the score counts with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.matching.models import ScoreWeights
from providers.matching.score.fit import (
    ALL,
    ALL_INDUSTRIES_SHARE,
    CRITERIA,
    DELIVERY_SHARES,
    FULL_CASES,
    FULL_LEVEL_STEPS,
    FULL_QUALIFICATIONS,
    NEUTRAL_SHARE,
    NEXT_LEVEL_SHARE,
    NOTHING,
    ONSITE_SHARES,
    OWN_INDUSTRY_CASE,
    PARTLY_IN_BUDGET_SHARE,
    Criterion,
    Weights,
    rounded,
)

# Sets of weights beside each other on the page; older ones are left out.
SHOWN_SETS = 4


@dataclass(frozen=True)
class Step:
    """One line of a criterion's table: what is so, and the share of the points that it earns."""

    condition: str
    share: Fraction


@dataclass(frozen=True)
class WeightSet:
    """Weights with the days from and until which they hold."""

    weights: Weights
    since: date | None
    until: date | None
    is_in_force: bool
    note: str = ""
    is_to_come: bool = False


@dataclass(frozen=True)
class StepRow:
    condition: str
    share: str
    points: int


@dataclass(frozen=True)
class Explained:
    """A criterion as the page explains it. ``points`` belong to the sets of weights, in order."""

    criterion: Criterion
    label: str
    meaning: str
    points: list[int]
    steps: list[StepRow]
    rest: str


def weight_sets(extra: ScoreWeights | None = None, today: date | None = None) -> list[WeightSet]:
    """The weights in force, then those to come and those before, the latest first.

    ``extra`` is a set that is not stored yet, or stored otherwise.
    """
    today = today or timezone.localdate()
    rows = [row for row in ScoreWeights.objects.order_by("-effective_on") if row != extra]
    if extra is not None and extra.effective_on:
        rows = sorted([*rows, extra], key=lambda row: row.effective_on, reverse=True)
    found, until, in_force_found = [], None, False
    for row in rows:
        is_in_force = not in_force_found and row.effective_on <= today
        in_force_found = in_force_found or is_in_force
        found.append(
            WeightSet(
                row.weights(),
                row.effective_on,
                until,
                is_in_force,
                row.note,
                is_to_come=row.effective_on > today,
            )
        )
        until = row.effective_on
    if not in_force_found:
        found.append(WeightSet(Weights(), None, until, is_in_force=True))
    return shown(found)


def shown(sets: list[WeightSet]) -> list[WeightSet]:
    """Those in force first, then the latest few others."""
    others = [each for each in sets if not each.is_in_force]
    return [*(each for each in sets if each.is_in_force), *others[: SHOWN_SETS - 1]]


def explained(sets: Iterable[WeightSet]) -> list[Explained]:
    """Every criterion in the order of the score; none is left out."""
    sets = list(sets)
    now = next(each.weights for each in sets if each.is_in_force)
    steps = steps_of_all()
    return [
        Explained(
            criterion,
            criterion.label,
            meanings()[criterion],
            [getattr(each.weights, criterion.value) for each in sets],
            [
                StepRow(
                    step.condition,
                    share_words(step.share),
                    rounded(getattr(now, criterion.value) * step.share),
                )
                for step in steps[criterion]
            ],
            rests()[criterion],
        )
        for criterion in CRITERIA
    ]


def share_words(share: Fraction) -> str:
    if share == ALL:
        return _("all")
    return _("none") if share == NOTHING else str(share)


def steps_of_all() -> dict[Criterion, list[Step]]:
    """For each criterion the cases that its rule tells apart, with their shares."""
    return {
        Criterion.SCENARIO: scenario_steps(),
        Criterion.INDUSTRY: industry_steps(),
        Criterion.LEVEL: level_steps(),
        Criterion.BUDGET: budget_steps(),
        Criterion.DELIVERY: delivery_steps(),
        Criterion.ONSITE: onsite_steps(),
        Criterion.EVIDENCE: evidence_steps(),
        Criterion.QUALIFICATION: qualification_steps(),
    }


def scenario_steps() -> list[Step]:
    """The share is what is covered of what was asked; three scenarios are the example."""
    asked = 3
    return [
        Step(
            _("covers %(covered)s of %(asked)s scenarios that your problem touches")
            % {"covered": covered, "asked": asked},
            Fraction(covered, asked),
        )
        for covered in range(asked, -1, -1)
    ]


def industry_steps() -> list[Step]:
    return [
        Step(_("made for your industry chain"), ALL),
        Step(_("made for all industries"), ALL_INDUSTRIES_SHARE),
        Step(_("made for other industries"), NOTHING),
    ]


def level_steps() -> list[Step]:
    reach = [
        Step(
            ngettext(
                "leads %(steps)s level further than you are",
                "leads %(steps)s levels further than you are",
                steps,
            )
            % {"steps": steps},
            Fraction(steps, FULL_LEVEL_STEPS),
        )
        for steps in range(FULL_LEVEL_STEPS, 0, -1)
    ]
    first = _("leads %(steps)s levels further than you are, or more") % {"steps": FULL_LEVEL_STEPS}
    reach[0] = Step(first, reach[0].share)
    return [
        *reach,
        Step(_("begins one level above yours"), NEXT_LEVEL_SHARE),
        Step(_("begins higher, leads no further than you are, or states no levels"), NOTHING),
    ]


def budget_steps() -> list[Step]:
    return [
        Step(_("the first year's price lies within your budget"), ALL),
        Step(_("the first year's price lies partly above it"), PARTLY_IN_BUDGET_SHARE),
        Step(_("the price lies above it, or is named on request only"), NOTHING),
    ]


def delivery_steps() -> list[Step]:
    known = [
        Step(_("delivered within %(days)s days") % {"days": limit}, share)
        for limit, share in DELIVERY_SHARES
    ]
    return [*known, Step(_("later, or no time stated"), NOTHING)]


def onsite_steps() -> list[Step]:
    known = [
        Step(_("promises to be on site within %(hours)s hours") % {"hours": limit}, share)
        for limit, share in ONSITE_SHARES
    ]
    return [*known, Step(_("later, or nothing promised"), NOTHING)]


def evidence_steps() -> list[Step]:
    counted = [
        Step(
            ngettext("%(count)s published case", "%(count)s published cases", count)
            % {"count": count},
            Fraction(count, FULL_CASES),
        )
        for count in range(FULL_CASES, 0, -1)
    ]
    most = _("%(count)s published cases or more") % {"count": FULL_CASES}
    counted[0] = Step(most, counted[0].share)
    return [*counted, Step(_("no published case"), NOTHING)]


def qualification_steps() -> list[Step]:
    counted = [
        Step(
            ngettext("%(count)s valid qualification", "%(count)s valid qualifications", count)
            % {"count": count},
            Fraction(count, FULL_QUALIFICATIONS),
        )
        for count in range(FULL_QUALIFICATIONS, 0, -1)
    ]
    most = _("%(count)s valid qualifications or more") % {"count": FULL_QUALIFICATIONS}
    counted[0] = Step(most, counted[0].share)
    return [*counted, Step(_("no valid qualification"), NOTHING)]


def meanings() -> dict[Criterion, str]:
    return {
        Criterion.SCENARIO: _(
            "How many of the business scenarios that your problem touches the offer covers."
        ),
        Criterion.INDUSTRY: _("Whether the offer is made for your industry chain."),
        Criterion.LEVEL: _("How far the offer leads on the provincial scale of digital levels."),
        Criterion.BUDGET: _("Whether the listed price of the first year fits your budget."),
        Criterion.DELIVERY: _("The listed time from the contract to the hand-over."),
        Criterion.ONSITE: _("Within how many hours the provider promises to be on site."),
        Criterion.EVIDENCE: _("Cases of this offer that were reviewed and published here."),
        Criterion.QUALIFICATION: _(
            "Certificates of the provider that the office has checked and that are valid today."
        ),
    }


def rests() -> dict[Criterion, str]:
    """What else holds: what counts the same for all, and why."""
    neutral = share_words(NEUTRAL_SHARE)
    unsaid = _("If you say nothing about it, every offer gets %(share)s of the points.") % {
        "share": neutral
    }
    listed_only = _(
        "For a diagnosis visit, training or a policy question it does not apply: every provider "
        "gets %(share)s of the points."
    ) % {"share": neutral}
    both = _("%(first)s %(second)s") % {"first": unsaid, "second": listed_only}
    own = _("A case from your own industry chain counts as %(count)s.") % {
        "count": OWN_INDUSTRY_CASE
    }
    return {
        Criterion.SCENARIO: unsaid,
        Criterion.INDUSTRY: unsaid,
        Criterion.LEVEL: both,
        Criterion.BUDGET: both,
        Criterion.DELIVERY: listed_only,
        Criterion.ONSITE: "",
        Criterion.EVIDENCE: own,
        Criterion.QUALIFICATION: "",
    }


def never_counted() -> list[str]:
    return [
        _("where a provider is registered, and where its staff work (a local team is only shown)"),
        _("money: nobody can pay for a place or for points"),
        _("whether it is the lead provider, or close to it"),
        _("name, size, age and turnover of the provider, and how long it has been listed"),
        _("visits, clicks, requests and stars"),
        _("who you are: the score knows your need, not your company"),
    ]
