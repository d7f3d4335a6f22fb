"""The explained score: what is shown is what counts, and nothing else."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from providers.matching.score.fit import (
    CRITERIA,
    Criterion,
    Need,
    Offer,
    Weights,
    rank,
    score,
    unsaid,
    what_would_change,
)

WEIGHTS = Weights()
NEED = Need(
    scenarios={"PLAN": "计划排程", "PROD": "生产管控"},
    industry="textile",
    industry_name="纺织服装",
    level=3,
    budget_stated=True,
    budget_wan=Decimal(20),
)
OFFER = Offer(
    key="a/b",
    scenarios=frozenset({"PLAN", "PROD"}),
    industries=frozenset({"textile"}),
    level_from=3,
    level_to=5,
    price_min_wan=Decimal(2),
    price_max_wan=Decimal("4.8"),
    delivery_days=15,
    onsite_hours=4,
    cases=(frozenset({"textile"}), frozenset({"steel"})),
    qualifications=3,
)
SCENARIOS = ("PLAN", "PROD", "QUAL", "WHSE")
INDUSTRIES = ("textile", "steel", "food")


def points(need: Need, offer: Offer) -> dict[str, int]:
    return {line.criterion: line.points for line in score(need, offer, WEIGHTS)}


def some_offer(chance: random.Random, key: str) -> Offer:
    low = chance.choice([None, Decimal(0), Decimal(3), Decimal(30)])
    return Offer(
        key=key,
        scenarios=frozenset(chance.sample(SCENARIOS, chance.randint(0, 4))),
        industries=frozenset(chance.sample(INDUSTRIES, chance.randint(0, 3))),
        all_industries=chance.random() < 0.2,
        level_from=chance.choice([None, 2, 3, 4]),
        level_to=chance.choice([None, 4, 5, 7]),
        price_min_wan=low,
        price_max_wan=None if low is None else low + chance.randint(0, 30),
        delivery_days=chance.choice([None, 1, 15, 16, 60, 91]),
        onsite_hours=chance.choice([None, 2, 24, 500]),
        cases=tuple(
            frozenset({chance.choice(INDUSTRIES)}) for _case in range(chance.randint(0, 4))
        ),
        qualifications=chance.randint(0, 5),
        is_service=chance.random() < 0.2,
    )


def some_need(chance: random.Random) -> Need:
    chosen = chance.sample(SCENARIOS, chance.randint(0, 4))
    return Need(
        scenarios={code: code for code in chosen},
        industry=chance.choice(["", *INDUSTRIES]),
        level=chance.choice([None, 1, 3, 6]),
        budget_stated=chance.random() < 0.5,
        budget_wan=chance.choice([None, Decimal(5), Decimal(20)]),
    )


def test_a_perfect_offer_gets_every_point():
    assert sum(points(NEED, OFFER).values()) == 100


@pytest.mark.parametrize("seed", range(40))
def test_the_order_shown_is_the_order_computed(seed):
    chance = random.Random(seed)
    need = some_need(chance)
    ranked = rank(need, [some_offer(chance, f"p/{number}") for number in range(12)], WEIGHTS, "REF")
    totals = [item.total for item in ranked]
    assert totals == sorted(totals, reverse=True)
    for position, item in enumerate(ranked):
        assert [line.criterion for line in item.lines] == list(CRITERIA)
        assert item.total == sum(line.points for line in item.lines)
        assert all(0 <= line.points <= line.max and line.sentence for line in item.lines)
        assert what_would_change(ranked, position)


@pytest.mark.parametrize("seed", range(40))
def test_more_evidence_or_qualification_never_lowers_a_score(seed):
    chance = random.Random(seed)
    need, offer = some_need(chance), some_offer(chance, "p/s")
    before = sum(points(need, offer).values())
    for industry in INDUSTRIES:
        more = replace(offer, cases=(*offer.cases, frozenset({industry})))
        assert sum(points(need, more).values()) >= before
    more = replace(offer, qualifications=offer.qualifications + 1)
    assert sum(points(need, more).values()) >= before


def test_equals_stand_in_the_order_of_a_draw_that_changes_with_the_request():
    names = [f"provider-{letter}/x" for letter in "abcdefgh"]
    offers = [replace(OFFER, key=name) for name in names]
    orders = {
        tuple(item.offer.key for item in rank(NEED, offers, WEIGHTS, f"REF{number}"))
        for number in range(20)
    }
    assert len(orders) == 20
    assert tuple(names) not in orders
    again = [item.offer.key for item in rank(NEED, reversed(offers), WEIGHTS, "REF1")]
    assert again == [item.offer.key for item in rank(NEED, offers, WEIGHTS, "REF1")]


def test_what_the_enterprise_did_not_say_counts_half_and_is_named():
    silent = Need()
    lines = {line.criterion: line for line in score(silent, OFFER, WEIGHTS)}
    for criterion in (Criterion.SCENARIO, Criterion.INDUSTRY, Criterion.LEVEL, Criterion.BUDGET):
        assert lines[criterion].unsaid
        assert abs(lines[criterion].points * 2 - lines[criterion].max) <= 1
    ranked = rank(silent, [OFFER, replace(OFFER, key="c/d")], WEIGHTS, "REF")
    sentences = unsaid(ranked)
    assert len(sentences) == 4
    with translation.override("en"):
        assert "You chose no industry chain: all get half of 15 points." in unsaid(ranked)


def test_a_provider_gains_nothing_by_silence():
    silent = replace(
        OFFER, price_min_wan=None, price_max_wan=None, delivery_days=None, onsite_hours=None
    )
    got = points(NEED, silent)
    assert got["budget"] == got["delivery"] == got["onsite"] == 0


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [("0", "0", 15), ("2", "20", 15), ("2", "20.1", 8), ("20", "30", 8), ("20.1", "30", 0)],
)
def test_budget(low, high, expected):
    offer = replace(OFFER, price_min_wan=Decimal(low), price_max_wan=Decimal(high))
    assert points(NEED, offer)["budget"] == expected


@pytest.mark.parametrize(("level", "expected"), [(1, 0), (2, 3), (3, 10), (4, 5), (5, 0), (9, 0)])
def test_level(level, expected):
    assert points(replace(NEED, level=level), OFFER)["level"] == expected


def test_an_offer_for_all_industries_stands_behind_one_made_for_it():
    general = replace(OFFER, industries=frozenset(), all_industries=True)
    other = replace(OFFER, industries=frozenset({"steel"}))
    got = [points(NEED, offer)["industry"] for offer in (OFFER, general, other)]
    assert got == [15, 10, 0]
