"""What the bureau does in the back office besides reviewing."""

import pytest
from django.urls import reverse

from cases.models import BenchmarkDecision
from catalog.models import Recognition, Scenario, SolutionPage
from tests.pages import case_without_decision, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def add(model: str, **values):
    return signed_in("bureau").post(reverse(f"wagtailsnippets_{model}:add"), values)


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
    case = case_without_decision()
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
    for model in ("catalog_recognition", "providers_undertaking"):
        response = signed_in(username).get(reverse(f"wagtailsnippets_{model}:add"))
        assert response.status_code in {302, 404}, model
