"""One indicator across cases: its scale, its order, its filter, its empty states."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.indicator_data.comparing import round_scale
from cases.models import CaseIndicator, CasePage
from catalog.models import Indicator

CODE = "pass_rate"


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [
        ("95.2", "98.4", "95 96 97 98 99"),
        ("12", "53", "0 20 40 60"),
        ("1.5", "6", "0 2 4 6"),
        ("0.0001", "9999999999.9999", "0 5000000000 10000000000"),
        ("312", "330", "310 315 320 325 330"),
        ("-20", "10", "-20 -10 0 10"),
        ("-40", "-38.5", "-40 -39.5 -39 -38.5"),
        ("0", "0", "0 0.5 1"),
        ("7", "7", "0 2 4 6 8"),
        ("-7", "-7", "-8 -6 -4 -2 0"),
        ("0.0003", "0.0004", "0.0003 0.00035 0.0004"),
    ],
)
def test_the_scale_is_round_and_holds_every_figure(low, high, scale):
    ticks = round_scale(Decimal(low), Decimal(high))
    assert ticks[0] <= Decimal(low)
    assert ticks[-1] >= Decimal(high)
    assert 2 < len(ticks) <= 7
    assert len({after - before for before, after in pairwise(ticks)}) == 1
    assert ticks == [Decimal(tick) for tick in scale.split()]


def address(code: str = CODE, **query: str) -> str:
    page = reverse("indicator_compare", args=[code])
    return page + ("?" + "&".join(f"{key}={value}" for key, value in query.items()))


def slugs(client: Client, **query: str) -> list[str]:
    rows = client.get(address(**query)).context["comparison"].rows
    return [row.figure.case.slug for row in rows]


@pytest.mark.usefixtures("demo_site")
class TestPages:
    def test_every_dot_stands_where_its_figure_is_on_the_scale(self, client):
        comparison = client.get(address()).context["comparison"]
        ticks = [Decimal(tick.at) for tick in comparison.ticks]
        assert ticks == sorted(ticks)
        for row in comparison.rows:
            for place in (row.before_at, row.after_at):
                assert ticks[0] <= Decimal(place) <= ticks[-1]
            # Higher is further to the right.
            assert (Decimal(row.after_at) > Decimal(row.before_at)) == (
                row.figure.after > row.figure.before
            )

    def test_words_and_table_say_what_the_drawing_shows(self, client):
        answer = client.get(address())
        text = answer.content.decode()
        for row in answer.context["comparison"].rows:
            assert text.count(f">{row.before}<") >= 1
            assert row.figure.source in text
            assert row.figure.case.title in text
        assert 'aria-hidden="true"' in text

    @pytest.mark.parametrize("key", ["gain", "before", "after", "case"])
    def test_the_order_is_turned_round_by_a_second_click(self, client, key):
        for case in CasePage.objects.listed():
            CaseIndicator.objects.get_or_create(
                case=case,
                indicator_id=CODE,
                defaults={"before": 90, "after": 91, "period": "2026", "source": "台账"},
            )
        first, turned = slugs(client, sort=key), slugs(client, sort=f"-{key}")
        assert len(first) == 3
        assert turned == first[::-1]
        heads = client.get(address(sort=key)).context["sorts"]
        states = {head.key: head.aria for head in heads}
        assert states.pop(key) in ("ascending", "descending")
        assert set(states.values()) == {"none"}

    def test_the_greatest_improvement_stands_first(self, client):
        rows = client.get(address()).context["comparison"].rows
        gains = [row.figure.gain for row in rows]
        assert gains == sorted(gains, reverse=True)

    def test_the_filter_keeps_the_order_and_the_order_the_filter(self, client):
        cases = list(CasePage.objects.listed().order_by("pk"))
        CaseIndicator.objects.get_or_create(
            case=cases[2],
            indicator_id=CODE,
            defaults={"before": 90, "after": 91, "period": "2026", "source": "台账"},
        )
        electronics = cases[2].industries.first()
        answer = client.get(address(industry=electronics.pk, sort="before"))
        assert [row.figure.case.pk for row in answer.context["comparison"].rows] == [cases[2].pk]
        assert all(f"industry={electronics.pk}" in head.url for head in answer.context["sorts"])
        assert all("sort=before" in one["url"] for one in answer.context["industries"])
        assert "noindex" in answer.content.decode()

    def test_a_case_of_two_industries_stands_once(self, client):
        case = CasePage.objects.listed().filter(indicators__indicator=CODE).first()
        for term in type(case.industries.first()).objects.all()[:3]:
            case.industries.add(term)
        case.save()
        found = slugs(client)
        assert len(found) == len(set(found))

    def test_an_indicator_that_no_case_gives_says_so(self, client):
        unused = Indicator.objects.exclude(case_figures__case__in=CasePage.objects.listed()).first()
        answer = client.get(address(unused.pk))
        assert answer.status_code == 200
        assert not answer.context["comparison"].rows
        assert reverse("indicators") in answer.content.decode()
        Indicator.objects.filter(pk=unused.pk).update(is_active=False)
        assert client.get(address(unused.pk)).status_code == 404

    def test_without_any_case_the_list_says_so(self, client):
        CasePage.objects.update(live=False)
        answer = client.get(reverse("indicators"))
        assert answer.status_code == 200
        assert not answer.context["indicators"]
        assert client.get(reverse("indicators_json")).json()["figures"] == []

    @pytest.mark.parametrize("value", ["x", "²", "9" * 300, "%00", "[", "-1", "%ED%A0%80", "-"])
    @pytest.mark.parametrize("name", ["industry", "sort", "case", "indicator", "p"])
    def test_odd_input_is_no_error_of_the_server(self, client, name, value):
        assert client.get(f"{address()}{name}={value}").status_code == 200
        for data in ("indicators_csv", "indicators_json"):
            assert client.get(f"{reverse(data)}?{name}={value}").status_code in (200, 404)

    def test_the_number_of_queries_does_not_depend_on_the_number_of_cases(self, client):
        for case in CasePage.objects.listed():
            CaseIndicator.objects.get_or_create(
                case=case,
                indicator_id=CODE,
                defaults={"before": 90, "after": 91, "period": "2026", "source": "台账"},
            )
        client.get(address())
        with CaptureQueriesContext(connection) as many:
            client.get(address())
        keep = CasePage.objects.listed().first()
        CasePage.objects.exclude(pk=keep.pk).update(live=False)
        with CaptureQueriesContext(connection) as few:
            client.get(address())
        assert len(few) == len(many)
