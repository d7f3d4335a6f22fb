"""The four kinds of request, how many providers fit, and when it goes out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from catalog.models import PainPoint, SolutionPage
from providers.matching.asking.forms import KIND_EXAMPLES
from providers.matching.models import MatchingTerms, MatchRequest
from providers.matching.wording import beijing_time
from tests.matching import asking

pytestmark = pytest.mark.usefixtures("demo_site")


def in_chinese(words: object) -> str:
    with translation.override("zh-hans"):
        return str(words)


def test_each_kind_has_an_example_beside_it(client):
    page = client.get(reverse("request_new")).content.decode()
    for example in KIND_EXAMPLES.values():
        assert in_chinese(example) in page


def test_a_diagnosis_visit_goes_to_the_centre(client):
    asking.need(client, kind="diagnosis")
    answer = client.get(reverse("request_whom"))
    assert answer.context["form"]["route"].value() == "centre"
    assert answer.context["advice_days"] == MatchingTerms.current().advice_days
    assert 'name="choose"' not in answer.content.decode()
    provider = asking.offer_of("provider1").partition("/")[0]
    assert asking.whom(client, provider, consent=(provider,)).status_code == 302
    assert asking.contact(client).status_code == 302
    request = MatchRequest.objects.get()
    assert request.wants_advice
    assert not request.invitations.exists()
    assert not request.consents.filter(recipient__isnull=False).exists()


def test_a_kind_changed_after_the_second_step_changes_who_answers(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    asking.need(client, kind="diagnosis")
    assert asking.contact(client).status_code == 302
    assert not MatchRequest.objects.get().invitations.exists()


@pytest.mark.parametrize(
    ("kind", "route"), [("solution", "choose"), ("training", "centre"), ("policy", "centre")]
)
def test_other_kinds_leave_the_choice(client, kind, route):
    asking.need(client, kind=kind)
    answer = client.get(reverse("request_whom"))
    assert answer.context["form"]["route"].value() == route
    assert not answer.context["form"].only_centre


def fitting_by_hand(scenarios: set[str], industry: str) -> int:
    """How many providers have a listed solution for one of the scenarios and for the industry."""
    found = set()
    for solution in SolutionPage.objects.listed():
        own = set(solution.scenarios.values_list("pk", flat=True))
        chains = set(solution.industries.values_list("pk", flat=True))
        if own & scenarios and (solution.all_industries or industry in chains):
            found.add(solution.provider.pk)
    return len(found)


@pytest.mark.parametrize("industry", ["textile", "electronics"])
def test_it_says_how_many_providers_fit(client, industry):
    asking.need(client, industry=industry)
    points = PainPoint.objects.filter(pk__in=asking.NEED["pain_points"])
    scenarios = set(points.values_list("scenarios", flat=True))
    proposals = client.get(reverse("request_whom")).context["proposals"]
    expected = fitting_by_hand(scenarios, industry)
    assert proposals.fitting_count == expected
    assert 0 < expected < proposals.provider_count
    asking.whom(client, asking.offer_of("provider1"))
    assert client.get(reverse("request_contact")).context["fitting_count"] == expected


def test_what_was_not_said_excludes_nobody(client):
    asking.need(client, pain_points=[], industry="")
    proposals = client.get(reverse("request_whom")).context["proposals"]
    assert proposals.fitting_count == proposals.provider_count


def test_counting_costs_no_query_for_each_offer(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    client.get(reverse("request_contact"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("request_contact"))
    keep = SolutionPage.objects.filter(slug=asking.offer_of("provider1").partition("/")[2])
    SolutionPage.objects.exclude(pk__in=keep).update(live=False)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("request_contact"))
    assert len(many) == len(few)


def test_the_last_step_says_by_the_clock_until_when_it_can_be_taken_back(client):
    asking.need(client)
    asking.whom(client, asking.offer_of("provider1"))
    before = timezone.now() + timedelta(minutes=10)
    page = client.get(reverse("request_contact")).content.decode()
    after = timezone.now() + timedelta(minutes=10)
    assert in_chinese_time(before) in page or in_chinese_time(after) in page
    asking.contact(client)
    request = MatchRequest.objects.get()
    done = client.get(reverse("request_done", args=[request.reference])).content.decode()
    assert in_chinese_time(request.sends_at) in done


def in_chinese_time(moment) -> str:
    with translation.override("zh-hans"):
        return beijing_time(moment)


def test_a_draft_goes_on_elsewhere_with_its_choice_and_without_its_contact(client):
    key = asking.offer_of("provider1")
    asking.need(client)
    asking.whom(client, key)
    asking.contact(client, phone="wrong")
    other = Client()
    other.get(client.get(reverse("request_new")).context["resume_url"])
    rows = other.get(reverse("request_whom")).context["rows"]
    assert [row["proposal"].key for row in rows if row["is_chosen"]] == [key]
    assert asking.contact(other).status_code == 302
    assert client.get(reverse("request_new")).context["draft"] is None
    assert MatchRequest.objects.count() == 1
