"""The reward's rule as a pure function: what was asked and the policy's figures in, amounts out.

Source: items 33 to 36 of the county's plan, in their normal form in domain 1.3: the reward is the
lower of the level's ceiling and the eligible investment in software and hardware, less what was
approved for an earlier level; a share of it is paid once the level's certificate is issued, by the
declared investment, and the rest after acceptance, by the approved one.

All amounts are decimals in 万元. Only the share paid on the certificate can have more digits than
a yuan: it is rounded down to the yuan, and what is cut off comes with the rest, so that both parts
always make up the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

ZERO = Decimal(0)
# One yuan in 万元.
YUAN = Decimal("0.0001")


class Basis(StrEnum):
    """Which investment counts at a second rise."""

    CUMULATIVE = "cumulative"
    INCREMENTAL = "incremental"


class Ground(StrEnum):
    """What decides the total."""

    NOT_LISTED = "not_listed"
    BELOW_TIERS = "below_tiers"
    NOT_RISEN = "not_risen"
    FIRST = "first"
    SECOND_CUMULATIVE = "second_cumulative"
    SECOND_INCREMENTAL = "second_incremental"


class Remark(StrEnum):
    """What the plan leaves open, or what the figures themselves raise."""

    SHORT_OF_TARGET = "short_of_target"
    PRIOR_LEVEL_WITHOUT_AWARD = "prior_level_without_award"
    PRIOR_AWARD_ABOVE_TIER = "prior_award_above_tier"
    PRIOR_AWARD_ABOVE_INVESTMENT = "prior_award_above_investment"
    PRIOR_INVESTMENT_MISSING = "prior_investment_missing"
    OVERPAID = "overpaid"
    OTHER_BASIS = "other_basis"


@dataclass(frozen=True)
class Rules:
    """One version of the policy: ``caps`` are ceilings by the level from which they hold."""

    caps: Mapping[int, Decimal]
    basis: Basis = Basis.CUMULATIVE
    certificate_share: int = 50
    target_level: int = 6

    def cap(self, level: int | None) -> Decimal:
        """The ceiling at a level; nothing below the lowest tier or without a level."""
        reached = [start for start in self.caps if level is not None and start <= level]
        return self.caps[max(reached)] if reached else ZERO

    @property
    def lowest_level(self) -> int | None:
        """The level from which anything is paid."""
        return min((level for level, cap in self.caps.items() if cap > 0), default=None)


@dataclass(frozen=True)
class Question:
    """What an enterprise says of itself; amounts in 万元, levels as numbers.

    ``investment`` and ``approved_investment`` are of the present project alone, as declared and as
    the office has approved it; ``prior_*`` speak of the level, award and project before.
    ``basis`` is None where the policy's own counts.
    """

    level: int
    investment: Decimal
    prior_level: int | None = None
    prior_award: Decimal = ZERO
    prior_investment: Decimal | None = None
    approved_investment: Decimal | None = None
    is_listed: bool = True
    basis: Basis | None = None


@dataclass(frozen=True)
class Estimate:
    """The amounts with what they were made of; ``overpaid`` is 0 where nothing was.

    ``total`` is by the approved investment where one is given, else by the declared one.
    ``after_acceptance`` is never negative: what was paid beyond the total stands in ``overpaid``.
    """

    question: Question
    rules: Rules
    basis: Basis
    ground: Ground
    declared_total: Decimal
    total: Decimal
    on_certificate: Decimal
    after_acceptance: Decimal
    overpaid: Decimal
    remarks: tuple[Remark, ...]

    @property
    def cap(self) -> Decimal:
        return self.rules.cap(self.question.level)

    @property
    def prior_cap(self) -> Decimal:
        return self.rules.cap(self.question.prior_level)

    @property
    def investment(self) -> Decimal:
        """The present project's investment that decides the total: approved, else declared."""
        approved = self.question.approved_investment
        return self.question.investment if approved is None else approved

    @property
    def counted(self) -> Decimal:
        """The investment that the ceiling is compared with."""
        return counted(self.question, self.basis, self.investment)


