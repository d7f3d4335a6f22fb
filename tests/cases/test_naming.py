"""Whether an enterprise is named beside the case that it repeated: by its own consent only."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.adopting.naming import agree_to_be_named, take_name_back
from cases.models import Adoption, CasePage
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Consent, EventKind, MatchRequest
from providers.matching.personal_data.exporting import export_of
from providers.matching.personal_data.retention import erase_on_demand, erase_request
from tests.matching import working
from tests.matching.asking import COMPANY, open_elsewhere

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def unhurried(settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").last()


@pytest.fixture
def repeated() -> MatchRequest:
    """A request that was begun on a case and whose work was confirmed."""
    choice = working.chosen()
    MatchRequest.objects.filter(pk=choice.request_id).update(begun_on=case())
    by = working.member()
    choice = working.confirm_contract(working.fresh(choice), by=by, contracted_wan="3.6")
    working.set_criteria(working.fresh(choice), side="provider", lines=working.LINES, by=by)
    working.agree_criteria(working.fresh(choice), side="enterprise")
    working.hand_over(working.fresh(choice), by=by, message="已上线。")
    working.confirm_work(working.fresh(choice))
    return MatchRequest.objects.get(pk=choice.request_id)


def entry(request: MatchRequest) -> Adoption:
    return Adoption.objects.get(request=request)


def address(request: MatchRequest) -> str:
    return reverse("adoption_naming", args=[request.reference])


def is_named() -> bool:
    return COMPANY in Client().get(case().url).content.decode()


def test_nobody_is_named_without_having_agreed(repeated):
    assert entry(repeated).enterprise_name == ""
    assert not is_named()
    browser = open_elsewhere(repeated)
    assert (
        address(repeated)
        in browser.get(reverse("request_page", args=[repeated.reference])).content.decode()
    )
    form = browser.get(address(repeated)).content.decode()
    assert 'name="consent"' in form
    assert "checked" not in form
    refused = browser.post(address(repeated), {})
    assert refused.status_code == 422
    assert not is_named()


def test_who_agrees_is_named_with_a_record_of_what_was_read(repeated):
    browser = open_elsewhere(repeated)
    assert browser.post(address(repeated), {"consent": "on"}).status_code == 302
    assert is_named()
    consent = repeated.consents.get(kind=Consent.Kind.NAMING)
    assert case().title in consent.text
    assert COMPANY not in consent.text
    assert consent.withdrawn_at is None
    assert COMPANY not in entry(repeated).named_by
    assert repeated.events.filter(kind=EventKind.NAMING_GIVEN).count() == 1
    # It stands among what the enterprise may keep and take along.
    receipts = browser.get(reverse("request_consents", args=[repeated.reference]))
    assert consent.text_hash in receipts.content.decode()
    assert export_of(repeated)
    assert browser.get(reverse("request_page", args=[repeated.reference])).status_code == 200


def test_a_second_click_changes_nothing(repeated):
    agree_to_be_named(repeated)
    agree_to_be_named(repeated)
    assert repeated.consents.filter(kind=Consent.Kind.NAMING).count() == 1
    take_name_back(repeated)
    take_name_back(repeated)
    assert repeated.events.filter(kind=EventKind.NAMING_WITHDRAWN).count() == 1


def test_the_consent_is_taken_back_where_it_was_given(repeated):
    browser = open_elsewhere(repeated)
    browser.post(address(repeated), {"consent": "on"})
    assert browser.get(address(repeated)).status_code == 200
    assert browser.post(address(repeated), {}).status_code == 302
    assert not is_named()
    assert repeated.consents.get(kind=Consent.Kind.NAMING).withdrawn_at
    assert entry(repeated).state == "succeeded"
    # And given again.
    browser.post(address(repeated), {"consent": "on"})
    assert is_named()


def test_only_who_has_opened_the_request_is_asked(repeated):
    stranger = Client()
    for client in (stranger, linked(repeated)):
        assert client.get(address(repeated)).status_code in (302, 404)
        client.post(address(repeated), {"consent": "on"})
    assert not is_named()


def linked(request: MatchRequest) -> Client:
    """A browser that holds the private link, and has typed no code."""
    client = Client()
    client.get(reverse("request_link", args=[request.token]))
    return client


def test_a_request_that_repeated_no_case_is_not_asked():
    request = working.confirmed().request
    assert open_elsewhere(request).get(address(request)).status_code == 404
    with pytest.raises(MovedOnError):
        agree_to_be_named(request)


@pytest.mark.parametrize("state", ["running", "unconfirmed"])
def test_only_a_success_is_asked(repeated, state):
    ended = None if state == "running" else entry(repeated).finished_on
    Adoption.objects.filter(request=repeated).update(state=state, finished_on=ended)
    assert open_elsewhere(repeated).get(address(repeated)).status_code == 404


def test_a_failure_names_nobody_even_if_somebody_had_agreed(repeated):
    agree_to_be_named(repeated)
    Adoption.objects.filter(request=repeated).update(state="failed", reason="staff")
    assert not is_named()


def test_who_has_its_data_erased_is_named_no_longer(repeated):
    agree_to_be_named(repeated)
    erase_on_demand(repeated)
    assert not is_named()
    assert entry(repeated).enterprise_name == entry(repeated).named_by == ""
    assert repeated.consents.get(kind=Consent.Kind.NAMING).withdrawn_at
    assert open_elsewhere(repeated).get(address(repeated)).status_code == 404


def test_the_clock_erases_the_contact_and_leaves_the_name_that_may_be_shown(repeated):
    agree_to_be_named(repeated)
    erase_request(repeated)
    assert is_named()
    assert repeated.consents.get(kind=Consent.Kind.NAMING).withdrawn_at is None
    assert not repeated.consents.live().exclude(kind=Consent.Kind.NAMING).exists()
    # It can still be taken back.
    repeated.refresh_from_db()
    take_name_back(repeated)
    assert not is_named()


def test_the_clock_erases_what_the_office_noted_without_consent(repeated):
    Adoption.objects.filter(request=repeated).update(
        enterprise_name="演示只记未同意厂", state="failed", reason="other", reason_note="老板姓王"
    )
    erase_request(repeated)
    kept = entry(repeated)
    assert kept.enterprise_name == ""
    assert "王" not in kept.reason_note
