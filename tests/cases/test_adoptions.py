"""The adoption ledger: kept by requests and by hand, public without names, counted."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.adopting.ledger import ledger_of
from cases.models import Adoption, CasePage
from providers.matching.choosing import fall_through
from providers.matching.models import CallBack, MatchRequest
from tests.matching import working
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def test_the_form_opened_on_a_case_keeps_where_it_was_begun(client):
    page = case()
    address = f"{reverse('request_new')}?case={page.slug}"
    shown = client.get(address).context["form"].initial
    need = {
        "kind": "solution",
        "pain_points": shown["pain_points"],
        "headcount_band": "100-299",
        "budget_band": "unsure",
    }
    assert client.post(address, need).status_code == 302
    client.post(reverse("request_whom"), {"route": "centre"})
    contact = {
        "company": "演示新厂",
        "contact_name": "王厂长",
        "phone": "13800000071",
        "notice": "on",
    }
    assert client.post(reverse("request_contact"), contact).status_code == 302
    assert MatchRequest.objects.latest("pk").begun_on_id == page.pk


def test_a_case_that_is_not_public_is_no_beginning(client):
    hidden = CasePage.objects.filter(live=False).first()
    client.post(
        f"{reverse('request_new')}?case={hidden.slug}",
        {"kind": "policy", "sentence": "问问", "headcount_band": "1-19", "budget_band": "unsure"},
    )
    client.post(reverse("request_whom"), {"route": "centre"})
    client.post(
        reverse("request_contact"),
        {"company": "演示新厂", "contact_name": "王", "phone": "13800000072", "notice": "on"},
    )
    assert MatchRequest.objects.latest("pk").begun_on_id is None


def test_the_work_of_such_a_request_keeps_the_ledger():
    page = case()
    before = ledger_of(page)
    choice = working.chosen()
    MatchRequest.objects.filter(pk=choice.request_id).update(begun_on=page)
    choice = working.fresh(choice)
    assert not Adoption.objects.filter(request=choice.request).exists()
    working.confirm_contract(choice, by=working.member(), contracted_wan="3.6")
    entry = Adoption.objects.get(request=choice.request)
    assert (entry.case, entry.state, entry.shown_name) == (page, "running", "")
    working.set_criteria(
        working.fresh(choice), side="provider", lines=working.LINES, by=working.member()
    )
    working.agree_criteria(working.fresh(choice), side="enterprise")
    working.hand_over(working.fresh(choice), by=working.member(), message="已上线。")
    working.confirm_work(working.fresh(choice))
    entry.refresh_from_db()
    assert (entry.state, entry.finished_on) == ("succeeded", timezone.localdate())
    assert ledger_of(page).succeeded == before.succeeded + 1


def test_work_of_another_beginning_keeps_none():
    working.confirmed()
    assert not Adoption.objects.exclude(request=None).exists()


def test_the_public_reads_counts_and_reasons_and_only_consented_names():
    page = CasePage.objects.listed().get(adoptions__state="failed")
    shown = Client().get(page.url).content.decode()
    ledger = ledger_of(page)
    assert (ledger.succeeded, ledger.running, ledger.failed) == (2, 1, 1)
    named = page.adoptions.exclude(named_by="").get()
    assert named.enterprise_name in shown
    for entry in page.adoptions.filter(named_by="").exclude(enterprise_name=""):
        assert entry.enterprise_name not in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "failed"},
        {"state": "succeeded", "finished_on": None},
        {"state": "running", "reason": "staff"},
        {"named_by": "演示，厂长", "named_on": None},
    ],
)
def test_the_database_refuses_what_contradicts_itself(wrong):
    right = {"case": case(), "enterprise_name": "演示"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.create(**right | wrong)


def test_only_the_bureau_writes_the_ledger():
    address = reverse("wagtailsnippets_cases_adoption:add")
    assert signed_in("bureau").get(address).status_code == 200
    assert signed_in("provider1").get(address).status_code == 404
    for username in ("committee", "lead"):
        assert signed_in(username).get(address).status_code in (302, 403, 404)
    page = case()
    count = page.adoptions.count()
    data = {
        "case": page.pk,
        "enterprise_name": "演示某厂",
        "state": "failed",
        "started_on": "2026-03-01",
        "finished_on": "2026-04-01",
        "reason": "",
    }
    refused = signed_in("bureau").post(address, data)
    assert refused.status_code == 200
    assert page.adoptions.count() == count
    signed_in("bureau").post(address, data | {"reason": "funding"})
    assert page.adoptions.count() == count + 1


def test_a_visit_lands_on_the_centres_list_and_nowhere_else(client):
    page = case()
    address = reverse("case_visit", args=[page.slug])
    assert client.get(address).status_code == 200
    said = {"company": "演示来访厂", "phone": "13800000073", "people": "3", "notice": "on"}
    assert client.post(address, said | {"people": "0"}).status_code == 422
    assert client.post(address, said).status_code == 302
    call = CallBack.objects.get(phone="13800000073")
    assert call.page_id == page.pk
    assert "演示来访厂" in call.sentence
    # Another wish of the same number is added, not lost.
    client.post(address, said | {"week": "下周二"})
    call.refresh_from_db()
    assert "下周二" in call.sentence
    hidden = CasePage.objects.filter(live=False).first()
    assert client.get(reverse("case_visit", args=[hidden.slug])).status_code == 404


def test_a_choice_that_falls_before_the_contract_is_no_adoption():
    choice = working.chosen()
    MatchRequest.objects.filter(pk=choice.request_id).update(begun_on=case())
    fall_through(working.fresh(choice), side="enterprise", reason="price")
    assert not Adoption.objects.filter(request=choice.request).exists()
