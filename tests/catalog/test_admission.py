"""The admission checklist: every row of the table, each with its state and sentence."""

import pytest
from django.utils import translation

from catalog.admission import State, Word, sentences
from catalog.models import AdmissionRules, DeploymentMode, Scenario, SolutionPage
from tests.pages import complete_draft, provider_of

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def draft() -> SolutionPage:
    return complete_draft(provider_of("provider1"))


def states(page: SolutionPage, word: Word) -> list[State]:
    return [check.state for check in page.admission_checks() if check.word == word]


def test_a_complete_draft_lacks_nothing(draft):
    assert not sentences(draft.admission_checks(), State.BLOCK)
    assert not draft.own_blockers()


@pytest.mark.parametrize(
    ("change", "word", "state"),
    [
        (lambda page: page.scenarios.set(Scenario.objects.all()[:5]), Word.SMALL, State.WARN),
        (lambda page: page.scenarios.clear(), Word.SMALL, State.BLOCK),
        (lambda page: setattr(page, "price_max_wan", 51), Word.SMALL, State.WARN),
        (lambda page: setattr(page, "price_max_wan", None), Word.SMALL, State.BLOCK),
        (lambda page: setattr(page, "price_on_request", True), Word.SMALL, State.INFO),
        (lambda page: setattr(page, "delivery_days", 91), Word.FAST, State.WARN),
        (lambda page: setattr(page, "delivery_days", None), Word.FAST, State.BLOCK),
        (
            lambda page: page.deployment_modes.set(DeploymentMode.objects.filter(pk="on_premise")),
            Word.LIGHT,
            State.WARN,
        ),
        (lambda page: setattr(page, "all_industries", False), Word.PRECISE, State.BLOCK),
        (lambda page: page.reference_cases.clear(), Word.PRECISE, State.BLOCK),
        (lambda page: page.intellectual_property.clear(), Word.PROPERTY, State.BLOCK),
        (lambda page: setattr(page, "tagline", "最佳排程。"), Word.WORDING, State.BLOCK),
    ],
)
def test_each_row_of_the_table(draft, change, word, state):
    before = states(draft, word)
    change(draft)
    after = states(draft, word)
    assert state in after
    assert after != before
    said = sentences(draft.admission_checks(), state)
    assert said
    if state == State.BLOCK:
        assert set(map(str, said)) <= set(map(str, draft.blockers()))
    if state == State.WARN:
        assert set(map(str, said)) == set(map(str, draft.warnings()))


def test_all_industries_need_three_cases_or_are_pointed_out(draft):
    assert State.WARN in states(draft, Word.PRECISE)
    row = draft.reference_cases.first()
    draft.reference_cases = [row, *[type(row)(**values(row)) for _number in range(2)]]
    assert states(draft, Word.PRECISE) == [State.OK, State.OK]


def values(row) -> dict:
    names = ("enterprise", "period", "indicator", "before", "after")
    return {name: getattr(row, name) for name in names}


def test_the_thresholds_are_the_bureaus(draft):
    rules = AdmissionRules.current()
    rules.longest_delivery_days = 5
    rules.save()
    assert State.WARN in states(draft, Word.FAST)


def test_sentences_speak_the_readers_language(draft):
    check = next(check for check in draft.admission_checks() if check.word == Word.FAST)
    with translation.override("en"):
        assert str(check.sentence) == "Delivery takes 10 days."
