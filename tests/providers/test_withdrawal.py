"""A provider takes its listing back: dated, at once, and back by a new submission only."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import PageLogEntry, WorkflowState

from catalog.models import PublicationRefused, SolutionPage, Withdrawal, publish_revision
from providers.models import Notice, NoticeKind, ProviderPage
from providers.notices import compose
from providers.withdrawal.subtree import ActRefused
from providers.withdrawal.withdrawing import withdraw
from search import Question, get_engine
from tests.matching import asking
from tests.pages import provider_of, signed_in, submitted
from tests.search.settling import settle

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def member():
    return get_user_model().objects.get(username="provider1")


@pytest.fixture
def solution() -> SolutionPage:
    return provider_of("provider1").solutions.first()


@pytest.fixture(autouse=True)
def no_waiting(settings):
    """Nobody has to take as long as a person over the three steps of a request."""
    settings.REQUEST_MIN_SECONDS = 0


def found(page) -> bool:
    settle()
    hits = get_engine().ask(Question(text=page.title)).hits
    return any(hit.entry.url == page.url for hit in hits)


def address(page) -> str:
    return reverse("listing_withdraw", args=[page.pk])


def test_a_member_withdraws_and_the_address_says_so_with_its_date(client, member, solution):
    assert found(solution)
    browser = signed_in("provider1")
    asked = browser.get(address(solution))
    assert asked.status_code == 200
    assert browser.get(solution.url).status_code == 200  # asking does nothing
    assert browser.post(address(solution), {"reason": "产品升级"}).status_code == 302
    gone = client.get(solution.url)
    row = Withdrawal.objects.get(page_id=solution.pk)
    assert gone.status_code == 410
    assert (row.reason, row.by, row.ended_at) == ("产品升级", member, None)
    said = gone.content.decode()
    assert f"{row.at.astimezone().year}" in said
    assert "产品升级" not in said
    assert "alternatives" in gone.context
    assert not found(solution)
    entry = PageLogEntry.objects.get(page_id=solution.pk, action="providers.withdraw")
    assert entry.user == member


def test_a_running_review_of_an_edit_ends_with_it(member, solution):
    solution.tagline = "改过的一句话。"
    solution.save_revision(user=member)
    solution.get_workflow().start(solution, member)
    withdraw(solution, by=member)
    reviews = WorkflowState.objects.filter(object_id=str(solution.pk))
    assert {review.status for review in reviews} <= {"cancelled", "approved"}


def test_no_door_but_a_new_decision_brings_it_back(client, member, solution):
    revision = solution.live_revision
    withdraw(solution, by=member)
    with pytest.raises(PublicationRefused):
        revision.publish()
    assert client.get(solution.url).status_code == 410
    publish_revision(revision, by=None)
    assert client.get(solution.url).status_code == 200
    assert Withdrawal.objects.get(page_id=solution.pk).ended_at is not None
    assert found(solution)


def test_what_is_not_public_cannot_be_withdrawn(member):
    state = submitted("provider1")
    draft = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    with pytest.raises(ActRefused):
        withdraw(draft, by=member)
    assert signed_in("provider1").get(address(draft)).status_code == 404


def test_a_provider_withdraws_with_all_its_listings_or_not_at_all(client, member):
    provider = provider_of("provider1")
    listed = list(provider.solutions)
    asking.ask_and_send(client, asking.offer_of("provider1"))
    browser = signed_in("provider1")
    refused = browser.post(address(provider), {"reason": ""})
    assert refused.status_code == 422
    assert len(refused.context["points"]) == 2  # listings and the request that waits
    assert client.get(provider.url).status_code == 200
    assert browser.post(address(provider), {"with_all": "on"}).status_code == 302
    for page in (provider, *listed):
        assert client.get(page.url).status_code == 410
        assert not found(page)
    assert Withdrawal.objects.filter(ended_at=None).count() >= len(listed) + 1
    assert not SolutionPage.objects.listed().child_of(provider).exists()


def test_the_bureau_hears_that_a_provider_has_left_and_not_of_each_solution(member, solution):
    told = Notice.objects.filter(kind=NoticeKind.PROFILE_WITHDRAWN)
    withdraw(solution, by=member)
    assert not told.exists()
    provider = provider_of("provider1")
    with pytest.raises(ActRefused):
        withdraw(provider, by=member)
    assert not told.exists()
    withdraw(provider, by=member, with_all=True)
    notice = told.get()
    assert notice.user.username == "bureau"
    assert notice.page_id == provider.pk
    assert signed_in("bureau").get(notice.path).status_code == 200
    letter = compose(notice)
    assert provider.title in letter.subject
    assert letter.link.endswith(notice.path)


@pytest.mark.parametrize("username", ["provider2", "bureau", "committee"])
def test_others_find_no_such_address(username, solution):
    theirs = signed_in(username).get(address(solution))
    missing = signed_in(username).get(reverse("listing_withdraw", args=[10**12]))
    assert theirs.status_code == missing.status_code == 404
    assert signed_in(username).post(address(solution), {}).status_code == 404
    assert SolutionPage.objects.listed().filter(pk=solution.pk).exists()


def test_twice_is_once(member, solution):
    withdraw(solution, by=member)
    with pytest.raises(ActRefused):
        withdraw(solution, by=member)
    assert Withdrawal.objects.filter(page_id=solution.pk).count() == 1


def test_providers_without_obligations_are_not_asked_for_more(member):
    provider = ProviderPage.objects.get(pk=provider_of("provider1").pk)
    for solution in provider.solutions:
        withdraw(solution, by=member)
    for case in provider.get_descendants().live():
        withdraw(case.specific, by=member)
    form = signed_in("provider1").get(address(provider)).context["form"]
    assert "with_all" not in form.fields
