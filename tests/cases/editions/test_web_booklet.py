"""The web booklet: contents, cases with previous and next, what is not shown any more."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from cases.editions.issuing import issue_edition, withdraw_edition
from cases.editions.listing import editions_showing
from cases.models import CasePage, PublicationPermission, UseCount
from cases.permitting.asking import withdraw
from catalog.models import Suspension
from tests.cases.editions.making import bureau, demo_edition, issued, new_edition
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def soup(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def cases() -> list[CasePage]:
    """The cases of the demonstration's edition, in its order."""
    rows = demo_edition().current_issue().cases.select_related("case")
    return [row.case for row in rows]


# -- reading ---------------------------------------------------------------------------------------


def test_the_contents_lead_through_the_whole_booklet(client, cases):
    edition = demo_edition()
    page = soup(client, edition.url)
    assert page.h1.get_text().strip() == edition.title
    links = page.select("#contents h4 a")
    assert [link.get_text().strip() for link in links] == [case.title for case in cases]
    assert [link["href"] for link in links] == [f"{edition.url}{n}/" for n in (1, 2, 3)]
    assert [item.get_text() for item in page.select("#contents h3")] == ["纺织服装", "电子信息"]
    assert page.select_one("#preface")
    assert "演示县科技和工业信息化局" in page.select_one("#imprint").get_text()

    # From page to page by the link at the end, as a reader goes.
    address, read = page.select_one("link[rel=next]")["href"], []
    while address:
        page = soup(client, address)
        read.append(page.h1.get_text().strip())
        following = page.select("a[rel=next]")
        assert {link["href"] for link in following} == {
            link["href"] for link in page.select("link[rel=next]")
        }
        address = following[-1]["href"] if following else ""
    assert read == [case.title for case in cases]
    assert page.select_one("a[rel=prev]")["href"] == f"{edition.url}2/"
    assert page.select_one("a.turning__up")["href"] == edition.url


def test_a_case_of_the_booklet_shows_what_the_case_says(client, cases):
    case = cases[0]
    page = soup(client, f"{demo_edition().url}1/")
    text = page.main.get_text()
    for figure in case.indicators.select_related("indicator"):
        assert figure.indicator.label in text
        assert figure.source in text
        assert figure.change.text in text
    for block in case.timeline:
        assert block.value["what"] in text
    for line in case.preconditions.splitlines():
        assert line in text
    assert [image["alt"] for image in page.select("main img")] == [
        block.value["alt"] for block in case.pictures
    ]
    for image in page.select("main img"):
        picture = client.get(image["src"])
        assert picture.status_code == 200
        assert picture.headers["Content-Type"] == "image/jpeg"
    assert "编者" in text or "Editors" in text
    crumbs = [item.get_text().strip() for item in page.select(".crumbs li")]
    assert crumbs[-2:] == [demo_edition().title, case.title]
    assert page.select_one(f"a[href='{case.url}']")
    asked = page.select_one("main a[href^='/requests/new/']")["href"]
    assert case.slug in asked
    assert demo_edition().slug in asked


def test_readers_of_english_get_the_terms_in_english(client):
    client.cookies["django_language"] = "en"
    text = soup(client, demo_edition().url).main.get_text()
    assert "Textiles" in text
    assert "纺织服装" not in soup(client, demo_edition().url).select_one("#contents h3").get_text()


def test_editors_notes_stand_only_where_there_are_some(client):
    notes = [
        soup(client, f"{demo_edition().url}{place}/").select_one(".edition__note")
        for place in (1, 2, 3)
    ]
    assert [note is not None for note in notes] == [True, False, True]


def test_an_earlier_issue_stays_at_its_own_address(client):
    edition = demo_edition()
    first = soup(client, f"{edition.url}issues/1/")
    assert not first.select("meta[name=robots]")
    issue_edition(edition, by=bureau(), note="更正一处数字")
    current = soup(client, edition.url)
    assert "更正一处数字" in current.select_one("#imprint").get_text()
    assert current.select_one(f"a[href='{edition.url}issues/1/']")
    earlier = soup(client, f"{edition.url}issues/1/")
    assert earlier.select_one("meta[name=robots]")["content"] == "noindex"
    assert earlier.select_one(f"main a[href='{edition.url}']")
    assert earlier.select_one("a[rel=next], link[rel=next]")["href"] == f"{edition.url}issues/1/1/"
    assert soup(client, f"{edition.url}issues/1/2/").select_one("a.turning__up")["href"] == (
        f"{edition.url}issues/1/"
    )


@pytest.mark.parametrize(
    "rest",
    [
        "0/",
        "4/",
        "01/",
        "1/2/",
        "-1/",
        "99999999999/",
        "issues/",
        "issues/0/",
        "issues/2/",
        "issues/x/",
        "issues/1/9/",
        "issues/1/1/1/",
        "pictures/",
        "pictures/x/",
        "pictures/x/y/",
        "x/booklet.pdf",
        "issues/2/booklet.pdf",
        "booklet.pdf/",
        "一/",
        "%00/",
        "١/",
    ],
)
def test_odd_addresses_are_not_found(client, rest):
    assert client.get(f"{demo_edition().url}{rest}").status_code == 404


def test_a_pdf_of_another_page_does_not_exist(client):
    for address in ("/booklet.pdf", "/cases/booklet.pdf", "/providers/x/booklet.pdf"):
        assert client.get(address).status_code == 404


def test_only_reading_is_allowed_of_the_pdf(client):
    assert client.post(f"{demo_edition().url}booklet.pdf").status_code == 405


