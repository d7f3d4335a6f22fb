"""The reward's rule, by the worked examples of the domain reference, and what always holds."""

from decimal import Decimal
from itertools import product

import pytest

from catalog.reward.rule import YUAN, Basis, Ground, Question, Remark, Rules, estimate

D = Decimal
RULES = Rules({5: D(8), 6: D(40), 7: D(80), 8: D(200)})
A, B = Basis.CUMULATIVE, Basis.INCREMENTAL


def ask(level: int, investment: str, **more) -> Question:
    amounts = {
        key: D(value) if isinstance(value, str) and key != "basis" else value
        for key, value in more.items()
    }
    return Question(level=level, investment=D(investment), **amounts)


@pytest.mark.parametrize(
    ("question", "total", "on_certificate", "after_acceptance", "overpaid"),
    [
        pytest.param(ask(4, "30"), "0", "0", "0", "0", id="R1"),
        pytest.param(ask(5, "12"), "8", "4", "4", "0", id="R2"),
        pytest.param(ask(6, "32.6"), "32.6", "16.30", "16.30", "0", id="R5"),
        pytest.param(
            ask(7, "150", prior_level=6, prior_award="40"), "40", "20", "20", "0", id="R9"
        ),
        pytest.param(
            ask(7, "100", prior_level=6, prior_award="40", prior_investment="50"),
            *("40", "20", "20", "0"),
            id="R9 with both projects",
        ),
        pytest.param(
            ask(8, "230", prior_level=6, prior_award="40"), "160", "80", "80", "0", id="R11"
        ),
        pytest.param(
            ask(7, "60", prior_level=6, prior_award="32.6", prior_investment="32.6", basis=A),
            *("47.4", "23.70", "23.70", "0"),
            id="R12 A",
        ),
        pytest.param(
            ask(7, "60", prior_level=6, prior_award="32.6", prior_investment="32.6", basis=B),
            *("40", "20", "20", "0"),
            id="R12 B",
        ),
        pytest.param(ask(6, "55", approved_investment="28"), "28", "20", "8", "0", id="R15"),
        pytest.param(ask(8, "220", approved_investment="75"), "75", "100", "0", "25", id="R16"),
        pytest.param(ask(7, "100", is_listed=False), "0", "0", "0", "0", id="R19"),
    ],
)
def test_worked_examples(
    question: Question, total: str, on_certificate: str, after_acceptance: str, overpaid: str
) -> None:
    found = estimate(question, RULES)
    assert (found.total, found.on_certificate, found.after_acceptance, found.overpaid) == tuple(
        map(D, (total, on_certificate, after_acceptance, overpaid))
    )


@pytest.mark.parametrize(
    ("question", "ground"),
    [
        (ask(7, "1", is_listed=False), Ground.NOT_LISTED),
        (ask(4, "1"), Ground.BELOW_TIERS),
        (ask(6, "1", prior_level=6, prior_award="1"), Ground.NOT_RISEN),
        (ask(6, "1"), Ground.FIRST),
        (ask(6, "1", prior_level=4), Ground.FIRST),
        (ask(7, "1", prior_level=6), Ground.SECOND_CUMULATIVE),
        (ask(7, "1", prior_level=6, basis=B), Ground.SECOND_INCREMENTAL),
    ],
)
def test_what_decides(question: Question, ground: Ground) -> None:
    assert estimate(question, RULES).ground == ground


@pytest.mark.parametrize(
    ("question", "remarks"),
    [
        (ask(6, "50"), ()),
        (ask(5, "50"), (Remark.SHORT_OF_TARGET,)),
        (ask(4, "50"), ()),
        (ask(5, "50", is_listed=False), ()),
        (ask(7, "50", prior_level=6), (Remark.PRIOR_LEVEL_WITHOUT_AWARD,)),
        (ask(7, "50", prior_level=4), ()),
        (
            ask(7, "50", prior_level=6, prior_award="41", prior_investment="50"),
            (Remark.PRIOR_AWARD_ABOVE_TIER,),
        ),
        (
            ask(7, "50", prior_level=6, prior_award="20", prior_investment="10"),
            (Remark.PRIOR_AWARD_ABOVE_INVESTMENT,),
        ),
        (
            ask(7, "150", prior_level=6, prior_award="40"),
            (Remark.PRIOR_INVESTMENT_MISSING,),
        ),
        (
            ask(7, "50", prior_level=6, prior_award="40", basis=B),
            (Remark.OTHER_BASIS,),
        ),
        (ask(8, "220", approved_investment="75"), (Remark.OVERPAID,)),
    ],
)
def test_what_is_pointed_out(question: Question, remarks: tuple[Remark, ...]) -> None:
    assert estimate(question, RULES).remarks == remarks


LEVELS = (4, 5, 6, 7, 8, 10)
AMOUNTS = (D(0), YUAN, D("32.6"), D("80.0003"), D(500))


@pytest.mark.parametrize("basis", [A, B])
@pytest.mark.parametrize("share", [0, 33, 50, 100])
def test_what_always_holds(basis: Basis, share: int) -> None:
    rules = Rules(RULES.caps, basis, share)
    for level, prior, investment, award, before, approved in product(
        LEVELS, (None, 5, 6), AMOUNTS, AMOUNTS, (None, *AMOUNTS), (None, *AMOUNTS)
    ):
        if prior is None and (award or before):
            continue
        question = Question(level, investment, prior, award, before, approved)
        found = estimate(question, rules)
        assert found.on_certificate + found.after_acceptance - found.overpaid == found.total
        assert 0 <= found.total <= rules.cap(level)
        assert min(found.after_acceptance, found.overpaid) == 0
        assert found.on_certificate % YUAN == 0
        assert not estimate(
            Question(level, investment, prior, award, before, approved, is_listed=False), rules
        ).total


def test_more_investment_never_lowers_the_reward() -> None:
    for basis, level in product((A, B), LEVELS):
        totals = [
            estimate(ask(level, str(wan), prior_level=5, prior_award="8", basis=basis), RULES).total
            for wan in range(0, 300, 7)
        ]
        assert totals == sorted(totals)


def test_the_share_is_rounded_down_to_the_yuan() -> None:
    found = estimate(ask(6, "0.0003"), RULES)
    assert (found.on_certificate, found.after_acceptance) == (D("0.0001"), D("0.0002"))


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "-Infinity", "sNaN"])
@pytest.mark.parametrize("name", ["prior_award", "prior_investment", "approved_investment"])
def test_impossible_amounts_are_refused(name: str, amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        estimate(Question(6, D(amount)), RULES)
    with pytest.raises(ValueError, match="no amount"):
        estimate(Question(6, D(1), prior_level=5, **{name: D(amount)}), RULES)


@pytest.mark.parametrize("name", ["prior_award", "prior_investment"])
def test_what_was_before_needs_its_level(name: str) -> None:
    with pytest.raises(ValueError, match="level"):
        estimate(Question(7, D(60), **{name: D(40)}), RULES)


def test_no_tiers_pay_nothing() -> None:
    found = estimate(ask(8, "100"), Rules({}))
    assert (found.total, found.ground) == (0, Ground.BELOW_TIERS)
