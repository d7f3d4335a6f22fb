"""Uses of cases and editions: who counts, what it costs, what the bureau reads."""

from __future__ import annotations

import csv
import io
import logging
from datetime import date

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import Adoption, CaseIndexPage, CasePage, UseCount
from cases.reuse.figures import use_of, uses
from providers.matching.models import MatchRequest
from tests.matching import asking
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
BROWSER = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
}
VIEW, PDF, DATA = UseCount.What.VIEW, UseCount.What.PDF, UseCount.What.DATA


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def counted(page, what=VIEW) -> int:
    return sum(UseCount.objects.filter(page=page, what=what).values_list("count", flat=True))


# -- who counts -----------------------------------------------------------------------------------


def test_a_reader_is_counted_each_time_and_nothing_else_is_kept():
    page = case()
    for _time in range(2):
        Client(**BROWSER).get(page.url)
    row = UseCount.objects.get(page=page)
    assert (row.what, row.day, row.count) == (VIEW, timezone.localdate(), 2)
    assert {field.name for field in UseCount._meta.fields} == {"id", "page", "what", "day", "count"}


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Sogou web spider/4.0",
        "Mozilla/5.0 (compatible; 360Spider)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (compatible; Bytespider)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 HeadlessChrome/140.0",
        "facebookexternalhit/1.1",
        "Go-http-client/2.0",
    ],
)
def test_programs_are_not_counted(agent):
    Client(HTTP_USER_AGENT=agent).get(case().url)
    assert counted(case()) == 0


WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
QQ = "Mozilla/5.0 (Linux; U; Android 14; zh-cn) AppleWebKit/537.36 MQQBrowser/15.0 Mobile"


@pytest.mark.parametrize("agent", [WECHAT, FIREFOX, QQ])
def test_people_with_any_browser_are(agent):
    Client(HTTP_USER_AGENT=agent).get(case().url)
    assert counted(case()) == 1


@pytest.mark.parametrize("username", ["bureau", "committee", "provider1"])
def test_whoever_is_signed_in_is_not_counted(username):
    signed_in(username).get(case().url, **BROWSER)
    assert counted(case()) == 0


def test_neither_is_what_nobody_reads():
    page = case()
    Client(**BROWSER).head(page.url)
    Client(**BROWSER).get(page.url, headers={"Sec-Purpose": "prefetch;prerender"})
    Client(**BROWSER).get(page.url, headers={"Purpose": "prefetch"})
    CasePage.objects.filter(pk=page.pk).update(live=False)
    assert Client(**BROWSER).get(page.url).status_code == 410
    assert counted(page) == 0


def test_a_visitor_with_a_draft_of_a_request_is_counted():
    client = Client(**BROWSER)
    asking.need(client)
    client.get(case().url)
    assert counted(case()) == 1


# -- at what cost ---------------------------------------------------------------------------------


def test_a_view_costs_one_statement():
    page, client = case(), Client(**BROWSER)
    client.get(page.url)
    with CaptureQueriesContext(connection) as asked:
        client.get(page.url)
    written = [query["sql"] for query in asked if "cases_usecount" in query["sql"]]
    assert len(written) == 1
    assert written[0].startswith("UPDATE")


def test_the_first_two_of_a_day_are_both_counted():
    """Each finds no row of the day; the database keeps one, and neither view is lost."""
    page = case()
    UseCount.add(page.pk, VIEW)
    UseCount.add(page.pk, VIEW)
    assert counted(page) == 2


def test_a_count_that_fails_is_logged_and_the_page_is_there(monkeypatch, caplog):
    def fails(*args) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(UseCount, "add", fails)
    with caplog.at_level(logging.ERROR):
        assert Client(**BROWSER).get(case().url).status_code == 200
    assert "could not be counted" in caplog.text


# -- taken along ----------------------------------------------------------------------------------


def test_data_are_counted_for_their_case_or_for_all():
    page, reader = case(), Client(**BROWSER)
    for name in ("indicators_csv", "indicators_json"):
        answer = reader.get(reverse(name), {"case": page.slug})
        assert page.title in (answer.getvalue() if answer.streaming else answer.content).decode()
    assert counted(page, DATA) == 2
    reader.get(reverse("indicators_json"))
    assert counted(CaseIndexPage.objects.get(), DATA) == 1
    assert counted(page, DATA) == 2


