"""The adoption ledger: kept by requests and by hand, public without names, counted."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cases.adopting.ledger import ledger_of
from cases.models import Adoption, CasePage
from providers.matching.choosing.deciding import choose_provider, fall_through
from providers.matching.models import Choice, Dispute, MatchRequest
from providers.matching.working.active_choice import hold
from providers.matching.working.carrying_out import close_unconfirmed
from providers.matching.working.disputes import open_dispute, settle_dispute
from tests.matching import working
from tests.pages import page_text, signed_in

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
        {"state": "failed", "reason": "other", "finished_on": "2999-01-01"},
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


def test_a_choice_that_falls_before_the_contract_is_no_adoption():
    choice = working.chosen()
    MatchRequest.objects.filter(pk=choice.request_id).update(begun_on=case())
    fall_through(working.fresh(choice), side="enterprise", reason="price")
    assert not Adoption.objects.filter(request=choice.request).exists()


# -- what a request tells the ledger --------------------------------------------------------------


def begun(choice) -> Choice:
    """The choice, as of a request that was begun on a case."""
    MatchRequest.objects.filter(pk=choice.request_id).update(begun_on=case())
    return working.fresh(choice)


def contracted() -> Choice:
    choice = begun(working.chosen())
    return working.confirm_contract(choice, by=working.member(), contracted_wan="3.6")


def handed_over() -> Choice:
    choice, by = contracted(), working.member()
    working.set_criteria(working.fresh(choice), side="provider", lines=working.LINES, by=by)
    working.agree_criteria(working.fresh(choice), side="enterprise")
    working.hand_over(working.fresh(choice), by=by, message="已上线。")
    return working.fresh(choice)


def entry_of(choice) -> Adoption:
    return Adoption.objects.get(request=choice.request_id)


@pytest.mark.parametrize(
    ("reason", "kept", "has_words"),
    [("price", "funding", True), ("funding", "funding", True), ("scope", "process", True)]
    + [(reason, "other", True) for reason in ("capacity", "silent", "changed", "other")],
)
def test_a_contract_that_comes_to_nothing_says_why(reason, kept, has_words):
    choice = contracted()
    fall_through(working.fresh(choice), side="enterprise", reason=reason)
    entry = entry_of(choice)
    assert (entry.state, entry.reason, bool(entry.reason_note)) == ("failed", kept, has_words)
    assert entry.finished_on == timezone.localdate()


def test_another_provider_makes_it_go_on_again():
    choice = contracted()
    fall_through(working.fresh(choice), side="enterprise", reason="price")
    invitation = choice.invitation
    again = choose_provider(choice.request, invitation, consents=True)
    assert entry_of(choice).state == "failed"
    working.confirm_contract(working.fresh(again), by=working.member(), contracted_wan="3")
    entry = entry_of(choice)
    assert (entry.state, entry.reason, entry.reason_note, entry.finished_on) == (
        "running",
        "",
        "",
        None,
    )
    # What happens to the first choice later does not matter any more.
    first = working.fresh(choice)
    first.save()
    assert entry_of(choice).state == "running"


def test_silence_is_neither_a_success_nor_a_failure():
    choice = handed_over()
    close_unconfirmed(hold(choice), timezone.now())
    entry = entry_of(choice)
    assert (entry.state, entry.reason) == ("unconfirmed", "")
    before = ledger_of(case())
    assert before.unconfirmed == 1


def test_a_dispute_that_ends_the_work_is_a_failure_in_words():
    choice = handed_over()
    open_dispute(choice, side="enterprise", text="交付不全。")
    dispute = Dispute.objects.get(choice=choice)
    settle_dispute(dispute, by=working.member("bureau"), outcome="ended", decision="不予验收。")
    entry = entry_of(choice)
    assert (entry.state, entry.reason) == ("failed", "other")
    assert entry.reason_note


def test_what_the_office_adds_stays_until_the_work_moves_on():
    choice = handed_over()
    Adoption.objects.filter(request=choice.request_id).update(enterprise_name="演示经办备注")
    choice.silence_told_at = timezone.now()
    choice.save(update_fields=["silence_told_at"])
    assert entry_of(choice).enterprise_name == "演示经办备注"
    working.confirm_work(working.fresh(choice))
    entry = entry_of(choice)
    assert (entry.enterprise_name, entry.state) == ("演示经办备注", "succeeded")


# -- what the public reads ------------------------------------------------------------------------


def test_too_few_that_have_ended_tell_no_reasons():
    page = CasePage.objects.listed().get(adoptions__state="failed")
    assert ledger_of(page).reasons
    page.adoptions.filter(state="succeeded").first().delete()
    ledger = ledger_of(page)
    assert (ledger.failed, ledger.reasons) == (1, [])
    assert ledger.keeps_reasons
    label = str(Adoption.Reason.STAFF.label)
    with translation.override("zh-hans"):
        assert label not in Client().get(page.url).content.decode()


def test_words_of_the_office_are_not_public():
    page = CasePage.objects.listed().get(adoptions__state="failed")
    page.adoptions.filter(state="failed").update(reason_note="演示内部情况说明")
    assert "演示内部情况说明" not in Client().get(page.url).content.decode()


def test_a_case_that_nobody_repeated_says_so():
    page = case()
    page.adoptions.all().delete()
    assert ledger_of(page).total == 0
    assert Client().get(page.url).status_code == 200


# -- the office's list ----------------------------------------------------------------------------


def test_the_list_shows_whose_request_keeps_an_entry_and_filters_by_case():
    choice = contracted()
    address = reverse("wagtailsnippets_cases_adoption:list")
    everything = page_text(signed_in("bureau").get(address))
    assert choice.request.reference in everything
    other = CasePage.objects.listed().exclude(pk=case().pk).filter(adoptions__isnull=False).first()
    some = page_text(signed_in("bureau").get(address, {"case": other.pk}))
    assert choice.request.reference not in some


def test_the_list_takes_a_constant_number_of_queries():
    bureau, address = signed_in("bureau"), reverse("wagtailsnippets_cases_adoption:list")
    bureau.get(address)
    with CaptureQueriesContext(connection) as many:
        bureau.get(address)
    kept = Adoption.objects.first()
    Adoption.objects.exclude(pk=kept.pk).delete()
    with CaptureQueriesContext(connection) as few:
        bureau.get(address)
    assert len(few) == len(many)


def test_the_committee_reads_the_ledger_and_changes_nothing():
    entry, committee = Adoption.objects.first(), signed_in("committee")
    assert committee.get(reverse("wagtailsnippets_cases_adoption:list")).status_code == 200
    for name, how in (("edit", [entry.pk]), ("delete", [entry.pk]), ("add", [])):
        answer = committee.post(reverse(f"wagtailsnippets_cases_adoption:{name}", args=how), {})
        assert answer.status_code in (302, 403, 404)
    assert Adoption.objects.filter(pk=entry.pk).exists()
