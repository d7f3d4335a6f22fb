"""What must hold for every need and every offer, whatever they say."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from providers.matching.score.fit import (
    CRITERIA,
    Criterion,
    Need,
    Offer,
    Weights,
    rank,
    score,
    what_would_change,
)

SCENARIOS = ("PLAN", "PROD", "QUAL", "WHSE")
INDUSTRIES = ("textile", "steel", "food")

some_scenarios = st.frozensets(st.sampled_from(SCENARIOS))
some_industries = st.frozensets(st.sampled_from(INDUSTRIES))
levels = st.none() | st.integers(1, 10)
money = st.none() | st.decimals(0, 500, places=2)


@st.composite
def weights(draw) -> Weights:
    """Any division of 100 points among the criteria."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=7, max_size=7)))
    points = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    return Weights(**dict(zip((each.value for each in CRITERIA), points, strict=True)))


@st.composite
def needs(draw) -> Need:
    return Need(
        scenarios={code: code for code in sorted(draw(some_scenarios))},
        industry=draw(st.sampled_from(("", *INDUSTRIES))),
        level=draw(levels),
        budget_stated=draw(st.booleans()),
        budget_wan=draw(st.none() | st.sampled_from([Decimal(5), Decimal(20), Decimal(50)])),
    )


@st.composite
def offers(draw, key: str = "p/s") -> Offer:
    low = draw(money)
    return Offer(
        key=key,
        scenarios=draw(some_scenarios),
        industries=draw(some_industries),
        all_industries=draw(st.booleans()),
        level_from=draw(levels),
        level_to=draw(levels),
        price_min_wan=low,
        price_max_wan=None if low is None else low + draw(st.integers(0, 100)),
        delivery_days=draw(st.none() | st.integers(1, 200)),
        onsite_hours=draw(st.none() | st.integers(0, 200)),
        cases=tuple(draw(st.lists(some_industries, max_size=5))),
        qualifications=draw(st.integers(0, 6)),
        is_service=draw(st.booleans()),
    )


@st.composite
def rivals(draw) -> list[Offer]:
    """Offers under different keys, in any order."""
    count = draw(st.integers(1, 8))
    made = [draw(offers(key=f"p{number}/s")) for number in range(count)]
    return draw(st.permutations(made))


references = st.text("23456789ABCDEFGHJKLMNPQRSTUVWXYZ-", min_size=9, max_size=9)


@given(needs(), rivals(), weights(), references)
def test_the_order_shown_is_the_order_computed(need, made, points, reference):
    ranked = rank(need, made, points, reference)
    totals = {offer.key: sum(line.points for line in score(need, offer, points)) for offer in made}
    assert [item.total for item in ranked] == sorted(totals.values(), reverse=True)
    assert {item.offer.key: item.total for item in ranked} == totals
    again = rank(need, list(reversed(made)), points, reference)
    assert [item.offer.key for item in again] == [item.offer.key for item in ranked]


@given(needs(), rivals(), weights(), references)
def test_no_criterion_is_hidden(need, made, points, reference):
    ranked = rank(need, made, points, reference)
    for position, item in enumerate(ranked):
        assert [line.criterion for line in item.lines] == list(CRITERIA)
        assert item.total == sum(line.points for line in item.lines)
        assert sum(line.max for line in item.lines) == 100
        assert all(0 <= line.points <= line.max and line.sentence for line in item.lines)
        assert what_would_change(ranked, position)


@given(needs(), offers(), weights(), some_industries)
def test_evidence_never_lowers_a_score(need, offer, points, industries):
    """One case more, or one qualification more: each line stays or rises."""
    before = [line.points for line in score(need, offer, points)]
    more = (
        replace(offer, cases=(*offer.cases, industries)),
        replace(offer, qualifications=offer.qualifications + 1),
    )
    for better in more:
        after = [line.points for line in score(need, better, points)]
        assert all(new >= old for new, old in zip(after, before, strict=True))


@given(needs(), offers(), weights(), some_industries)
def test_evidence_never_lowers_a_place(need, offer, points, industries):
    """Against a rival that stays as it was, the place stays or gets better."""
    rival = replace(offer, key="rival/s", qualifications=3, cases=(frozenset({"food"}),) * 2)
    better = replace(
        offer, cases=(*offer.cases, industries), qualifications=offer.qualifications + 1
    )

    def place(own: Offer) -> int:
        ranked = rank(need, [own, rival], points, "AAAA-BBBB")
        return [item.offer.key for item in ranked].index(offer.key)

    assert place(better) <= place(offer)


@given(needs(), offers(), weights())
@property_settings(max_examples=10)
def test_equals_are_drawn_by_lot_and_each_is_first_about_equally_often(need, offer, points):
    """The names begin with a to e; over many references no place in the alphabet wins."""
    keys = [f"{letter}-provider/x" for letter in "abcde"]
    equal = [replace(offer, key=key) for key in keys]
    draws = 500
    firsts = Counter(
        rank(need, equal, points, f"{number:04d}-WXYZ")[0].offer.key for number in range(draws)
    )
    assert set(firsts) == set(keys)
    # A fair lot strays from 100 by more than 45, five standard deviations, practically never.
    assert all(abs(count - draws / len(keys)) < 45 for count in firsts.values())


@given(needs(), rivals(), weights())
def test_what_the_enterprise_did_not_say_counts_the_same_for_all(need, made, points):
    silent = replace(need, scenarios={}, industry="", level=None, budget_stated=False)
    left_open = (Criterion.SCENARIO, Criterion.INDUSTRY, Criterion.LEVEL, Criterion.BUDGET)
    for criterion in left_open:
        lines = [
            line
            for offer in made
            for line in score(silent, offer, points)
            if line.criterion == criterion
        ]
        assert len({line.points for line in lines}) == 1
        assert abs(lines[0].points * 2 - lines[0].max) <= 1