def test_a_private_edition_shows_nothing_below_it(client):
    edition = demo_edition()
    key = edition.current_issue().pictures.first().key
    PageViewRestriction.objects.create(
        page=Page.objects.get(pk=edition.pk), restriction_type="password", password="geheim"
    )
    for rest in ("", "1/", "issues/1/", "booklet.pdf", f"pictures/{key}/"):
        text = client.get(f"{edition.url}{rest}").content
        assert "机器视觉上线记".encode() not in text
        assert b"<h1" in text or b"form" in text
    assert edition.url not in client.get("/sitemap.xml").content.decode()


# -- what is not shown any more --------------------------------------------------------------------


def test_a_case_that_leaves_the_site_leaves_a_dated_sentence(client, cases):
    edition = demo_edition()
    issue = edition.current_issue()
    picture = issue.cases.get(place=2).pictures.first()
    other = issue.cases.get(place=1).pictures.first()
    Suspension.objects.create(page_id=cases[1].pk, reason="测试")

    page = soup(client, edition.url)
    assert cases[1].title not in page.get_text()
    item = page.select("#contents ol > li")[1]
    today = timezone.localdate()
    assert str(today.year) in item.get_text()
    assert not item.select("a")

    gone = soup(client, f"{edition.url}2/", 410)
    assert cases[1].title not in gone.get_text()
    assert cases[1].shown_enterprise not in gone.main.get_text()
    assert str(today.year) in gone.main.get_text()
    assert gone.select_one("a[rel=prev]")["href"] == f"{edition.url}1/"
    assert gone.select_one("a[rel=next]")["href"] == f"{edition.url}3/"
    neighbour = soup(client, f"{edition.url}1/")
    assert cases[1].title not in neighbour.get_text()

    assert client.get(f"{edition.url}pictures/{picture.key}/").status_code == 404
    assert client.get(f"{edition.url}pictures/{other.key}/").status_code == 200
    assert f"{edition.url}2/" not in client.get("/sitemap.xml").content.decode()

    Suspension.objects.update(lifted_at=timezone.now())
    assert cases[1].title in soup(client, edition.url).get_text()


def test_a_permission_taken_back_hides_the_case_in_every_issue(client, cases):
    edition = demo_edition()
    issue_edition(edition, by=bureau(), note="更正一处数字")
    withdraw(PublicationPermission.objects.standing().get(case=cases[0]))
    for address in (f"{edition.url}1/", f"{edition.url}issues/1/1/"):
        assert cases[0].title not in soup(client, address, 410).get_text()


def test_a_permission_for_another_version_does_not_show_the_old_one(client, cases):
    """Only what the enterprise agreed to is shown, even while the case itself stays public."""
    edition = demo_edition()
    PublicationPermission.objects.filter(case=cases[0]).update(
        content_mark="another", withdrawn_at=None
    )
    assert cases[0].title not in soup(client, edition.url).get_text()
    assert client.get(cases[0].url).status_code == 200


# -- elsewhere -------------------------------------------------------------------------------------


def test_other_pages_lead_to_the_edition(client):
    edition = demo_edition()
    for address in ("/", "/cases/", "/sitemap/"):
        assert soup(client, address).select(f"main a[href='{edition.url}']"), address
    assert not soup(client, "/cases/?q=面料").select(".editions")
    entries = re.findall(r"<loc>([^<]*)</loc>", client.get("/sitemap.xml").content.decode())
    paths = {re.sub(r"^https?://[^/]+", "", entry) for entry in entries}
    assert {edition.url, *(f"{edition.url}{n}/" for n in (1, 2, 3))} <= paths


def test_an_edition_taken_back_is_named_nowhere(client):
    edition = demo_edition()
    withdraw_edition(edition, by=bureau(), reason="测试")
    for address in ("/", "/cases/", "/sitemap/", "/sitemap.xml", "/feeds/editions.xml"):
        assert edition.url not in client.get(address).content.decode(), address


def test_a_new_issue_is_a_new_entry_of_the_feed(client):
    edition = demo_edition()
    issue_edition(edition, by=bureau(), note="新增说明")
    feed = client.get("/feeds/editions.xml").content.decode()
    assert feed.count("<entry>") == 2
    assert "新增说明" in feed
    assert f"{edition.url}issues/2/" in feed


def test_a_case_knows_the_editions_that_show_it(cases):
    assert list(editions_showing(cases[0])) == [demo_edition()]
    Suspension.objects.create(page_id=cases[0].pk, reason="测试")
    assert not editions_showing(cases[0]).exists()


def test_reading_is_counted_for_the_edition_and_its_cases(client, cases):
    edition = demo_edition()
    browser = {"HTTP_USER_AGENT": "Mozilla/5.0"}
    client.get(edition.url, **browser)
    client.get(edition.url, HTTP_HX_REQUEST="true", **browser)
    client.get(f"{edition.url}1/", **browser)
    counted = dict(UseCount.objects.filter(what="view").values_list("page", "count"))
    assert counted == {edition.pk: 2, cases[0].pk: 1}


def test_the_editors_preview_shows_the_draft(cases):
    page = new_edition(cases[2], cases[0])
    office = signed_in("bureau")
    response = office.get(f"/admin/pages/{page.pk}/view_draft/")
    text = response.content.decode()
    assert response.status_code == 200
    assert text.index(cases[2].title) < text.index(cases[0].title)


def test_the_number_of_statements_does_not_grow_with_the_cases(client, cases):
    small = issued(cases[0], slug="small").collection
    large = issued(*cases, slug="large").collection
    counts = {}
    for name, address in (
        ("small", small.url),
        ("large", large.url),
        ("small case", f"{small.url}1/"),
        ("large case", f"{large.url}1/"),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts[name] = len(queries)
    assert counts["small"] == counts["large"]
    assert counts["small case"] == counts["large case"]
