"""Does the order survive other weights? The pure part, on all kinds of weights and points."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.arithmetic import total
from cases.scoring.sensitivity import (
    STEP,
    Scored,
    Swap,
    analyse,
    order_by,
    scaled,
    swapped,
)

CODES = ("effectiveness", "innovation", "replicability", "scalability")


@st.composite
def weightings(draw) -> dict[str, int]:
    """Whole weights of at least 1 that make 100."""
    cuts = draw(
        st.lists(st.integers(1, 99), min_size=len(CODES) - 1, max_size=len(CODES) - 1, unique=True)
    )
    edges = [0, *sorted(cuts), 100]
    return {code: edges[place + 1] - edges[place] for place, code in enumerate(CODES)}


halves = st.integers(0, 20).map(lambda number: Fraction(number, 2))
points = st.fixed_dictionaries(dict.fromkeys(CODES, halves))
tables = st.lists(points, min_size=0, max_size=7).map(
    lambda rows: [Scored(str(number), f"lot{number}", row) for number, row in enumerate(rows)]
)
factors = st.fractions(Fraction(1, 2), Fraction(2), max_denominator=20)


@given(weightings(), st.sampled_from(CODES), factors)
def test_scaled_weights_make_100_and_are_never_negative(weights, code, factor):
    found = scaled(weights, code, factor)
    assert sum(found.values()) == 100
    assert all(weight >= 0 for weight in found.values())
    assert found[code] == min(100, weights[code] * factor)


@given(weightings(), st.sampled_from(CODES), factors)
def test_the_others_keep_their_proportions(weights, code, factor):
    found = scaled(weights, code, factor)
    others = [each for each in CODES if each != code]
    for one in others:
        for two in others:
            assert found[one] * weights[two] == found[two] * weights[one]


@given(weightings(), tables, st.integers(0, 8))
def test_the_same_weights_change_nothing(weights, cases, first):
    found = analyse(weights, cases, first, step=Fraction(0))
    assert found.keeps_order
    assert found.keeps_first


@given(weightings(), tables, st.integers(0, 8))
def test_swaps_say_exactly_what_differs(weights, cases, first):
    """Applied to the pairs of the old order, they give the new one; no other pair moves."""
    found = analyse(weights, cases, first)
    for variant in found.variants:
        assert sorted(variant.order) == sorted(found.order)
        assert variant.keeps_order == (variant.order == found.order)
        above = {
            (one, two) for place, one in enumerate(found.order) for two in found.order[place + 1 :]
        }
        turned = {(swap.before, swap.after) for swap in variant.swaps}
        assert turned <= above
        now = {
            (one, two)
            for place, one in enumerate(variant.order)
            for two in variant.order[place + 1 :]
        }
        assert now == (above - turned) | {(two, one) for one, two in turned}


@given(weightings(), tables, st.integers(0, 8))
def test_who_comes_in_and_who_drops_out_is_the_difference_at_the_line(weights, cases, first):
    found = analyse(weights, cases, first)
    for variant in found.variants:
        before, after = set(found.order[:first]), set(variant.order[:first])
        assert set(variant.left) == before - after
        assert set(variant.entered) == after - before
        assert len(variant.left) == len(variant.entered)


@given(weightings(), tables, halves)
def test_a_criterion_in_which_all_are_equal_never_turns_the_order(weights, cases, same):
    level = [Scored(case.key, case.lot, dict(case.points) | {"innovation": same}) for case in cases]
    found = analyse(weights, level, 3)
    for variant in found.variants:
        if variant.code == "innovation":
            assert variant.keeps_order


@given(weightings(), tables)
def test_who_is_better_in_everything_is_never_passed(weights, cases):
    """A case ahead in every criterion stays ahead whatever the weights."""
    best = Scored("best", "lot-z", dict.fromkeys(CODES, Fraction(11)))
    found = analyse(weights, [*cases, best], 1)
    assert found.order[0] == "best"
    assert found.keeps_first


@given(weightings(), tables)
def test_the_order_is_by_total_and_then_by_lot(weights, cases):
    order = order_by(weights, cases)
    rows = {case.key: case for case in cases}
    marks = [(-total(weights, rows[key].points), rows[key].lot) for key in order]
    assert marks == sorted(marks)


@given(weightings(), tables)
def test_the_order_in_which_cases_are_given_does_not_matter(weights, cases):
    assert analyse(weights, cases, 3).order == analyse(weights, cases[::-1], 3).order


def test_an_order_that_a_tenth_turns():
    """The first leads by a hair, by effectiveness; a tenth less of it, and the second leads."""
    weights = {"effectiveness": 50, "innovation": 50}
    one = Scored("one", "a", {"effectiveness": Fraction(8), "innovation": Fraction(5)})
    two = Scored("two", "b", {"effectiveness": Fraction(6), "innovation": Fraction(69, 10)})
    found = analyse(weights, [one, two], 1)
    assert found.order == ("one", "two")
    turned = {
        (variant.code, variant.factor): variant.swaps for variant in found.variants if variant.swaps
    }
    assert set(turned) == {("effectiveness", 1 - STEP), ("innovation", 1 + STEP)}
    assert turned["effectiveness", 1 - STEP] == (Swap("one", "two"),)
    assert not found.keeps_first


def test_a_lone_criterion_and_a_weight_near_the_whole():
    assert scaled({"all": 100}, "all", Fraction(11, 10)) == {"all": 100}
    assert scaled({"most": 95, "rest": 5}, "most", Fraction(11, 10)) == {"most": 100, "rest": 0}


def test_pairs_that_change_places_stand_in_the_old_order():
    assert swapped("abc", "cab") == (Swap("a", "c"), Swap("b", "c"))
    assert swapped("ab", "ab") == ()