# -- what the bureau reads ------------------------------------------------------------------------


def test_figures_stand_by_month_and_in_all():
    page, adoptions = case(), case().adoptions.filter(state="succeeded")
    for day, count in ((date(2026, 9, 30), 3), (date(2026, 10, 1), 5), (date(2026, 10, 31), 7)):
        UseCount.objects.create(page=page, what=VIEW, day=day, count=count)
    UseCount.objects.create(page=page, what=PDF, day=date(2026, 10, 2), count=2)
    UseCount.objects.create(page=page, what=DATA, day=date(2026, 9, 2), count=1)
    use = use_of(page)
    assert list(use.months) == sorted(use.months, reverse=True)
    october, september = use.of_month(date(2026, 10, 1)), use.of_month(date(2026, 9, 1))
    assert (october.views, october.pdf, october.data) == (12, 2, 0)
    assert (september.views, september.pdf, september.data) == (3, 0, 1)
    assert (use.total.views, use.total.pdf, use.total.data) == (15, 2, 1)
    assert use.total.adoptions == adoptions.count() > 0
    ended = adoptions.first().finished_on.replace(day=1)
    assert use.of_month(ended).adoptions == 1


def test_requests_count_for_the_case_and_the_edition_that_they_were_begun_in(client, settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()
    page, edition = case(), CasePage.objects.listed().order_by("pk").last()
    request = asking.ask(client, asking.offer_of("provider1"))
    MatchRequest.objects.filter(pk=request.pk).update(begun_on=page, begun_in=edition)
    month = timezone.localdate(request.submitted_at).replace(day=1)
    assert use_of(page).of_month(month).requests == 1
    assert use_of(edition).total.requests == 1
    Adoption.objects.create(
        case=page, request=request, state="succeeded", finished_on=timezone.localdate()
    )
    assert (
        use_of(edition).total.adoptions == edition.adoptions.filter(state="succeeded").count() + 1
    )


def test_the_number_of_queries_does_not_depend_on_the_number_of_pages():
    for number, page in enumerate(CasePage.objects.listed()):
        UseCount.objects.create(page=page, what=VIEW, day=date(2026, 1 + number, 1), count=1)
    with CaptureQueriesContext(connection) as many:
        assert len(uses()) > 2
    CasePage.objects.exclude(pk=case().pk).update(live=False)
    with CaptureQueriesContext(connection) as few:
        uses()
    assert len(few) == len(many)


def test_the_bureau_reads_list_months_and_tables():
    page, bureau = case(), signed_in("bureau")
    UseCount.objects.create(page=page, what=VIEW, day=date(2026, 10, 2), count=41)
    assert page.title in page_text(bureau.get(reverse("case_reuse")))
    by_month = page_text(bureau.get(reverse("case_reuse_months", args=[page.pk])))
    assert "2026-10" in by_month
    assert ">41<" in by_month
    totals = rows_of(bureau.get(reverse("case_reuse_export")))
    assert next(row for row in totals if row[0] == page.title)[2] == "41"
    months = rows_of(bureau.get(reverse("case_reuse_months_export")))
    assert [row[3] for row in months if row[0] == page.title and row[2] == "2026-10"] == ["41"]


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_no_title_is_a_formula_to_a_spreadsheet():
    CasePage.objects.filter(pk=case().pk).update(title="=1+1")
    totals = rows_of(signed_in("bureau").get(reverse("case_reuse_export")))
    assert "'=1+1" in {row[0] for row in totals}


@pytest.mark.parametrize("username", ["committee", "lead", "provider1"])
def test_nobody_else_reads_them(username):
    client = signed_in(username)
    addresses = [
        reverse("case_reuse"),
        reverse("case_reuse_export"),
        reverse("case_reuse_months_export"),
        reverse("case_reuse_months", args=[case().pk]),
    ]
    assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("number", [1, 0, 9**30])
def test_what_is_not_counted_has_no_page(number):
    address = reverse("case_reuse_months", args=[number])
    assert signed_in("bureau").get(address).status_code == 404
