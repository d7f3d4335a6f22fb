"""The ranking of scored cases: means, places, stages, benchmarks, the line, the spreadsheet."""

from __future__ import annotations

import csv
from datetime import timedelta
from fractions import Fraction
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import BenchmarkDecision, CasePage, ScoringRound, ScoringScheme
from cases.scoring import outcome
from cases.scoring.ranking import lot_of, ranking, variant_rows, verdict
from catalog.models import ProgrammeSettings
from tests.cases.scoring.making import asked, handed_in, nominated, opened, scored, user
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")


def table():
    return ranking(ScoringScheme.objects.in_force())


def set_line(line: int) -> None:
    targets = ProgrammeSettings.current()
    targets.benchmark_target = line
    targets.save()


def test_the_demonstrations_cases_stand_by_their_means():
    rows = table().rows
    assert [row.place for row in rows] == [1, 2, 3, 4]
    means = [row.result.mean for row in rows]
    assert means == sorted(means, reverse=True)
    assert means[-1] == 70
    by_slug = {row.case.slug: row for row in rows}
    first = by_slug["zhenzhi-xiaodan-kuaifan"]
    assert first.result.mean == Fraction(153, 2)
    assert [float(mean) for mean in first.means] == [8.5, 6.5, 8.5, 7, 7.5, 6]
    assert first.is_benchmark
    assert not by_slug["hanfu-nenghao-anquan"].is_benchmark


def test_what_is_blind_is_not_in_it():
    scoring = ScoringRound.objects.open().get()
    assert scoring.case_id not in [row.case.pk for row in table().rows]


def test_the_latest_scoring_of_a_case_counts():
    page = nominated()
    first = scored(50, 40, page=page)
    outcome.settle(first, "complete", reason="补材料", by=user("bureau"))
    second = opened(page)
    for reviewer in asked(second):
        handed_in(reviewer, 10)
    rows = [row for row in table().rows if row.case.pk == page.pk]
    assert [row.result.mean for row in rows] == [100]
    assert rows[0].place == 1


def test_what_is_out_of_the_running_is_shown_without_a_place():
    scoring = scored(100, 90)
    outcome.settle(scoring, "rejected", reason="理由", by=user("bureau"))
    found = table()
    assert [row.case.pk for row in found.ended] == [scoring.case_id]
    assert found.ended[0].place is None
    assert scoring.case_id not in [row.case.pk for row in found.rows]


def test_equals_stand_by_lot_and_not_by_name_or_age():
    pages = [nominated(slug) for slug in ("aaa", "bbb", "ccc")]
    for page in pages:
        for reviewer in asked(opened(page)):
            handed_in(reviewer, 10)
    scheme = ScoringScheme.objects.in_force()
    expected = [page.pk for page in sorted(pages, key=lambda page: lot_of(page, scheme))]
    assert [row.case.pk for row in table().rows[:3]] == expected


def test_points_by_other_criteria_are_another_table():
    scheme = ScoringScheme.objects.in_force()
    later = scheme.as_next()
    later.save()
    ScoringScheme.objects.filter(pk=later.pk).update(effective_on=timezone.localdate())
    page = nominated()
    for reviewer in asked(opened(page)):
        handed_in(reviewer, 9)
    assert [row.case.pk for row in table().rows] == [page.pk]
    assert page.pk not in [row.case.pk for row in ranking(scheme).rows]
    client, address = signed_in("bureau"), reverse("scoring_ranking")
    assert page.draft_title in page_text(client.get(address))
    older = {"criteria": str(scheme.effective_on)}
    assert page.draft_title not in page_text(client.get(address, older))
    for wrong in ("2001-01-01", "x", "\x00", str(timezone.localdate() + timedelta(days=9))):
        assert client.get(address, {"criteria": wrong}).status_code == 404


def test_the_line_is_where_the_programmes_benchmarks_end_and_decides_nothing():
    set_line(2)
    found = table()
    assert [row.is_above_line for row in found.rows] == [True, True, False, False]
    benchmarks = BenchmarkDecision.objects.count()
    signed_in("bureau").get(reverse("scoring_ranking"))
    assert BenchmarkDecision.objects.count() == benchmarks == 3


def test_close_cases_change_places_and_the_page_says_which():
    """The second leads the third by a quarter of a point, by effectiveness."""
    found = table()
    assert not found.sensitivity.keeps_order
    titles = [row.case.draft_title for row in found.rows]
    turned = [row for row in variant_rows(found) if row.swaps]
    assert turned
    assert all(titles[1] in row.swaps[0] and titles[2] in row.swaps[0] for row in turned)
    text = page_text(signed_in("bureau").get(reverse("scoring_ranking")))
    for sentence in verdict(found):
        assert sentence in text
    assert turned[0].swaps[0] in text


def test_who_is_among_the_first_depends_on_the_weights_where_the_line_parts_close_cases():
    set_line(2)
    found = table()
    assert not found.sensitivity.keeps_first
    assert any(row.moves for row in variant_rows(found))
    set_line(3)
    assert table().sensitivity.keeps_first


def test_weights_of_a_variant_make_100():
    for variant in table().sensitivity.variants:
        assert sum(variant.weights.values()) == 100


def test_the_spreadsheet_says_the_same_and_holds_no_formula():
    page = nominated()
    CasePage.objects.filter(pk=page.pk).update(draft_title="=1+1", title="=1+1")
    for reviewer in asked(opened(page)):
        handed_in(reviewer, 10)
    response = signed_in("committee").get(reverse("scoring_ranking_export"))
    assert response["Content-Type"].startswith("text/csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text)))
    assert rows[1][:4] == ["1", "'=1+1", "100.00", "0.00"]
    assert len(rows[0]) == len(rows[1]) == 14
    assert [row[0] for row in rows[1:6]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("name", ["scoring_ranking", "scoring_ranking_export"])
@pytest.mark.parametrize(
    ("username", "status"),
    [("bureau", 200), ("committee", 200), ("lead", 404), ("expert", 404), ("provider1", 404)],
)
def test_the_ranking_is_the_bureaus_and_the_committees(name, username, status):
    assert signed_in(username).get(reverse(name)).status_code == status


def test_before_anything_is_scored_the_page_says_so():
    ScoringRound.objects.all().delete()
    client = signed_in("bureau")
    assert client.get(reverse("scoring_ranking")).status_code == 200
    assert client.get(reverse("scoring_ranking_export")).status_code == 200
