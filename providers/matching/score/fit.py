"""The explained score: how well an offer fits a need, criterion by criterion (design: Matching).

A pure function of need, offer and weights; it reads no database and no clock. What the enterprise
did not say counts half for everyone; what a provider did not state earns nothing, so that silence
never pays. Where a firm is registered and where its staff sit never counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.wording import plain

HALF = Fraction(1, 2)
NOTHING = Fraction(0)
ALL = Fraction(1)
# An offer for all industries fits less than one made for the industry.
ALL_INDUSTRIES_SHARE = Fraction(2, 3)
# Working days to deliver and hours to be on site, up to and including, with the share they earn.
DELIVERY_SHARES = ((15, ALL), (30, Fraction(3, 4)), (60, HALF), (90, Fraction(1, 4)))
ONSITE_SHARES = ((4, ALL), (24, Fraction(3, 4)), (48, HALF), (96, Fraction(1, 4)))
# What is unknown or does not apply counts the same for all.
NEUTRAL_SHARE = HALF
# An offer whose price lies partly above the budget.
PARTLY_IN_BUDGET_SHARE = HALF
# Two steps of the L scale are the usual reach of one project.
FULL_LEVEL_STEPS = 2
# An offer for firms one step further than the enterprise is.
NEXT_LEVEL_SHARE = Fraction(1, 4)
FULL_CASES = 3
# What a case from the enterprise's own industry chain counts.
OWN_INDUSTRY_CASE = 2
FULL_QUALIFICATIONS = 3


class Criterion(StrEnum):
    SCENARIO = "scenario"
    INDUSTRY = "industry"
    LEVEL = "level"
    BUDGET = "budget"
    DELIVERY = "delivery"
    ONSITE = "onsite"
    EVIDENCE = "evidence"
    QUALIFICATION = "qualification"

    @property
    def label(self) -> str:
        return str(CRITERION_LABELS[self])


CRITERIA = tuple(Criterion)
CRITERION_LABELS = {
    Criterion.SCENARIO: gettext_lazy("Scenario fit"),
    Criterion.INDUSTRY: gettext_lazy("Industry chain fit"),
    Criterion.LEVEL: gettext_lazy("Level gap covered"),
    Criterion.BUDGET: gettext_lazy("Budget"),
    Criterion.DELIVERY: gettext_lazy("Delivery time"),
    Criterion.ONSITE: gettext_lazy("On site within"),
    Criterion.EVIDENCE: gettext_lazy("Evidence from published cases"),
    Criterion.QUALIFICATION: gettext_lazy("Valid qualifications"),
}

# What the enterprise left open, in the words of the field that it left empty.
UNSAID = {
    Criterion.SCENARIO: gettext_lazy(
        "You chose no problem from the list: all get half of %(max)s points."
    ),
    Criterion.INDUSTRY: gettext_lazy(
        "You chose no industry chain: all get half of %(max)s points."
    ),
    Criterion.LEVEL: gettext_lazy("You chose no digital level: all get half of %(max)s points."),
    Criterion.BUDGET: gettext_lazy("You are unsure of the budget: all get half of %(max)s points."),
}


@dataclass(frozen=True)
class Weights:
    """The most points that each criterion gives; together 100."""

    scenario: int = 30
    industry: int = 15
    level: int = 10
    budget: int = 15
    delivery: int = 10
    onsite: int = 5
    evidence: int = 10
    qualification: int = 5


@dataclass(frozen=True)
class Need:
    """What the enterprise said. Empty or None is "not said"."""

    scenarios: Mapping[str, str] = field(default_factory=dict)
    industry: str = ""
    industry_name: str = ""
    level: int | None = None
    budget_stated: bool = False
    # The most it would spend in 10,000 yuan; None with a stated budget is "no upper bound".
    budget_wan: Decimal | None = None


@dataclass(frozen=True)
class Offer:
    """What is offered: a listed solution, or a provider for a service without a price list."""

    key: str
    scenarios: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    all_industries: bool = False
    level_from: int | None = None
    level_to: int | None = None
    price_min_wan: Decimal | None = None
    price_max_wan: Decimal | None = None
    delivery_days: int | None = None
    onsite_hours: int | None = None
    # One entry a published case: the industries it stands for.
    cases: tuple[frozenset[str], ...] = ()
    qualifications: int = 0
    is_service: bool = False


@dataclass(frozen=True)
class Line:
    """One criterion of an offer's score, with the sentence that explains it."""

    criterion: Criterion
    points: int
    max: int
    sentence: str
    unsaid: bool = False

    @property
    def label(self) -> str:
        return self.criterion.label


