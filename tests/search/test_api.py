"""The public read API: the answers of the pages, and a clear word on bad input."""

import json
import random
import re

import pytest
from django.test import Client

from search.facets import FACETS
from search.question import SORTS

pytestmark = pytest.mark.usefixtures("demo_site")


def test_an_answer_has_the_promised_parts(client: Client) -> None:
    response = client.get("/api/search?type=solution&q=追溯&industry=electronics&industry=mars")
    answer = response.json()
    assert response["X-Search-Engine"] == answer["engine"] == "embedded"
    assert (answer["page"], answer["pages"]) == (1, 1)
    assert answer["total"] == len(answer["hits"]) > 0
    electronics = answer["facets"]["industry"]["electronics"]
    assert electronics == {"label": "电子信息", "count": answer["total"], "selected": True}
    assert answer["facets"]["industry"]["general"]["label"]
    assert [item["value"] for item in answer["ignored"]] == ["mars"]
    hit = answer["hits"][0]
    assert re.fullmatch(r"solution-[0-9a-f]{16}", hit["id"])
    assert hit["type"] == "solution"
    assert client.get(hit["url"]).status_code == 200
    assert "<mark>" in "".join(hit["highlights"].values())
    assert hit["facts"]["provider"]["name"]


def test_synonyms_are_told(client: Client) -> None:
    answer = client.get("/api/search?q=排产").json()
    assert answer["expansions"][0]["word"] == "排产"
    assert "APS" in answer["expansions"][0]["synonyms"], "as the bureau writes it"
    answer = client.get("/api/search?q=aps").json()
    assert answer["expansions"][0]["word"] == "aps", "as it was typed"


def test_amounts_carry_no_empty_digits(client: Client) -> None:
    facts = [hit["facts"] for hit in client.get("/api/search?type=solution").json()["hits"]]
    prices = [amount for fact in facts if fact["price"] for amount in fact["price"].values()]
    figures = [fact["figure"][key] for fact in facts if fact["figure"] for key in ("before",)]
    assert "3.6" in prices
    for amount in filter(None, prices + figures):
        assert not re.search(r"\.\d*0$|\.$|E", amount), amount


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["/api/search", "/api/suggest"])
def test_too_many_parameters_are_named(client: Client, settings, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    response = client.get(f"{path}?" + "&".join(["q=x"] * 10_001))
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["parameter"] == ""
    assert "10000" in error["message"]


def test_what_was_dropped_is_told_in_a_sentence(client: Client) -> None:
    client.cookies["django_language"] = "en"
    answer = client.get("/api/search?type=solution&delivery=x&kind=lead").json()
    assert [item["reason"] for item in answer["ignored"]] == [
        "The filter “Delivery time” has no value “x”.",
        "This list has no filter “Kind of provider”.",
    ]


def test_all_kinds_without_a_type(client: Client) -> None:
    answer = client.get("/api/search").json()
    assert {hit["type"] for hit in answer["hits"]} == {"solution", "provider", "case"}
    assert set(answer["facets"]) == {"industry", "scenario"}
    second = client.get("/api/search?page=2").json()
    assert not {hit["id"] for hit in answer["hits"]} & {hit["id"] for hit in second["hits"]}


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_answers(client: Client, sort: str) -> None:
    answer = client.get(f"/api/search?type=solution&sort={sort}").json()
    facts = [hit["facts"] for hit in answer["hits"]]
    if sort == "price":
        prices = [float(fact["price"]["max_wan"]) if fact["price"] else 1e9 for fact in facts]
        assert prices == sorted(prices)
    if sort == "delivery":
        assert [fact["delivery_days"] for fact in facts] == sorted(
            fact["delivery_days"] for fact in facts
        )
    if sort == "evidence":
        assert [fact["cases"] for fact in facts] == sorted(
            (fact["cases"] for fact in facts), reverse=True
        )


@pytest.mark.parametrize(
    ("query", "parameter", "status"),
    [
        ("page=0", "page", 400),
        ("page=x", "page", 400),
        ("page=1%00", "page", 400),
        ("page=" + "9" * 5000, "page", 400),
        ("page=99999999999999999999", "page", 404),
        ("page=7", "page", 404),
        ("type=firm", "type", 400),
        ("type=", "type", 400),
        ("sort=best", "sort", 400),
    ],
)
def test_bad_input_names_its_parameter(
    client: Client, query: str, parameter: str, status: int
) -> None:
    response = client.get(f"/api/search?{query}")
    assert response.status_code == status
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_a_missing_text_for_suggestions_is_named(client: Client) -> None:
    response = client.get("/api/suggest")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "q"


def test_nothing_sent_breaks_the_api(client: Client) -> None:
    chance = random.Random(5)
    names = ["q", "type", "sort", "page", *FACETS]
    values = [
        "",
        "1",
        "food",
        "solution",
        "\x00",
        "💥",
        "%",
        "'\"",
        "[]",
        "-1",
        "9" * 300,
        "追" * 400,
    ]
    for _ in range(150):
        pairs = [(chance.choice(names), chance.choice(values)) for _ in range(chance.randint(0, 6))]
        query: dict[str, list[str]] = {}
        for name, value in pairs:
            query.setdefault(name, []).append(value)
        for path in ("/api/search", "/api/suggest"):
            response = client.get(path, query)
            assert response.status_code in (200, 400, 404), (path, query)
            json.loads(response.content)


def test_the_document_describes_every_address(client: Client) -> None:
    document = client.get("/api/openapi.json").json()
    paths = {"/api/search", "/api/suggest", "/api/reward", "/api/indicators"}
    assert set(document["paths"]) == paths
    search = document["paths"]["/api/search"]["get"]
    names = {parameter["name"] for parameter in search["parameters"]}
    assert names == {"q", "type", "sort", "page", *FACETS}
    assert set(search["responses"]) == {"200", "400", "404"}
    examples = {"/api/reward": {"level": "L6", "investment": "30"}}
    for path in document["paths"]:
        assert client.get(path, examples.get(path, {"q": "x"})).status_code == 200


def test_nothing_private_is_told(client: Client) -> None:
    text = client.get("/api/search?q=example.com").content.decode()
    assert "@example.com" not in text
    answer = json.loads(text)
    assert answer["total"] == 0
    ids = [hit["id"] for hit in client.get("/api/search").json()["hits"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("排产", "裁缝整一体化智能排产助手"),
        ("paichan", "排产"),
        ("pc", "排产"),
        ("zhiliangguanli", "质量管理"),
        ("织演", "织演软件"),
        ("zhiyan", "织演软件"),
        ("pcb", "PCB"),
        ("mes", "线路板工序过站与追溯 MES 标准包"),
        ("Caifeng", "裁缝整一体化智能排产助手"),
    ],
)
def test_suggestions(client: Client, typed: str, expected: str) -> None:
    found = client.get("/api/suggest", {"q": typed}).json()["suggestions"]
    assert expected in [item["text"] for item in found]
    assert len(found) <= 8
    options = client.get("/search/suggest/", {"q": typed}).content.decode()
    assert options.count('role="option"') == len(found)
    for item in found:
        assert client.get(item["url"]).status_code == 200


@pytest.mark.parametrize("typed", ["", " ", "！", "\x00", "👍", "x" * 3000])
def test_no_suggestions(client: Client, typed: str) -> None:
    assert client.get("/api/suggest", {"q": typed}).json() == {"suggestions": []}
