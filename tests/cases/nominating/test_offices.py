"""Cases as offices and providers follow them: lists, stages, the file, what may be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow

from cases.gate import benchmark_checks, case_checks, open_points
from cases.models import (
    BenchmarkDecision,
    CaseIndexPage,
    CasePage,
    Nomination,
    ScoringRound,
    ScoringScheme,
)
from cases.scoring.rounds import waiting_for_a_round
from cases.stages import CaseStage, stage_of
from catalog.models import Evidence, PublicationRefused
from marketplace.roles import REVIEW
from tests.cases.scoring.making import complete_case
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


def user(username: str):
    return get_user_model().objects.get(username=username)


def draft_below(provider) -> CasePage:
    """A case that the provider has begun, with next to nothing in it."""
    provider.refresh_from_db()
    page = CasePage(title="草稿案例", slug="draft-case", enterprise_name="演示企业", live=False)
    provider.add_child(instance=page)
    page.save_revision(user=user("provider1"))
    return page


def test_the_gate_lists_all_that_is_missing():
    page = draft_below(provider_of("provider1"))
    missing = open_points(case_checks(page))
    assert len(missing) >= 5
    published = CasePage.objects.listed().first()
    assert not open_points(case_checks(published))


@pytest.mark.parametrize("field", ["after", "period", "source"])
def test_a_figure_that_does_not_say_all_stops_it(field):
    page = CasePage.objects.listed().first()
    row = page.indicators.all()[0]
    setattr(row, field, None if field == "after" else "")
    page.indicators.add(row)
    assert any(row.indicator.name in str(said) for said in open_points(case_checks(page)))


def test_every_figure_needs_its_file():
    page = CasePage.objects.listed().first()
    Evidence.objects.filter(page_id=page.pk, indicator__isnull=False).first().delete()
    assert open_points(case_checks(page))


@pytest.mark.parametrize("name", ["people", "screens"])
def test_every_picture_is_settled(name):
    page = CasePage.objects.listed().first()
    page.pictures[0].value[name] = ""
    assert open_points(case_checks(page))


def test_released_people_need_their_consent_among_the_proofs():
    page = CasePage.objects.listed().first()
    page.pictures[0].value["people"] = "released"
    assert open_points(case_checks(page))
    Evidence.objects.create(page_id=page.pk, name="同意书", kind=Evidence.Kind.RELEASE, file="x")
    assert not open_points(case_checks(page))


def test_a_benchmark_needs_more_and_cannot_be_made_without():
    page = CasePage.objects.listed().first()
    BenchmarkDecision.objects.filter(case=page).delete()
    assert not open_points(benchmark_checks(page))
    CasePage.objects.filter(pk=page.pk).update(investment_wan=None)
    page.refresh_from_db()
    with pytest.raises(PublicationRefused):
        BenchmarkDecision.objects.create(case=page, decided_on="2026-11-01")
    address = reverse("wagtailsnippets_cases_benchmarkdecision:add")
    response = signed_in("bureau").post(address, {"case": page.pk, "decided_on": "2026-11-01"})
    assert response.status_code == 200
    assert not BenchmarkDecision.objects.filter(case=page).exists()


def test_only_a_public_case_becomes_a_benchmark():
    page = CasePage.objects.listed().first()
    BenchmarkDecision.objects.filter(case=page).delete()
    CasePage.objects.filter(pk=page.pk).update(live=False)
    with pytest.raises(PublicationRefused):
        BenchmarkDecision.objects.create(case=page, decided_on="2026-11-01")
    CasePage.objects.filter(pk=page.pk).update(live=True)
    BenchmarkDecision.objects.create(case=page, decided_on="2026-11-01")


def test_the_first_batch_needs_the_document_and_the_later_ones_the_day():
    cases = {case.enterprise.batch: case for case in CasePage.objects.listed()}
    first, second = cases[1], cases[2]
    Evidence.objects.filter(page_id=first.pk, kind=Evidence.Kind.ACCEPTANCE).delete()
    assert open_points(benchmark_checks(first))
    second.internal_acceptance_on = None
    assert open_points(benchmark_checks(second))
    second.internal_acceptance_on = timezone.localdate()
    assert not open_points(benchmark_checks(second))
    second.internal_acceptance_on += timedelta(days=1)
    assert open_points(benchmark_checks(second))


def test_submitting_nominates_and_recalling_takes_it_back():
    page = draft_below(provider_of("provider1"))
    member = user("provider1")
    assert stage_of(page) == CaseStage.DRAFT
    Workflow.objects.get(name=REVIEW).start(page, member)
    nomination = Nomination.objects.get(case=page)
    assert (nomination.side, nomination.provider) == ("provider", provider_of("provider1"))
    assert stage_of(page) == CaseStage.NOMINATED
    page.current_workflow_state.cancel(user=member)
    assert stage_of(page) == CaseStage.DRAFT


def test_a_member_follows_and_takes_back_its_own_only():
    page = draft_below(provider_of("provider1"))
    Workflow.objects.get(name=REVIEW).start(page, user("provider1"))
    assert "草稿案例" in signed_in("provider1").get(reverse("own_cases")).content.decode()
    assert "草稿案例" not in signed_in("provider2").get(reverse("own_cases")).content.decode()
    address = reverse("own_case_give_up", args=[page.pk])
    assert signed_in("provider2").post(address).status_code == 404
    assert signed_in("bureau").get(reverse("own_cases")).status_code == 404
    signed_in("provider1").post(address)
    assert stage_of(page) == CaseStage.WITHDRAWN
    page.refresh_from_db()
    assert page.current_workflow_state is None


def test_a_members_list_of_cases_is_in_the_menu_and_says_what_a_draft_lacks():
    page = draft_below(provider_of("provider1"))
    client = signed_in("provider1")
    assert reverse("own_cases") in client.get(reverse("wagtailadmin_home")).content.decode()
    row = next(
        row for row in client.get(reverse("own_cases")).context["rows"] if row["case"] == page
    )
    assert row["listing"].missing
    submit = reverse("own_listing_submit", args=[page.pk])
    assert submit not in [deed.url for deed in row["deeds"]]
    complete = complete_case(provider_of("provider1"), "ready")
    text = client.get(reverse("own_cases")).content.decode()
    assert reverse("own_listing_submit", args=[complete.pk]) in text


def test_the_bureau_refuses_a_nomination_with_a_reason():
    page = draft_below(provider_of("provider1"))
    Workflow.objects.get(name=REVIEW).start(page, user("provider1"))
    address = reverse("case_refuse", args=[page.pk])
    assert signed_in("committee").post(address, {"message": "x"}).status_code == 404
    assert signed_in("bureau").post(address, {"message": ""}).status_code == 422
    signed_in("bureau").post(address, {"message": "不可复制。"})
    assert stage_of(page) == CaseStage.REJECTED
    assert "不可复制" in signed_in("provider1").get(reverse("own_cases")).content.decode()


def test_the_committee_puts_a_case_forward():
    client = signed_in("committee")
    industry = CasePage.objects.listed().first().industries.first()
    said = {"title": "园区案例", "industry": industry.pk, "summary": "一句话。"}
    assert client.post(reverse("case_propose"), said).status_code == 422
    response = client.post(reverse("case_propose"), said | {"enterprise_name": "演示企业"})
    page = CasePage.objects.get(title="园区案例")
    assert response.url == reverse("case_file", args=[page.pk])
    assert page.get_parent().specific == CaseIndexPage.objects.get()
    assert Nomination.objects.get(case=page).side == "committee"
    assert signed_in("lead").get(reverse("case_propose")).status_code == 404


def proposed_by(username: str) -> CasePage:
    said = {
        "title": f"{username}的案例",
        "industry": CasePage.objects.listed().first().industries.first().pk,
        "summary": "一句话。",
        "enterprise_name": "演示企业",
    }
    signed_in(username).post(reverse("case_propose"), said)
    return CasePage.objects.get(title=said["title"])


def test_what_the_bureau_puts_forward_is_the_bureaus():
    page = proposed_by("bureau")
    assert page.nomination.side == "bureau"
    # The committee reads it, and takes back nothing but its own.
    address = reverse("case_give_up", args=[page.pk])
    committee = signed_in("committee")
    assert address not in committee.get(reverse("case_file", args=[page.pk])).content.decode()
    assert committee.post(address).status_code == 404
    signed_in("bureau").post(address)
    assert stage_of(page) == CaseStage.WITHDRAWN


def test_the_committee_takes_back_what_it_put_forward():
    page = proposed_by("committee")
    client, address = signed_in("committee"), reverse("case_give_up", args=[page.pk])
    shown = client.get(reverse("case_file", args=[page.pk])).content.decode()
    assert address in shown
    assert reverse("case_refuse", args=[page.pk]) not in shown
    client.post(address)
    assert stage_of(page) == CaseStage.WITHDRAWN
    # A second click says that it has moved on.
    assert client.post(address).status_code == 422


def test_a_second_click_puts_nothing_forward_twice():
    assert proposed_by("committee") == proposed_by("committee")
    assert Nomination.objects.filter(side="committee", by=user("committee")).count() == 1


def test_what_was_refused_is_nominated_again_by_being_handed_in_again():
    page = draft_below(provider_of("provider1"))
    Workflow.objects.get(name=REVIEW).start(page, user("provider1"))
    address = reverse("case_refuse", args=[page.pk])
    signed_in("bureau").post(address, {"message": "不可复制。"})
    ScoringRound.objects.create(
        case=page,
        scheme=ScoringScheme.objects.first(),
        revision=page.get_latest_revision(),
        closed_at=timezone.now(),
        outcome=ScoringRound.Outcome.REJECTED,
        reason="不可复制。",
    )
    assert stage_of(page) == CaseStage.REJECTED
    assert page not in waiting_for_a_round()
    Workflow.objects.get(name=REVIEW).start(page, user("provider1"))
    assert stage_of(page) == CaseStage.NOMINATED
    assert page in waiting_for_a_round()
    assert "不可复制" not in signed_in("provider1").get(reverse("own_cases")).content.decode()


def test_only_the_office_ties_a_case_to_the_roster():
    field = 'name="enterprise"'
    for username, page in (
        ("provider1", draft_below(provider_of("provider1"))),
        ("bureau", proposed_by("bureau")),
    ):
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        text = signed_in(username).get(address).content.decode()
        assert 'name="enterprise_name"' in text
        assert (field in text) == (username == "bureau")


def test_the_lists_are_the_offices_alone_and_cost_the_same_for_any_number():
    names = ("case_list", "case_list_export", "nomination_list")
    for username in ("lead", "provider1"):
        for name in names:
            assert signed_in(username).get(reverse(name)).status_code == 404
    client = signed_in("bureau")
    client.get(reverse("case_list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("case_list"))
    for number in range(4):
        index = CaseIndexPage.objects.get()
        page = CasePage(
            title=f"更多{number}", slug=f"more-{number}", enterprise_name="演示企业", live=False
        )
        index.add_child(instance=page)
        page.save_revision()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("case_list"))
    assert len(many) == len(few)


@pytest.mark.parametrize("stage", CaseStage.values)
def test_the_list_is_narrowed_by_stage(stage):
    response = signed_in("bureau").get(reverse("case_list"), {"stage": stage})
    assert response.status_code == 200
    shown = list(response.context["object_list"])
    assert all(stage_of(case) == stage for case in shown)
    if stage == "published":
        assert len(shown) == CasePage.objects.live().count()


def test_the_export_is_safe_for_spreadsheets():
    page = CasePage.objects.filter(live=False).first()
    CasePage.objects.filter(pk=page.pk).update(draft_title="=1+1")
    response = signed_in("bureau").get(reverse("case_list_export"))
    assert "'=1+1" in response.content.decode("utf-8-sig")


def test_garbage_in_filters_is_no_error():
    client = signed_in("bureau")
    for query in ({"stage": "nonsense"}, {"industries": "x"}, {"side": "\x00"}, {"p": "999999"}):
        assert client.get(reverse("case_list"), query).status_code in (200, 400, 404)
