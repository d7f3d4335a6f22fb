"""Indicators as open data, and one indicator across cases."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.indicator_data.documents import NAMES
from cases.models import CaseIndicator, CasePage

pytestmark = pytest.mark.usefixtures("demo_site")


def rows(client: Client) -> list[dict]:
    content = b"".join(client.get(reverse("indicators_csv")).streaming_content)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_and_json_tell_the_same_of_public_cases_only(client):
    data = client.get(reverse("indicators_json")).json()
    public = CaseIndicator.objects.filter(case__in=CasePage.objects.listed()).count()
    table = rows(client)
    assert list(data["columns"]) == list(table[0]) == list(NAMES)
    assert len(data["figures"]) == len(table) == public
    assert [row["after"] for row in data["figures"]] == [row["after"] for row in table]
    known = {row["indicator"] for row in data["definitions"]}
    assert {row["indicator"] for row in table} == known


def test_percentages_are_points_and_zero_before_has_no_change(client):
    row = next(row for row in rows(client) if row["unit"] == "%")
    assert row["change_unit"] == "percentage points"
    figure = CaseIndicator.objects.filter(case__in=CasePage.objects.listed()).exclude(
        indicator__unit="%"
    )[0]
    CaseIndicator.objects.filter(pk=figure.pk).update(before=0)
    changed = next(
        row
        for row in rows(client)
        if row["indicator"] == figure.indicator_id and row["before"] == "0"
    )
    assert changed["change"] == ""


def test_an_anonymous_enterprise_stays_so(client):
    page = CasePage.objects.listed().first()
    CasePage.objects.filter(pk=page.pk).update(is_anonymous=True, anonymous_name="一家工厂")
    for name in ("indicators_json", "indicators"):
        assert page.enterprise_name not in client.get(reverse(name)).content.decode()
    assert all(page.enterprise_name != row["enterprise"] for row in rows(client))


def test_no_cell_is_a_formula_to_a_spreadsheet(client):
    CaseIndicator.objects.filter(case__in=CasePage.objects.listed()).update(source="=1+1")
    assert {row["source"] for row in rows(client)} == {"'=1+1"}
    assert any(row["change"].startswith("-") for row in rows(client))
    assert not any(row["change_text"].startswith(("'", "+", "-")) for row in rows(client))


def test_every_indicator_in_use_is_compared(client):
    shown = client.get(reverse("indicators"))
    for indicator in shown.context["indicators"]:
        page = client.get(reverse("indicator_compare", args=[indicator.pk]))
        assert page.status_code == 200
        assert len(page.context["comparison"].rows) == indicator.cases


def test_an_unknown_industry_is_named_and_dropped(client):
    code = client.get(reverse("indicators")).context["indicators"][0].pk
    address = reverse("indicator_compare", args=[code])
    wrong = client.get(address, {"industry": "nonsense<b>"})
    assert wrong.status_code == 200
    assert "nonsense&lt;b&gt;" in wrong.content.decode()
    assert len(wrong.context["comparison"].rows) == len(
        client.get(address).context["comparison"].rows
    )
    assert client.get("/indicators/nothing-of-the-kind/").status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_cases(client):
    # What a process reads once, such as the site's address, is read before.
    client.get(reverse("indicators_json"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("indicators_json"))
    keep = CasePage.objects.listed().first()
    CasePage.objects.exclude(pk=keep.pk).update(live=False)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("indicators_json"))
    assert len(few) == len(many)


# -- parts, meaning, cost -------------------------------------------------------------------------


def test_a_part_is_chosen_by_case_indicator_and_industry(client):
    case = CasePage.objects.listed().order_by("pk").first()
    part = client.get(reverse("indicators_json"), {"case": case.slug}).json()
    assert {row["case"] for row in part["figures"]} == {case.title}
    assert len(part["figures"]) == case.indicators.count()
    assert {row["indicator"] for row in part["definitions"]} == {
        row["indicator"] for row in part["figures"]
    }
    one = client.get(reverse("indicators_json"), {"indicator": "pass_rate"}).json()
    assert {row["indicator"] for row in one["figures"]} == {"pass_rate"}
    industry = case.industries.first()
    some = client.get(reverse("indicators_json"), {"industry": industry.pk}).json()
    assert all(industry.label in row["industries"] for row in some["figures"])


@pytest.mark.parametrize("name", ["case", "indicator", "industry"])
def test_what_is_not_there_is_never_taken_for_all(client, name):
    hidden = CasePage.objects.filter(live=False).first()
    for value in ("nothing", hidden.slug, "x" * 300):
        for address in ("indicators_csv", "indicators_json", "api:indicators"):
            answer = client.get(reverse(address), {name: value})
            assert answer.status_code == 404, (address, value)


def test_they_say_what_they_mean_and_may_be_read_from_anywhere(client):
    for name in ("indicators_csv", "indicators_json"):
        answer = client.get(reverse(name))
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "max-age=300" in answer["Cache-Control"]
        assert reverse("indicators") in answer["Link"]
    page = client.get(reverse("indicators")).content.decode()
    for column in NAMES:
        assert f"<code>{column}</code>" in page
    assert 'id="licence"' in page


def test_demonstration_data_say_that_they_are_invented(client):
    said = client.get(reverse("indicators_json")).json()["licence"]
    CasePage.objects.update(is_demo=False)
    assert client.get(reverse("indicators_json")).json()["licence"] in said
    assert len(client.get(reverse("indicators_json")).json()["licence"]) < len(said)


def test_a_change_too_small_for_its_decimal_is_told_in_words(client):
    figure = CaseIndicator.objects.filter(case__in=CasePage.objects.listed()).exclude(
        indicator__unit="%"
    )[0]
    CaseIndicator.objects.filter(pk=figure.pk).update(before=100000, after=99999)
    row = next(row for row in rows(client) if row["before"] == "100000")
    assert (row["change"], row["change_text"]) == ("0", figure_words(100000, 99999))


def figure_words(before: int, after: int) -> str:
    from decimal import Decimal

    from django.utils.translation import override

    from cases.models import Change

    with override("zh-hans"):
        change = Change(Decimal(before), Decimal(after), "件", "down")
        return f"{change.arrow} {change.text}"


def test_programs_read_the_same_described(client):
    described = client.get("/api/openapi.json").json()
    answer = client.get(reverse("api:indicators"), {"indicator": "pass_rate"}).json()
    assert answer == client.get(reverse("indicators_json"), {"indicator": "pass_rate"}).json()
    assert "/api/indicators" in described["paths"]
    schema = described["components"]["schemas"]["IndicatorFigure"]["properties"]
    assert list(schema) == list(NAMES)
    assert all(column["description"] for column in schema.values())