def estimate(question: Question, rules: Rules) -> Estimate:
    """The reward for what was asked, by these rules.

    Raises:
        ValueError: an amount is negative or no finite number, or an earlier award or project has
            no level.
    """
    refuse_impossible(question)
    basis = Basis(question.basis or rules.basis)
    ground = ground_of(question, rules, basis)
    declared = payable(question, rules, ground, question.investment)
    approved = question.approved_investment
    total = declared if approved is None else payable(question, rules, ground, approved)
    advance = (declared * rules.certificate_share / 100).quantize(YUAN, rounding=ROUND_DOWN)
    overpaid = max(ZERO, advance - total)
    return Estimate(
        question=question,
        rules=rules,
        basis=basis,
        ground=ground,
        declared_total=declared,
        total=total,
        on_certificate=advance,
        after_acceptance=max(ZERO, total - advance),
        overpaid=overpaid,
        remarks=tuple(remarks(question, rules, basis, overpaid)),
    )


def refuse_impossible(question: Question) -> None:
    amounts = (
        question.investment,
        question.prior_award,
        question.prior_investment,
        question.approved_investment,
    )
    for amount in amounts:
        if amount is not None and (not amount.is_finite() or amount < 0):
            raise ValueError(f"{amount} is no amount of money.")
    if question.prior_level is None and (question.prior_award or question.prior_investment):
        raise ValueError("An earlier award or project needs the level that it reached.")


def ground_of(question: Question, rules: Rules, basis: Basis) -> Ground:
    """Which rule decides, before any amount is looked at."""
    if not question.is_listed:
        return Ground.NOT_LISTED
    if not rules.cap(question.level):
        return Ground.BELOW_TIERS
    before = rules.cap(question.prior_level) or question.prior_award or question.prior_investment
    if not before:
        return Ground.FIRST
    if question.prior_award and question.level <= question.prior_level:
        # A difference is paid for a second rise only.
        return Ground.NOT_RISEN
    if basis == Basis.CUMULATIVE:
        return Ground.SECOND_CUMULATIVE
    return Ground.SECOND_INCREMENTAL


def counted(question: Question, basis: Basis, investment: Decimal) -> Decimal:
    """The eligible investment: both projects' under the cumulative basis."""
    if basis == Basis.CUMULATIVE:
        return investment + (question.prior_investment or ZERO)
    return investment


def payable(question: Question, rules: Rules, ground: Ground, investment: Decimal) -> Decimal:
    """The reward for the present project by its declared or approved investment."""
    cap = rules.cap(question.level)
    if ground == Ground.FIRST:
        return min(cap, investment)
    if ground == Ground.SECOND_CUMULATIVE:
        both = counted(question, Basis.CUMULATIVE, investment)
        return max(ZERO, min(cap, both) - question.prior_award)
    if ground == Ground.SECOND_INCREMENTAL:
        return min(max(ZERO, cap - rules.cap(question.prior_level)), investment)
    return ZERO


def remarks(question: Question, rules: Rules, basis: Basis, overpaid: Decimal) -> list[Remark]:
    """What to point out, in a fixed order."""
    award, before = question.prior_award, question.prior_investment
    prior_cap = rules.cap(question.prior_level)
    is_second = question.prior_level is not None
    rewarded = question.is_listed and rules.cap(question.level) > 0
    found = {
        Remark.OVERPAID: overpaid > 0,
        Remark.SHORT_OF_TARGET: rewarded and question.level < rules.target_level,
        Remark.PRIOR_LEVEL_WITHOUT_AWARD: rewarded and prior_cap > 0 and not award,
        Remark.PRIOR_AWARD_ABOVE_TIER: is_second and award > prior_cap,
        Remark.PRIOR_AWARD_ABOVE_INVESTMENT: bool(before is not None and award > before),
        Remark.PRIOR_INVESTMENT_MISSING: rewarded
        and basis == Basis.CUMULATIVE
        and award > 0
        and before is None,
        Remark.OTHER_BASIS: is_second and basis != rules.basis,
    }
    return [remark for remark, applies in found.items() if applies]
