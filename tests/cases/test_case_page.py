"""The page of a case: related ones, levels, uses counted, anonymity."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.anonymity import names_in_text
from cases.gate import case_checks, open_points
from cases.models import CasePage, UseCount
from cases.related import related_cases
from cases.reuse import counting
from cases.reuse.figures import uses
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def test_related_cases_say_what_they_share_and_never_are_the_case_itself():
    page = case()
    found = related_cases(page)
    assert found
    for one in found:
        assert one.case.pk != page.pk
        assert one.why
    shown = Client().get(page.url).content.decode()
    assert all(one.case.title in shown for one in found)


def test_related_cases_cost_the_same_for_any_number():
    page = case()
    with CaptureQueriesContext(connection) as all_of_them:
        related_cases(page)
    CasePage.objects.exclude(pk__in=[page.pk, related_cases(page)[0].case.pk]).update(live=False)
    with CaptureQueriesContext(connection) as few:
        related_cases(page)
    assert len(few) == len(all_of_them)


def test_levels_are_drawn_from_before_to_after():
    page = case()
    shown = Client().get(page.url).content.decode()
    assert shown.count("levels__after") == 1
    climbed = page.level_after.order - page.level_before.order
    assert shown.count("levels__climbed") == climbed


def views(page: CasePage) -> int:
    return sum(UseCount.objects.filter(page=page, what="view").values_list("count", flat=True))


def test_a_visitor_is_counted_and_robots_staff_and_previews_are_not():
    page = case()
    Client(**BROWSER).get(page.url)
    Client(**BROWSER).get(page.url)
    assert views(page) == 2
    Client(HTTP_USER_AGENT="Googlebot/2.1").get(page.url)
    Client().get(page.url)
    Client(**BROWSER).head(page.url)
    staff = signed_in("bureau")
    staff.get(page.url, **BROWSER)
    assert views(page) == 2


def test_a_count_costs_one_statement_and_its_failure_no_page(monkeypatch, caplog):
    page = case()
    client = Client(**BROWSER)
    client.get(page.url)
    with CaptureQueriesContext(connection) as counted:
        client.get(page.url)
    written = [query for query in counted if "cases_usecount" in query["sql"]]
    assert len(written) == 1

    def fails(*args):
        raise DatabaseError

    monkeypatch.setattr(counting.UseCount, "add", fails)
    assert client.get(page.url).status_code == 200
    assert "could not be counted" in caplog.text


def test_the_bureau_reads_the_uses_of_every_public_case():
    page = case()
    Client(**BROWSER).get(page.url)
    row = next(row for row in uses() if row.title == page.title)
    assert (row.views, row.recent_views, row.adoptions) == (
        1,
        1,
        page.adoptions.filter(state="succeeded").count(),
    )
    client = signed_in("bureau")
    assert page.title in client.get(reverse("case_reuse")).content.decode()
    assert page.title in client.get(reverse("case_reuse_export")).content.decode("utf-8-sig")
    for username in ("lead", "provider1"):
        assert signed_in(username).get(reverse("case_reuse")).status_code == 404


def test_an_anonymous_case_may_not_name_its_enterprise_anywhere():
    page = case()
    assert not names_in_text(page)
    page.is_anonymous = True
    page.anonymous_name = "一家针织厂"
    page.profile = f"<p>{page.enterprise_name.removesuffix('有限公司')}有三个组。</p>"
    assert len(names_in_text(page)) == 1
    assert any(
        "匿名" in str(said) or "anonymous" in str(said) for said in open_points(case_checks(page))
    )
    page.profile = "<p>有三个组。</p>"
    page.pictures[0].value["alt"] = f"{page.enterprise_name}的车间"
    assert len(names_in_text(page)) == 1