@dataclass(frozen=True)
class Ranked:
    """An offer with its lines; the total is the sum of the points shown and nothing else."""

    offer: Offer
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        return sum(line.points for line in self.lines)


def score(need: Need, offer: Offer, weights: Weights) -> list[Line]:
    """Points and a sentence for every criterion, in a fixed order; none is left out."""
    lines = []
    for criterion in CRITERIA:
        share, sentence, unsaid = RULES[criterion](need, offer)
        most = getattr(weights, criterion.value)
        lines.append(Line(criterion, rounded(most * share), most, sentence, unsaid))
    return lines


def sentences(need: Need, offer: Offer) -> list[str]:
    """The sentence of every criterion in the language that is active, in the fixed order."""
    return [RULES[criterion](need, offer)[1] for criterion in CRITERIA]


def rank(need: Need, offers: Iterable[Offer], weights: Weights, reference: str) -> list[Ranked]:
    """Offers by their points; equals in an order drawn from the request, which favours no name."""
    ranked = [Ranked(offer, tuple(score(need, offer, weights))) for offer in offers]
    return sorted(ranked, key=lambda item: (-item.total, draw(reference, item.offer.key)))


def draw(reference: str, key: str) -> str:
    """The lot of an offer among equals: stable for one request, different for the next."""
    return hashlib.sha256(f"{reference}:{key}".encode()).hexdigest()


def rounded(points: Fraction) -> int:
    """To whole points, halves upwards; monotonic, so more never becomes less."""
    return int(points + HALF)


def what_would_change(ranked: list[Ranked], position: int) -> str:
    """What separates the offer at that position from its neighbour, as one sentence."""
    own = ranked[position]
    if position == 0:
        if len(ranked) == 1:
            return _("No other offer to compare with.")
        lead = own.total - ranked[1].total
        if lead == 0:
            return _("As many points as the next; a fixed random order decides.")
        return ngettext(
            "%(points)s point ahead of the next.", "%(points)s points ahead of the next.", lead
        ) % {"points": lead}
    above = ranked[position - 1]
    gap = above.total - own.total
    if gap == 0:
        return _("As many points as the one above; a fixed random order decides.")
    theirs, ours = max(
        zip(above.lines, own.lines, strict=True), key=lambda pair: pair[0].points - pair[1].points
    )
    return ngettext(
        "%(gap)s point behind the one above, most for “%(criterion)s”: %(own)s to %(other)s.",
        "%(gap)s points behind the one above, most for “%(criterion)s”: %(own)s to %(other)s.",
        gap,
    ) % {"gap": gap, "criterion": ours.label, "own": ours.points, "other": theirs.points}


def unsaid(ranked: list[Ranked]) -> list[str]:
    """What the enterprise could still say to sharpen the order, as sentences."""
    if len(ranked) < 2:
        return []
    return [
        str(UNSAID[line.criterion]) % {"max": line.max} for line in ranked[0].lines if line.unsaid
    ]


# -- the rules: share of the points, sentence, whether the enterprise left it unsaid ---------------

Verdict = tuple[Fraction, str, bool]


def scenario_fit(need: Need, offer: Offer) -> Verdict:
    if not need.scenarios:
        return NEUTRAL_SHARE, _("You named no problem from the list; counts half."), True
    covered = [name for code, name in need.scenarios.items() if code in offer.scenarios]
    share = Fraction(len(covered), len(need.scenarios))
    if not covered:
        return share, _("Covers none of the scenarios that your problem touches."), False
    sentence = _("Covers %(covered)s of %(asked)s scenarios: %(names)s.") % {
        "covered": len(covered),
        "asked": len(need.scenarios),
        "names": _(", ").join(covered),
    }
    return share, sentence, False


def industry_fit(need: Need, offer: Offer) -> Verdict:
    if not need.industry:
        return NEUTRAL_SHARE, _("You chose no industry chain; counts half."), True
    if need.industry in offer.industries:
        return ALL, _("Made for %(industry)s.") % {"industry": need.industry_name}, False
    if offer.all_industries:
        return ALL_INDUSTRIES_SHARE, _("Made for all industries."), False
    return NOTHING, _("Not made for %(industry)s.") % {"industry": need.industry_name}, False


