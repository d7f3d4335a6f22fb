"""A question in the words of a factory: synonyms first, then what to try instead of nothing."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import PainPoint, Scenario, Synonym
from search import Question, get_engine
from search.advice import MOST_PARTS, MOST_PROBLEMS, MOST_WORDS

pytestmark = pytest.mark.usefixtures("demo_site")

# An ordinary page takes 12 statements at most (test_pages); where nothing was found, six more:
# the words one by one, the problems with their scenarios, the titles, and the counts (two).
MOST_STATEMENTS = 18


def ask(client: Client, q: str, path: str = "/search/", **chosen: str) -> BeautifulSoup:
    response = client.get(path, {"q": q, **chosen})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [title.get_text().strip() for title in page.select(".results__list .card__title")]


def offered(page: BeautifulSoup) -> dict[str, tuple[str, int]]:
    """Name of every way out → its address and its stated number of results."""
    return {
        item.a.get_text(): (
            item.a["href"],
            int(re.search(r"\d+", item.get_text().replace(item.a.get_text(), ""))[0]),
        )
        for item in page.select(".empty li")
    }


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("晚交货", "交期"),
        ("延期", "交期"),
        ("赶货", "交期"),
        ("排单", "排产"),
        ("工价", "计件工资"),
        ("急单", "插单"),
        ("库存不准", "账实不符"),
    ],
)
def test_everyday_words_find_what_the_trade_calls_otherwise(
    client: Client, asked: str, same: str
) -> None:
    found = titles(ask(client, asked))
    assert found
    assert sorted(found) == sorted(titles(ask(client, same)))


def test_a_word_of_two_groups_would_mix_meanings() -> None:
    words = [word.lower() for group in Synonym.objects.all() for word in group.variants]
    assert len(words) == len(set(words))


def test_synonyms_do_not_disturb_what_is_found() -> None:
    engine = get_engine()
    assert engine.ask(Question("锂电")).total == 0
    assert engine.ask(Question("接触不良")).expansions == ()


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("我要排产", "排产"),
        ("排产软件", "排产"),
        ("订单延期", "延期"),
        ("MES系统多少钱", "MES"),
        ("我们账套不好", "账套"),
    ],
)
def test_parts_of_a_word_without_a_result_are_offered(
    client: Client, asked: str, part: str
) -> None:
    page = ask(client, asked)
    assert titles(page) == [], "the result itself is never widened"
    ways = offered(page)
    assert part in ways
    for address, count in ways.values():
        found = BeautifulSoup(client.get(address).content, "html.parser")
        told = int(re.search(r"(\d+) ?[条个家]|(\d+) r", found.h2.get_text())[1])
        assert told == count > 0


def test_problems_lead_to_their_scenarios(client: Client) -> None:
    point = PainPoint.objects.get(pk="late_delivery")
    address, _count = offered(ask(client, "订单延期"))[point.label]
    assert address == "/search/?scenario=PLAN&scenario=PROD"
    # A synonym of a part, and what a label is about, lead there as well.
    assert point.label in offered(ask(client, "老是晚交货的"))
    assert "图纸版本乱" in offered(ask(client, "图纸找不到"))
    Scenario.objects.filter(pk__in=["PLAN", "PROD"]).update(is_active=False)
    assert point.label not in offered(ask(client, "订单延期"))


def test_filters_stay_while_they_leave_something(client: Client) -> None:
    ways = offered(ask(client, "我要排产", "/solutions/", industry="textile"))
    assert ways["排产"][0] == "/solutions/?q=%E6%8E%92%E4%BA%A7&industry=textile"
    ways = offered(ask(client, "我要排产", "/solutions/", industry="steel"))
    assert ways["排产"][0] == "/solutions/?q=%E6%8E%92%E4%BA%A7"


def test_a_word_that_finds_something_stays_whole(client: Client) -> None:
    ways = offered(ask(client, "晚交货 排产软件"))
    assert "晚交货 排产" in ways
    assert not any(way.startswith("交货 ") for way in ways)
    assert "排产" not in offered(ask(client, "计划排产", "/solutions/", industry="steel"))


def test_dropping_a_word_leaves_the_others_however_they_were_parted(client: Client) -> None:
    ways = offered(ask(client, "ＭＥＳ，火星", "/solutions/"))
    address = next(address for way, (address, _) in ways.items() if "火星" in way)
    assert titles(BeautifulSoup(client.get(address).content, "html.parser"))


def test_the_heading_names_the_text_or_the_conditions(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert ask(client, "火星").select_one(".empty h2").get_text() == "Nothing was found for “火星”"
    both = ask(client, "火星", "/solutions/", industry="food")
    assert both.select_one(".empty h2").get_text() == "Nothing fits all of this"


@pytest.mark.parametrize("asked", ["！", "👍", "云" * 200, "排" * 200, "a b c d e f g"])
def test_nothing_sensible_offers_nothing_and_breaks_nothing(client: Client, asked: str) -> None:
    ask(client, asked)


def test_the_work_is_bounded(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = get_engine()
    calls: list[int] = []
    totals = engine.totals
    monkeypatch.setattr(engine, "totals", lambda asked: calls.append(len(asked)) or totals(asked))
    worst = "，".join(f"我要排产的软件和管理系统{n}交期质量设备" for n in "甲乙丙丁戊己")
    for path in ("/search/", "/solutions/", "/cases/"):
        for chosen in ({}, {"industry": "food"}):
            ask(client, worst, path, **chosen)
            calls.clear()
            with CaptureQueriesContext(connection) as queries:
                ask(client, worst, path, **chosen)
            assert len(queries) <= MOST_STATEMENTS, len(queries)
            assert len(calls) == 1
            assert calls[0] <= MOST_WORDS + 2 * MOST_PARTS + MOST_PROBLEMS
    calls.clear()
    ask(client, "排产")
    assert calls == [], "only a page without results asks again"
