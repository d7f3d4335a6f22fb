"""The score's rule: its weights as dated data, and the public page that explains it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.models import ScoreWeights
from providers.matching.score.fit import (
    CRITERIA,
    DELIVERY_SHARES,
    FULL_CASES,
    FULL_QUALIFICATIONS,
    ONSITE_SHARES,
    Criterion,
    Need,
    Offer,
    Weights,
    score,
)
from providers.matching.score.rule import explained, weight_sets
from providers.matching.score.weights_preview import differences, effect
from tests.matching import asking
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

PAGE = "/requests/score/"
OTHER = {
    "scenario": 20,
    "industry": 15,
    "level": 10,
    "budget": 15,
    "delivery": 10,
    "onsite": 5,
    "evidence": 20,
    "qualification": 5,
}
NEED = Need(
    scenarios={"PLAN": "计划排程", "PROD": "生产管控", "QUAL": "质量管控"},
    industry="textile",
    industry_name="纺织服装",
    level=3,
    budget_stated=True,
    budget_wan=Decimal(20),
)
OWN, FOREIGN = frozenset({"textile"}), frozenset({"steel"})


def tomorrow(days: int = 1) -> date:
    return timezone.localdate() + timedelta(days=days)


def set_from(day: date, **changes) -> ScoreWeights:
    return ScoreWeights.objects.create(effective_on=day, **{**OTHER, **changes})


# Offers in the order of each criterion's table, one for every line of it.
EXAMPLES = {
    Criterion.SCENARIO: [
        Offer("x", scenarios=frozenset(codes))
        for codes in (("PLAN", "PROD", "QUAL"), ("PLAN", "PROD"), ("PLAN",), ())
    ],
    Criterion.INDUSTRY: [
        Offer("x", industries=OWN),
        Offer("x", all_industries=True),
        Offer("x", industries=FOREIGN),
    ],
    Criterion.LEVEL: [
        Offer("x", level_from=3, level_to=5),
        Offer("x", level_from=3, level_to=4),
        Offer("x", level_from=4, level_to=9),
        Offer("x", level_from=5, level_to=9),
    ],
    Criterion.BUDGET: [
        Offer("x", price_min_wan=Decimal(low), price_max_wan=Decimal(high))
        for low, high in ((1, 20), (20, 21), (21, 22))
    ],
    Criterion.DELIVERY: [Offer("x", delivery_days=limit) for limit, _share in DELIVERY_SHARES]
    + [Offer("x", delivery_days=DELIVERY_SHARES[-1][0] + 1)],
    Criterion.ONSITE: [Offer("x", onsite_hours=limit) for limit, _share in ONSITE_SHARES]
    + [Offer("x", onsite_hours=ONSITE_SHARES[-1][0] + 1)],
    Criterion.EVIDENCE: [
        Offer("x", cases=(FOREIGN,) * count) for count in range(FULL_CASES, -1, -1)
    ],
    Criterion.QUALIFICATION: [
        Offer("x", qualifications=count) for count in range(FULL_QUALIFICATIONS, -1, -1)
    ],
}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_every_line_of_the_tables_is_what_the_score_gives(criterion):
    weights = ScoreWeights.objects.in_force()
    row = next(row for row in explained(weight_sets()) if row.criterion == criterion)
    given = [
        next(line.points for line in score(NEED, offer, weights) if line.criterion == criterion)
        for offer in EXAMPLES[criterion]
    ]
    assert [step.points for step in row.steps] == given


def test_the_days_between_two_lines_belong_to_the_later_one():
    points = [
        next(
            line.points
            for line in score(NEED, Offer("x", delivery_days=limit + 1), Weights())
            if line.criterion == Criterion.DELIVERY
        )
        for limit, _share in DELIVERY_SHARES
    ]
    row = next(row for row in explained(weight_sets()) if row.criterion == Criterion.DELIVERY)
    assert points == [step.points for step in row.steps][1:]


def test_a_case_from_the_own_industry_counts_as_the_page_says():
    one = replace(Offer("x"), cases=(OWN,))
    two = replace(Offer("x"), cases=(FOREIGN, FOREIGN))
    lines = [
        score(NEED, offer, Weights())[CRITERIA.index(Criterion.EVIDENCE)] for offer in (one, two)
    ]
    assert lines[0].points == lines[1].points


def test_the_page_shows_every_criterion_with_its_points_now_before_and_to_come(client):
    set_from(tomorrow(), note="案例更重要。")
    page = client.get(PAGE)
    assert page.status_code == 200
    rows = {row.criterion: row for row in page.context["criteria"]}
    assert list(rows) == list(CRITERIA)
    now, to_come = page.context["sets"]
    assert (to_come.is_in_force, now.is_in_force) == (False, True)
    assert rows[Criterion.EVIDENCE].points == [10, 20]
    assert now.until == to_come.since == tomorrow()
    body = page.content.decode()
    assert "案例更重要。" in body
    assert all(row.label in body for row in rows.values())


def test_the_weights_in_force_stay_on_the_page_however_many_are_to_come(client):
    for days in range(1, 8):
        set_from(tomorrow(days))
    assert sum(1 for each in client.get(PAGE).context["sets"] if each.is_in_force) == 1


def test_without_any_weights_the_defaults_are_shown(client):
    ScoreWeights.objects.all().delete()
    (only,) = client.get(PAGE).context["sets"]
    assert only.weights == Weights()


def test_the_number_of_queries_does_not_grow_with_the_sets(client, django_assert_max_num_queries):
    client.get(PAGE)
    for days in range(1, 6):
        set_from(tomorrow(days))
    with django_assert_max_num_queries(25):
        client.get(PAGE)


def test_english_explains_it_too(client):
    client.cookies["django_language"] = "en"
    assert "What never counts" in client.get(PAGE).content.decode()


def test_the_second_step_and_every_proposal_lead_there(client):
    asking.need(client)
    page = client.get(reverse("request_whom")).content.decode()
    assert page.count(f'href="{PAGE}"') > 1


# -- the bureau's data --------------------------------------------------------------------------


def add_by(username: str, **changes):
    address = reverse("wagtailsnippets_matching_scoreweights:add")
    data = {**OTHER, "effective_on": tomorrow().isoformat(), "note": "", **changes}
    return signed_in(username).post(address, data)


def test_the_bureau_adds_weights_for_a_day_to_come():
    assert add_by("bureau").status_code == 302
    assert ScoreWeights.objects.in_force(tomorrow()).evidence == 20
    assert ScoreWeights.objects.in_force().evidence == 10


def test_the_sum_is_told():
    answer = add_by("bureau", scenario=15)
    assert answer.status_code == 200
    with translation.override("zh-hans"):
        assert "95" in str(answer.context["form"].errors)
    assert ScoreWeights.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, -1000])
def test_the_past_is_not_written(days):
    assert add_by("bureau", effective_on=tomorrow(days).isoformat()) is not None
    assert not ScoreWeights.objects.filter(effective_on=tomorrow(days)).exists()


def test_weights_in_force_are_not_changed():
    row = ScoreWeights.objects.get()
    address = reverse("wagtailsnippets_matching_scoreweights:edit", args=[row.pk])
    data = {**OTHER, "effective_on": tomorrow().isoformat(), "note": ""}
    assert signed_in("bureau").post(address, data).status_code == 200
    row.refresh_from_db()
    assert row.evidence == 10
    row.note = "neu"
    with pytest.raises(ValidationError):
        row.full_clean()


def test_weights_to_come_may_be_changed():
    row = set_from(tomorrow(5))
    address = reverse("wagtailsnippets_matching_scoreweights:edit", args=[row.pk])
    data = {**OTHER, "scenario": 10, "level": 20, "effective_on": tomorrow(6).isoformat()}
    assert signed_in("bureau").post(address, data).status_code == 302
    row.refresh_from_db()
    assert (row.scenario, row.level, row.effective_on) == (10, 20, tomorrow(6))


def test_the_next_weights_begin_as_a_copy():
    row = ScoreWeights.objects.get()
    address = reverse("wagtailsnippets_matching_scoreweights:copy", args=[row.pk])
    page = signed_in("bureau").get(address)
    assert page.context["form"].initial["effective_on"] == tomorrow()
    assert page.context["form"].initial["scenario"] == 30


def test_who_may_not_edit_sees_nothing():
    for username in ("provider1", "lead"):
        assert add_by(username).status_code in (302, 403, 404)
    assert ScoreWeights.objects.count() == 1


def test_a_preview_says_what_changes(client):
    asking.ask_and_send(Client(), asking.offer_of("provider1"))
    before = ScoreWeights.objects.in_force()
    after = replace(before, scenario=0, onsite=35)
    changed = {row.label: row.change for row in differences(before, after)}
    assert sorted(changed.values()) == [-30, 30]
    told = effect(before, after)
    assert told.requests == 1
    assert effect(before, before).other_three == 0
    assert told.other_first <= told.other_three <= 1
    row = ScoreWeights(effective_on=tomorrow(), **{**OTHER, "note": ""})
    page = row.make_preview_request()
    assert page.status_code == 200
    assert re.search(r"\b10\b\D{1,12}\b20\b", page.content.decode())
