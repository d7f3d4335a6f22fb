"""What the bureau does in the back office besides reviewing."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from cases.models import BenchmarkDecision, CasePage
from catalog.models import Recognition, Scenario, SolutionPage, Suspension
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def add(model: str, **values):
    return signed_in("bureau").post(reverse(f"wagtailsnippets_{model}:add"), values)


def test_suspending_a_provider_records_who_did_it():
    provider = provider_of("provider1")
    add("catalog_suspension", page=provider.pk, reason="资料需核实")
    hold = Suspension.objects.get(page_id=provider.pk)
    assert hold.set_by == get_user_model().objects.get(username="bureau")
    assert not SolutionPage.objects.listed().child_of(provider).exists()


def test_a_second_suspension_is_refused_in_words():
    provider = provider_of("provider1")
    add("catalog_suspension", page=provider.pk, reason="资料需核实")
    response = add("catalog_suspension", page=provider.pk, reason="再次")
    assert response.status_code == 200
    assert "one_suspension_a_page" not in response.content.decode()


def test_recognition_and_benchmark_are_set_beside_the_page():
    solution = SolutionPage.objects.filter(recognition=None).first()
    add(
        "catalog_recognition",
        solution=solution.pk,
        batch=2,
        recognised_on="2026-11-20",
        counts_toward_target="on",
    )
    assert Recognition.objects.get(solution=solution).set_by is not None
    case = CasePage.objects.filter(benchmark=None).first()
    add("cases_benchmarkdecision", case=case.pk, decided_on="2026-11-20", counts_toward_target="on")
    assert BenchmarkDecision.objects.get(case=case).set_by is not None


def test_renaming_a_term_keeps_its_code_and_reaches_pages_and_filters(client):
    edit = reverse("wagtailsnippets_catalog_scenario:edit", args=["PLAN"])
    plan = Scenario.objects.get(pk="PLAN")
    signed_in("bureau").post(
        edit,
        {
            "code": "OTHER",
            "label": "计划与排程",
            "label_en": plan.label_en,
            "order": plan.order,
            "is_active": "on",
            "group": plan.group_id,
            "software_names": plan.software_names,
        },
    )
    plan.refresh_from_db()
    assert (plan.pk, plan.label) == ("PLAN", "计划与排程")
    page = client.get("/solutions/", {"scenario": "PLAN"}).content.decode()
    assert "计划与排程" in page


@pytest.mark.parametrize("username", ["lead", "committee", "provider1"])
def test_nobody_else_decides(username):
    for model in ("catalog_suspension", "catalog_recognition", "providers_undertaking"):
        response = signed_in(username).get(reverse(f"wagtailsnippets_{model}:add"))
        assert response.status_code in {302, 404}, model
