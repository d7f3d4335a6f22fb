"""GET /api/reward: the worked examples as a program gets them, and a clear word on bad input."""

import json
import random
from urllib.parse import urlencode

import pytest
from django.test import Client

from catalog.api import PARAMETERS
from catalog.models import RewardPolicy
from catalog.reward.form import RewardForm

pytestmark = pytest.mark.usefixtures("vocabularies")

GOOD = {"level": "L6", "investment": "30"}


def ask(client: Client, **parameters: str):
    return client.get("/api/reward", parameters)


@pytest.mark.parametrize(
    ("asked", "total", "on_certificate", "after_acceptance", "overpaid"),
    [
        ({"level": "L4", "investment": "30"}, "0", "0", "0", None),
        ({"level": "5", "investment": "12"}, "8", "4", "4", None),
        ({"level": "L6", "investment": "32.6"}, "32.6", "16.3", "16.3", None),
        (
            {"level": "L7", "investment": "150", "prior_level": "L6", "prior_award": "40"},
            *("40", "20", "20", None),
        ),
        (
            {"level": "8", "investment": "230", "prior_level": "6", "prior_award": "40"},
            *("160", "80", "80", None),
        ),
        (
            {
                "level": "L7",
                "investment": "60",
                "prior_level": "L6",
                "prior_award": "32.6",
                "prior_investment": "32.6",
            },
            *("47.4", "23.7", "23.7", None),
        ),
        (
            {
                "level": "L7",
                "investment": "60",
                "prior_level": "L6",
                "prior_award": "32.6",
                "prior_investment": "32.6",
                "basis": "incremental",
            },
            *("40", "20", "20", None),
        ),
        ({"level": "L6", "investment": "55", "approved_investment": "28"}, "28", "20", "8", None),
        ({"level": "L8", "investment": "220", "approved_investment": "75"}, "75", "100", "0", "25"),
        ({"level": "L7", "investment": "100", "listed": "false"}, "0", "0", "0", None),
    ],
)
def test_worked_examples(
    client: Client,
    asked: dict[str, str],
    total: str,
    on_certificate: str,
    after_acceptance: str,
    overpaid: str | None,
) -> None:
    response = ask(client, **asked)
    answer = response.json()
    assert response.status_code == 200
    assert (answer["total"], answer["on_certificate"], answer["after_acceptance"]) == (
        total,
        on_certificate,
        after_acceptance,
    )
    assert answer.get("overpaid") == overpaid
    explained = {"total", "on_certificate", "after_acceptance"} | ({"overpaid"} & set(answer))
    assert set(answer["explanations"]) == explained
    assert all(answer["explanations"].values())
    assert answer["disclaimer"]
    assert answer["rules"]["is_in_force"] is False


AMOUNTS = ("investment", "prior_award", "prior_investment", "approved_investment")


@pytest.mark.parametrize("name", AMOUNTS)
@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "NaN", "nan", "Infinity", "-inf", "-1", "-0", "+1", "1e3", "1E3", "１２", "١٢"),
        *("1,000", "1_000", " 1", "1 ", "1\n", "1.", ".5", "1.2.3", "0x10", "1000001", "9" * 400),
        *("1.00001", "12万", "\x00", "1\x00", "一", "[1]", "null"),
    ],
)
def test_a_bad_amount_names_its_parameter(client: Client, name: str, value: str) -> None:
    response = ask(client, **{**GOOD, "prior_level": "L5", name: value})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("level", "prior_level") for value in ("", "L0", "L11", "l6")),
        *((name, value) for name in ("level", "prior_level") for value in ("6.0", "Ｌ６", "-6")),
        ("level", "x" * 5000),
        ("level", "6\x00"),
        ("prior_level", "L7"),
        *(("listed", value) for value in ("", "yes", "2", "t", "ｔrue", "null")),
        *(("basis", value) for value in ("", "CUMULATIVE", "both", "cumulative ")),
    ],
)
def test_a_bad_choice_names_its_parameter(client: Client, name: str, value: str) -> None:
    response = ask(client, **{**GOOD, name: value})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]
    assert len(response.content) < 500


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_repeated_parameter_is_named(client: Client, name: str) -> None:
    values = {
        **dict.fromkeys(AMOUNTS, "30"),
        "level": "L6",
        "prior_level": "L5",
        "listed": "true",
        "basis": "cumulative",
    }
    pairs = [*({**GOOD, "prior_level": "L5"} | {name: values[name]}).items(), (name, values[name])]
    response = client.get(f"/api/reward?{urlencode(pairs)}")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("name", ["prior_awrd", "Level", "q", "a" * 60, "水平", "investment[]"])