def level_gap(need: Need, offer: Offer) -> Verdict:
    if offer.is_service:
        return not_applicable()
    if need.level is None:
        return NEUTRAL_SHARE, _("You named no digital level; counts half."), True
    if offer.level_from is None or offer.level_to is None:
        return NOTHING, _("States no levels."), False
    span = {"start": f"L{offer.level_from}", "end": f"L{offer.level_to}", "own": f"L{need.level}"}
    if need.level < offer.level_from:
        share = NEXT_LEVEL_SHARE if offer.level_from - need.level == 1 else NOTHING
        return share, _("Meant for firms from %(start)s; you are at %(own)s.") % span, False
    steps = max(0, offer.level_to - need.level)
    share = min(ALL, Fraction(steps, FULL_LEVEL_STEPS))
    if not steps:
        return share, _("Leads to %(end)s, which you have reached.") % span, False
    return share, _("Leads from %(own)s to %(end)s.") % span, False


def budget(need: Need, offer: Offer) -> Verdict:
    if offer.is_service:
        return not_applicable()
    if not need.budget_stated:
        return NEUTRAL_SHARE, _("You are unsure of the budget; counts half."), True
    low, high = offer.price_min_wan, offer.price_max_wan
    if low is None or high is None:
        return NOTHING, _("Price on request."), False
    band = {"low": plain(low), "high": plain(high)}
    if need.budget_wan is None or high <= need.budget_wan:
        return (
            ALL,
            _("The first year costs %(low)s–%(high)s × 10,000 yuan: within your budget.") % band,
            False,
        )
    if low <= need.budget_wan:
        sentence = _(
            "The first year costs %(low)s–%(high)s × 10,000 yuan: partly above your budget."
        )
        return PARTLY_IN_BUDGET_SHARE, sentence % band, False
    return (
        NOTHING,
        _("The first year costs %(low)s–%(high)s × 10,000 yuan: above your budget.") % band,
        False,
    )


def delivery(need: Need, offer: Offer) -> Verdict:
    if offer.is_service:
        return not_applicable()
    if offer.delivery_days is None:
        return NOTHING, _("States no delivery time."), False
    sentence = ngettext(
        "Delivered within %(days)s day.", "Delivered within %(days)s days.", offer.delivery_days
    )
    share = share_of(DELIVERY_SHARES, offer.delivery_days)
    return share, sentence % {"days": offer.delivery_days}, False


def onsite(need: Need, offer: Offer) -> Verdict:
    if offer.onsite_hours is None:
        return NOTHING, _("Promises no time to be on site."), False
    sentence = ngettext(
        "Promises to be on site within %(hours)s hour.",
        "Promises to be on site within %(hours)s hours.",
        offer.onsite_hours,
    )
    share = share_of(ONSITE_SHARES, offer.onsite_hours)
    return share, sentence % {"hours": offer.onsite_hours}, False


def evidence(need: Need, offer: Offer) -> Verdict:
    """Each published case counts; one from the enterprise's own industry counts double."""
    if not offer.cases:
        return NOTHING, _("No published case yet."), False
    own = sum(1 for industries in offer.cases if need.industry and need.industry in industries)
    share = min(ALL, Fraction(len(offer.cases) + own * (OWN_INDUSTRY_CASE - 1), FULL_CASES))
    count = len(offer.cases)
    sentence = ngettext("%(count)s published case", "%(count)s published cases", count)
    sentence %= {"count": count}
    if own:
        sentence = _("%(cases)s, %(own)s of them from your industry chain.") % {
            "cases": sentence,
            "own": own,
        }
    else:
        sentence = _("%(cases)s.") % {"cases": sentence}
    return share, sentence, False


def qualification(need: Need, offer: Offer) -> Verdict:
    count = offer.qualifications
    share = min(ALL, Fraction(count, FULL_QUALIFICATIONS))
    if not count:
        return share, _("The provider shows no valid qualification."), False
    sentence = ngettext(
        "The provider holds %(count)s valid qualification.",
        "The provider holds %(count)s valid qualifications.",
        count,
    )
    return share, sentence % {"count": count}, False


def not_applicable() -> Verdict:
    return NEUTRAL_SHARE, _("Does not apply to this kind of request; counts half for all."), False


def share_of(steps: tuple[tuple[int, Fraction], ...], value: int) -> Fraction:
    return next((share for limit, share in steps if value <= limit), NOTHING)


RULES = {
    Criterion.SCENARIO: scenario_fit,
    Criterion.INDUSTRY: industry_fit,
    Criterion.LEVEL: level_gap,
    Criterion.BUDGET: budget,
    Criterion.DELIVERY: delivery,
    Criterion.ONSITE: onsite,
    Criterion.EVIDENCE: evidence,
    Criterion.QUALIFICATION: qualification,
}
