"""The second step: one consent a provider, and who answers when nothing else was said."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import SolutionPage
from providers.matching.models import MatchRequest
from providers.matching.score.offers import Proposal, offer_key
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")


def rows_of(client: Client) -> list[dict]:
    return client.get(reverse("request_whom") + "?all=1").context["rows"]


@pytest.fixture
def twice(client) -> list[Proposal]:
    """Two or more offers of one provider."""
    asking.need(client)
    by_provider: dict[str, list[Proposal]] = {}
    for row in rows_of(client):
        by_provider.setdefault(row["proposal"].provider_key, []).append(row["proposal"])
    return next(offers for offers in by_provider.values() if len(offers) > 1)


def test_the_consent_stands_once_a_provider_at_its_first_offer(client, twice):
    page = client.get(reverse("request_whom") + "?all=1").content.decode()
    rows = rows_of(client)
    providers = {row["proposal"].provider_key for row in rows}
    assert page.count('name="consent"') == len(providers) < len(rows)
    for key in providers:
        assert page.count(f'name="consent" value="{key}"') == 1
    boxes = [row["has_consent_box"] for row in rows if row["proposal"] in twice]
    assert boxes == [True] + [False] * (len(twice) - 1)
    assert all(row["is_shared"] for row in rows if row["proposal"] in twice)


def test_one_consent_holds_for_every_offer_of_the_provider(client, twice):
    keys = [offer.key for offer in twice[:2]]
    assert asking.whom(client, *keys, consent=keys[:1]).status_code == 302
    chosen = client.get(reverse("request_contact")).context["chosen"]
    assert [(row["provider"], row["with_contact"]) for row in chosen] == [(twice[0].provider, True)]
    assert all(offer.title in chosen[0]["titles"] for offer in twice[:2])
    asking.contact(client)
    consent = MatchRequest.objects.get().consents.exclude(recipient=None).get()
    assert consent.recipient == twice[0].provider


def test_a_consent_goes_with_any_offer_of_the_provider(client, twice):
    assert asking.whom(client, twice[1].key, consent=(twice[0].key,)).status_code == 302


def test_the_limit_of_three_counts_providers(client, twice):
    others: dict[str, str] = {}
    for row in rows_of(client):
        if row["proposal"].provider_key != twice[0].provider_key:
            others.setdefault(row["proposal"].provider_key, row["proposal"].key)
    keys = [offer.key for offer in twice[:2]]
    assert asking.whom(client, *keys, *list(others.values())[:2]).status_code == 302
    assert asking.whom(client, *keys, *list(others.values())[:3]).status_code == 422


@pytest.mark.parametrize(
    ("kind", "route"),
    [("policy", "centre"), ("training", "centre"), ("diagnosis", "centre"), ("solution", "choose")],
)
def test_public_services_go_to_the_centre_unless_said_otherwise(client, kind, route):
    asking.need(client, kind=kind)
    assert client.get(reverse("request_whom")).context["form"]["route"].value() == route


def test_who_comes_from_a_trainer_asks_that_trainer(client):
    asking.need(client, kind="training")
    key = rows_of(client)[0]["proposal"].provider_key
    client.post(reverse("request_new") + f"?provider={key}", {**asking.NEED, "kind": "training"})
    form = client.get(reverse("request_whom")).context["form"]
    assert (form["route"].value(), form["choose"].value()) == ("choose", [key])


def test_a_solution_for_one_chain_fills_in_the_chain(client):
    solution = SolutionPage.objects.listed().filter(all_industries=False).first()
    address = reverse("request_new") + f"?solution={offer_key(solution.provider, solution)}"
    for chains, expected in ((["textile"], "textile"), (["textile", "steel"], None)):
        solution.industries.set(chains)
        solution.save()
        assert client.get(address).context["form"]["industry"].value() == expected


def test_the_summary_has_no_empty_row_and_no_stray_blanks(client):
    key = asking.offer_of("provider1")
    opened = client.get(reverse("request_new") + f"?solution={key}").context["form"]
    client.post(
        reverse("request_new") + f"?solution={key}",
        {
            **asking.NEED,
            "pain_points": [],
            "sentence": "",
            "scenarios": opened["scenarios"].value(),
        },
    )
    asking.whom(client, key)
    answer = client.get(reverse("request_contact"))
    rows = answer.content.decode().split("<dl", 1)[1].split("</dl>")[0].split("<dt>")[1:]
    assert all(row.split("<dd>")[1].split("</dd>")[0].strip() for row in rows)
    line = answer.context["company_line"]
    assert " " not in line.replace("20–99 人", "")
    assert "演示西镇" in line
