"""Indicators as open data, and one indicator across cases."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.indicator_data.views import COLUMNS
from cases.models import CaseIndicator, CasePage

pytestmark = pytest.mark.usefixtures("demo_site")


def rows(client: Client) -> list[dict]:
    content = b"".join(client.get(reverse("indicators_csv")).streaming_content)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_and_json_tell_the_same_of_public_cases_only(client):
    data = client.get(reverse("indicators_json")).json()
    public = CaseIndicator.objects.filter(case__in=CasePage.objects.listed()).count()
    table = rows(client)
    assert list(data["columns"]) == list(table[0]) == list(COLUMNS)
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


def test_every_indicator_in_use_is_compared(client):
    shown = client.get(reverse("indicators"))
    for indicator in shown.context["indicators"]:
        page = client.get(reverse("indicator_compare", args=[indicator.pk]))
        assert page.status_code == 200
        assert len(page.context["rows"]) == indicator.cases


def test_an_unknown_industry_is_named_and_dropped(client):
    code = client.get(reverse("indicators")).context["indicators"][0].pk
    address = reverse("indicator_compare", args=[code])
    wrong = client.get(address, {"industry": "nonsense<b>"})
    assert wrong.status_code == 200
    assert "nonsense&lt;b&gt;" in wrong.content.decode()
    assert len(wrong.context["rows"]) == len(client.get(address).context["rows"])
    assert client.get("/indicators/nothing-of-the-kind/").status_code == 404


def test_one_scale_for_all_bars(client):
    code = "pass_rate"
    pairs = [
        row.pair for row in client.get(reverse("indicator_compare", args=[code])).context["rows"]
    ]
    lengths = [
        float(length) for pair in pairs for length in (pair.before_length, pair.after_length)
    ]
    assert len(pairs) >= 2
    assert max(lengths) == 100
    assert lengths.count(100.0) == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_cases(client):
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("indicators_json"))
    keep = CasePage.objects.listed().first()
    CasePage.objects.exclude(pk=keep.pk).update(live=False)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("indicators_json"))
    assert len(few) == len(many)
