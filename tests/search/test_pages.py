"""The results pages, as a browser without scripts and as htmx gets them."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import CasePage
from catalog.models import SolutionIndexPage, SolutionPage
from marketplace.models import SiteFrame
from providers.models import ProviderPage
from search.panel import SHOWN_VALUES
from search.question import TEXT_LENGTH

pytestmark = pytest.mark.usefixtures("demo_site")

LISTS = {"/solutions/": SolutionPage, "/providers/": ProviderPage, "/cases/": CasePage}


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200, response.status_code
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [title.get_text().strip() for title in page.select(".results__list .card__title")]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_everything_public_of_its_kind(client: Client, path: str) -> None:
    page = soup(client.get(path))
    public = LISTS[path].objects.listed()
    assert sorted(titles(page)) == sorted(item.title for item in public)
    links = {link["href"] for link in page.select(".card__title a")}
    assert links == {item.url for item in public}
    for link in links:
        assert client.get(link).status_code == 200


def test_the_search_page_counts_all_kinds(client: Client) -> None:
    page = soup(client.get("/search/", {"q": "追溯"}))
    counts = [int(count.get_text()) for count in page.select(".kinds .count")]
    assert counts[0] == sum(counts[1:]) > 0
    for link, count in zip(page.select(".kinds a")[1:], counts[1:], strict=True):
        assert len(titles(soup(client.get(link["href"])))) == count


@pytest.mark.parametrize(
    ("asked", "slug_of_first"), [("排产", "S02"), ("MES", "S04"), ("能耗", "S06")]
)
def test_what_people_ask_for_comes_first(client: Client, asked: str, slug_of_first: str) -> None:
    first = {
        "S02": "裁缝整一体化智能排产助手",
        "S04": "线路板工序过站与追溯 MES 标准包",
        "S06": "中小工厂电水气能耗在线监测套件",
    }
    page = soup(client.get("/solutions/", {"q": asked}))
    assert titles(page)[0] == first[slug_of_first]
    assert page.select("mark")


def test_a_facet_lists_zero_values_disabled(client: Client) -> None:
    page = soup(client.get("/solutions/", {"scenario": "QUAL"}))
    chosen = page.select_one("#f-scenario-QUAL")
    assert chosen.has_attr("checked")
    options = page.select("input[name=industry]")
    assert len(options) == 13
    for option in options:
        count = int(re.match(r"\d+", option.parent.select_one(".count").get_text())[0])
        assert option.has_attr("disabled") == (count == 0)
    groups = [group.get_text() for group in page.select(".facet__group")]
    assert len(groups) == len(set(groups)) == 4


def test_every_count_is_what_choosing_it_finds(client: Client) -> None:
    page = soup(client.get("/solutions/", {"goal": "cost"}))
    for option in page.select("input[type=checkbox]:not([disabled]):not([checked])"):
        count = int(re.match(r"\d+", option.parent.select_one(".count").get_text())[0])
        if option["name"] == "goal":
            continue
        found = soup(client.get("/solutions/", {"goal": "cost", option["name"]: option["value"]}))
        assert len(titles(found)) == count


def test_chips_take_one_choice_back(client: Client) -> None:
    page = soup(client.get("/solutions/?q=追溯&industry=food&industry=textile&sort=price"))
    chips = page.select(".chips .chip")
    assert [chip.get_text().split()[-1] for chip in chips] == ["食品", "纺织服装"]
    assert chips[0]["href"] == "/solutions/?q=%E8%BF%BD%E6%BA%AF&industry=textile&sort=price"
    assert page.select(".chips a.small")[0]["href"] == "/solutions/?q=%E8%BF%BD%E6%BA%AF&sort=price"


def test_htmx_gets_the_results_alone_and_a_true_address(client: Client) -> None:
    headers = {"HX-Request": "true"}
    response = client.get(
        "/solutions/?q=&industry=food&sort=relevance&facet_q_provider=&page=1", headers=headers
    )
    page = soup(response)
    assert not page.select("html, header, form")
    assert page.select_one("#results")
    assert response["HX-Push-Url"] == "/solutions/?industry=food"
    assert "HX-Request" in response["Vary"]
    assert response["X-Search-Engine"] == "embedded"
    restored = client.get("/solutions/", headers={**headers, "HX-History-Restore-Request": "true"})
    assert soup(restored).select("html")


def test_nothing_found_says_what_to_drop_and_offers_the_request(client: Client) -> None:
    page = soup(client.get("/solutions/", {"q": "排产", "industry": "food", "size": "micro"}))
    assert not titles(page)
    hints = page.select(".empty li")
    assert hints
    for hint in hints:
        count = int(re.search(r"\d+", hint.get_text().replace(hint.a.get_text(), ""))[0])
        assert len(titles(soup(client.get(hint.a["href"])))) == count > 0
    assert page.select_one(".empty a.btn")["href"] == "/requests/new/?q=%E6%8E%92%E4%BA%A7"


def test_no_english_name_is_quoted_on_a_chinese_page(client: Client) -> None:
    """Names of terms in English are found, but stand nowhere on the page."""
    by_label = titles(soup(client.get("/solutions/", {"q": "出了问题追不到批次"})))
    page = soup(client.get("/solutions/", {"q": "Faults cannot be traced to a batch"}))
    assert sorted(titles(page)) == sorted(by_label) != []
    assert not page.select(".results__list mark")
    for asked in ("a", "the", "quality", "management"):
        page = soup(client.get("/search/", {"q": asked}))
        for fragment in page.select(".card__fragment"):
            assert re.search(r"[\u4e00-\u9fff]", fragment.get_text()), fragment


@pytest.mark.parametrize("subtitle", ["", "副标题"])
@pytest.mark.parametrize("path", ["/search/", "/search/?q=排产", *LISTS])
def test_every_page_describes_itself(client: Client, path: str, subtitle: str) -> None:
    SiteFrame.objects.update(subtitle=subtitle)
    SolutionIndexPage.objects.update(introduction="", search_description="")
    description = soup(client.get(path)).select_one("meta[name=description]")
    assert description["content"].strip()


def test_what_cannot_be_used_is_named(client: Client) -> None:
    page = soup(
        client.get(
            "/solutions/?industry=mars&industry=food&kind=lead&sort=best&utm_source=x&deployment="
        )
    )
    said = page.select_one(".notice").get_text()
    assert "mars" in said
    assert "best" in said
    assert "utm" not in said
    assert not re.search("[:：].*[:：]", said)
    assert len(page.select(".chips .chip")) == 1


def test_all_industry_solutions_are_pointed_at(client: Client) -> None:
    page = soup(client.get("/solutions/", {"industry": "food"}))
    hint = page.select_one(".notice")
    number = int(re.search(r"\d+", hint.get_text())[0])
    more = soup(client.get(hint.a["href"]))
    assert len(titles(more)) == len(titles(page)) + number


@pytest.mark.parametrize("page", ["0", "-1", "2.5", "x", "99", "9" * 400, "1\x00"])
def test_no_such_page_is_404(client: Client, page: str) -> None:
    assert client.get("/solutions/", {"page": page}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00排产\x00"},
        {"q": "排" * 5000},
        {"q": '"; DROP TABLE search_words; -- NEAR(a b) ^* OR AND'},
        {"q": "👍🏽 \ud83d".encode("utf-8", "replace").decode()},
        {"industry": ["food"] * 500, "scenario": ["\x00", "'", "%"]},
        {"facet_q_provider": "\x00" * 50, "sort": ""},
    ],
)
def test_no_input_breaks_a_page(client: Client, query: dict) -> None:
    for path in ("/solutions/", "/search/", "/search/suggest/"):
        assert client.get(path, query).status_code == 200


def test_a_long_text_is_cut_and_says_so(client: Client) -> None:
    page = soup(client.get("/search/", {"q": "排" * 1000}))
    assert str(TEXT_LENGTH) in page.select_one(".notice").get_text()
    assert page.select_one("#find-q")["value"] == "排" * TEXT_LENGTH


def test_text_is_escaped(client: Client) -> None:
    response = client.get("/search/", {"q": "<script>alert(1)</script>", "scenario": "<b>"})
    assert b"<script>alert" not in response.content
    assert b"<b>" not in response.content


def test_a_private_list_asks_before_it_answers(client: Client) -> None:
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(
        page=SolutionIndexPage.objects.get(),
        restriction_type=PageViewRestriction.PASSWORD,
        password="secret",
    )
    response = client.get("/solutions/")
    assert b"results__list" not in response.content


def test_only_get_and_head(client: Client) -> None:
    assert client.head("/search/").status_code == 200
    assert client.post("/search/").status_code == 405


def add_providers(number: int) -> None:
    """Copies of a provider's row in the tree: many values for one facet."""
    index = ProviderPage.objects.listed().first().get_parent()
    for at in range(number):
        index.add_child(
            instance=ProviderPage(
                title=f"演示服务商{at:02}",
                slug=f"provider-{at:02}",
                legal_name=f"演示服务商{at:02}有限公司",
                summary="演示",
                live=False,
            )
        )
        # Past the gate, which asks for more than this test needs.
        ProviderPage.objects.filter(slug=f"provider-{at:02}").update(
            live=True, first_published_at="2026-05-01T00:00Z"
        )
    from django.core.management import call_command

    call_command("search_reindex", verbosity=0)


def test_a_facet_with_many_values_shows_twenty_and_a_box(client: Client) -> None:
    add_providers(30)
    chosen = ProviderPage.objects.get(slug="provider-25")
    page = soup(client.get("/solutions/", {"provider": chosen.slug}))
    shown = page.select("input[name=provider]")
    assert len(shown) == SHOWN_VALUES + 1
    assert page.select_one("#f-provider-provider-25").has_attr("checked")
    box = page.select_one("#fs-provider")
    found = soup(client.get("/solutions/", {box["name"]: "服务商29"}))
    assert [option["value"] for option in found.select("input[name=provider]")] == ["provider-29"]


@pytest.mark.parametrize(
    "address",
    [
        "/solutions/",
        "/solutions/?q=追溯&industry=textile",
        "/providers/?q=管理",
        "/cases/?q=演示",
        "/search/?q=MES",
    ],
)
def test_a_page_takes_few_statements(client: Client, address: str) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) <= 12, "\n".join(query["sql"][:120] for query in queries)


def test_the_number_of_statements_does_not_grow_with_the_results(client: Client) -> None:
    def statements(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    few = statements("/providers/?scenario=COLL")
    add_providers(40)
    assert statements("/providers/") == few
    assert statements("/providers/?page=2") == few