def test_an_unknown_parameter_is_named(client: Client, name: str) -> None:
    response = ask(client, **GOOD, **{name: "1"})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("name", ["level", "investment"])
def test_a_missing_parameter_is_named(client: Client, name: str) -> None:
    response = ask(client, **{key: value for key, value in GOOD.items() if key != name})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("name", ["prior_award", "prior_investment"])
def test_what_was_before_needs_its_level(client: Client, name: str) -> None:
    response = ask(client, **GOOD, **{name: "10"})
    assert [error["parameter"] for error in response.json()["errors"]] == ["prior_level"]


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_listed_is_what_it_says(client: Client, value: str) -> None:
    assert ask(client, **GOOD, listed=value).json()["total"] == "30"


@pytest.mark.parametrize("value", ["false", "False", "0"])
def test_not_listed_is_what_it_says(client: Client, value: str) -> None:
    assert ask(client, **GOOD, listed=value).json()["total"] == "0"


def test_nothing_sent_breaks_it(client: Client) -> None:
    chance = random.Random(6)
    values = ["", "L6", "7", "30", "0", "false", "cumulative", "\x00", "💥", "1e999", "9" * 5000]
    for _ in range(200):
        names = [chance.choice([*PARAMETERS, "x"]) for _ in range(chance.randint(0, 7))]
        query = urlencode([(name, chance.choice(values)) for name in names])
        response = client.get(f"/api/reward?{query}")
        assert response.status_code in (200, 400), query
        json.loads(response.content)


def test_it_goes_with_the_page(client: Client) -> None:
    RewardPolicy.objects.update(is_page_shown=False)
    response = ask(client, **GOOD)
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"]
    assert ask(client, investment="x").status_code == 404


def test_the_policys_basis_counts_unless_another_is_asked_for(client: Client) -> None:
    RewardPolicy.objects.update(basis="incremental")
    asked = {"level": "L7", "investment": "60", "prior_level": "L6", "prior_award": "32.6"}
    answer = ask(client, **asked, prior_investment="32.6").json()
    assert (answer["total"], answer["basis"], answer["remarks"]) == ("40", "incremental", [])
    other = ask(client, **asked, prior_investment="32.6", basis="cumulative").json()
    assert other["total"] == "47.4"
    assert [remark["code"] for remark in other["remarks"]] == ["other_basis"]


def test_the_sentences_follow_the_language(client: Client) -> None:
    client.cookies["django_language"] = "en"
    answer = ask(client, level="L6", investment="32.6").json()
    assert "¥400,000" in answer["explanations"]["total"]
    assert answer["calculation"] == "min(40, 32.6) = 32.6"


def test_the_document_describes_every_parameter(client: Client) -> None:
    document = client.get("/api/openapi.json").json()
    described = document["paths"]["/api/reward"]["get"]
    parameters = {parameter["name"]: parameter for parameter in described["parameters"]}
    assert set(parameters) == set(PARAMETERS) == set(RewardForm.base_fields)
    required = {name for name, parameter in parameters.items() if parameter["required"]}
    assert required == {"level", "investment"}
    assert set(described["responses"]) == {"200", "400", "404"}
    assert all(parameter["description"] for parameter in parameters.values())


def test_an_answer_takes_few_queries(client: Client, django_assert_max_num_queries) -> None:
    # The site's settings are made when they are first read.
    ask(client, **GOOD)
    with django_assert_max_num_queries(6):
        ask(client, **GOOD, prior_level="L5", prior_award="8", prior_investment="9")
