"""The bureau suspends, lifts, removes; the provider appeals; what comes back passes the gate."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from catalog.models import (
    Appeal,
    PublicationRefused,
    Removal,
    SolutionPage,
    Suspension,
    publish_revision,
)
from marketplace.roles import BUREAU
from providers.models import Notice, NoticeKind, ReviewSettings, Undertaking
from providers.withdrawal.removing import answer, appeal, remove
from providers.withdrawal.subtree import ActRefused
from providers.withdrawal.suspending import lift, suspend
from search import Question, get_engine
from tests.pages import provider_of, signed_in
from tests.search.settling import settle

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def officer():
    return get_user_model().objects.get(username="bureau")


@pytest.fixture
def colleague():
    user = get_user_model().objects.create_user("bureau2", password="x")
    user.groups.add(Group.objects.get(name=BUREAU))
    return user


@pytest.fixture
def member():
    return get_user_model().objects.get(username="provider1")


@pytest.fixture
def provider():
    return provider_of("provider1")


def found(page) -> bool:
    settle()
    hits = get_engine().ask(Question(text=page.title)).hits
    return any(hit.entry.url == page.url for hit in hits)


def told(kind) -> list[str]:
    rows = Notice.objects.filter(kind=kind).order_by("pk")
    return [row.user.username for row in rows]


# -- suspension ---------------------------------------------------------------------------------


def test_a_suspension_takes_provider_and_solutions_off_and_brings_them_back(
    client, provider, officer
):
    solution = provider.solutions.first()
    bureau = signed_in("bureau")
    asked = reverse("listing_suspend", args=[provider.pk])
    assert bureau.post(asked, {"reason": " "}).status_code == 422
    assert bureau.post(asked, {"reason": "资料需核实"}).status_code == 302
    hold = Suspension.objects.get(page_id=provider.pk)
    assert hold.set_by == officer
    for page in (provider, solution):
        assert client.get(page.url).status_code == 410
        assert not found(page)
    assert told(NoticeKind.LISTING_SUSPENDED) == ["provider1"]
    again = bureau.post(asked, {"reason": "再次"})
    assert again.status_code == 422
    assert "one_suspension_a_page" not in again.content.decode()
    assert bureau.post(reverse("suspension_lift", args=[hold.pk])).status_code == 302
    for page in (provider, solution):
        assert client.get(page.url).status_code == 200
        assert found(page)
    assert told(NoticeKind.LISTING_RESTORED) == ["provider1"]


def test_lifting_checks_the_rules_again_and_an_override_is_logged(client, provider, officer):
    hold = suspend(provider, by=officer, reason="资料需核实")
    Undertaking.objects.filter(provider=provider).delete()
    with pytest.raises(ActRefused) as refused:
        lift(hold, by=officer)
    # The provider and each listing below it are named.
    assert len(refused.value.sentences) >= 1 + provider.get_descendants().live().count() - 1
    bureau = signed_in("bureau")
    address = reverse("suspension_lift", args=[hold.pk])
    assert bureau.get(address).context["points"]
    assert bureau.post(address, {}).status_code == 422
    assert client.get(provider.url).status_code == 410
    assert bureau.post(address, {"override_reason": "承诺书补签中"}).status_code == 302
    assert client.get(provider.url).status_code == 200
    entry = PageLogEntry.objects.get(page_id=provider.pk, action="providers.lift_suspension")
    assert entry.data["override"] == "承诺书补签中"
    with pytest.raises(ActRefused):
        lift(hold, by=officer)


def test_a_date_that_has_passed_is_refused(provider):
    past = timezone.localdate() - timedelta(days=1)
    response = signed_in("bureau").post(
        reverse("listing_suspend", args=[provider.pk]), {"reason": "核实", "until": past}
    )
    assert response.status_code == 422
    assert not Suspension.objects.filter(page_id=provider.pk).exists()


# -- removal ------------------------------------------------------------------------------------


def test_a_removal_takes_all_below_along_and_says_so(client, provider, officer):
    solution = provider.solutions.first()
    bureau = signed_in("bureau")
    address = reverse("listing_remove", args=[provider.pk])
    assert solution.title in bureau.get(address).content.decode()
    assert bureau.post(address, {"reason": "资质造假"}).status_code == 422  # not confirmed
    assert bureau.post(address, {"understood": "on", "reason": ""}).status_code == 422
    assert client.get(provider.url).status_code == 200
    done = bureau.post(address, {"understood": "on", "reason": "资质造假"})
    assert done.status_code == 302
    removal = Removal.objects.get(page_id=provider.pk)
    assert removal.appeal_until > timezone.localdate() + timedelta(
        days=ReviewSettings.current().appeal_days
    )
    for page in (provider, solution):
        page.refresh_from_db()
        assert not page.live
        assert client.get(page.url).status_code == 410
        assert not found(page)
    assert told(NoticeKind.LISTING_REMOVED) == ["provider1"]


@pytest.mark.parametrize("override", ["", "特批"])
def test_a_removed_page_cannot_be_published_by_any_door(provider, officer, override):
    solution = provider.solutions.first()
    revision = solution.live_revision
    remove(provider, by=officer, reason="资质造假")
    with pytest.raises(PublicationRefused):
        publish_revision(revision, by=officer, override_reason=override)
    with pytest.raises(PublicationRefused):
        revision.publish()
    solution.refresh_from_db()
    assert not solution.live
    assert any(solution.blockers())


def test_the_member_appeals_once_and_the_other_officer_answers(
    client, provider, officer, colleague, member
):
    shown = [provider, *provider.solutions]
    removal = remove(provider, by=officer, reason="资质造假")
    browser, address = signed_in("provider1"), reverse("removal_appeal", args=[provider.pk])
    assert "资质造假" in browser.get(address).content.decode()
    assert browser.post(address, {"text": ""}).status_code == 422
    assert browser.post(address, {"text": "证书真实，附原件。"}).status_code == 302
    assert browser.post(address, {"text": "再说一次"}).status_code == 404
    filed = Appeal.objects.get(removal=removal)
    assert set(told(NoticeKind.APPEAL_FILED)) == {"bureau", "bureau2"}
    reply = reverse("appeal_answer", args=[filed.pk])
    assert signed_in("bureau").post(reply, {"granted": "yes", "answer": "有理"}).status_code == 422
    other = signed_in("bureau2")
    assert str(provider.title) in other.get(reverse("appeals")).content.decode()
    assert other.post(reply, {"granted": "yes", "answer": ""}).status_code == 422
    assert other.post(reply, {"granted": "yes", "answer": "经核实，证书有效。"}).status_code == 302
    removal.refresh_from_db()
    assert removal.lifted_at is not None
    for page in shown:
        assert client.get(page.url).status_code == 200
        assert found(page)
    assert told(NoticeKind.APPEAL_ANSWERED) == ["provider1"]
    assert "经核实，证书有效。" in browser.get(address).content.decode()
    with pytest.raises(ActRefused):
        answer(filed, by=colleague, granted=False, text="改判")


def test_a_rejected_appeal_leaves_it_removed(client, provider, officer, colleague, member):
    filed = appeal(remove(provider, by=officer, reason="造假"), by=member, text="不是。")
    answer(filed, by=colleague, granted=False, text="证据确凿。")
    assert client.get(provider.url).status_code == 410


def test_where_there_is_one_officer_only_it_answers_itself(provider, officer, member):
    filed = appeal(remove(provider, by=officer, reason="造假"), by=member, text="不是。")
    assert answer(filed, by=officer, granted=True, text="有理。") == {}


def test_what_lacks_something_meanwhile_stays_off(client, provider, officer, colleague, member):
    filed = appeal(remove(provider, by=officer, reason="造假"), by=member, text="不是。")
    Undertaking.objects.filter(provider=provider).delete()
    refused = answer(filed, by=colleague, granted=True, text="有理。")
    assert provider.title in refused
    assert client.get(provider.url).status_code == 410
    assert not SolutionPage.objects.listed().child_of(provider).exists()


def test_after_the_period_no_appeal_is_possible(provider, officer, member):
    removal = remove(provider, by=officer, reason="造假")
    Removal.objects.update(appeal_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ActRefused):
        appeal(removal, by=member, text="不是。")
    address = reverse("removal_appeal", args=[provider.pk])
    assert signed_in("provider1").post(address, {"text": "不是。"}).status_code == 404


@pytest.mark.parametrize("username", ["provider1", "provider2", "lead", "committee"])
def test_nobody_else_reaches_the_bureaus_acts(username, provider, officer, member):
    hold = suspend(provider, by=officer, reason="核实")
    filed = appeal(remove(provider, by=officer, reason="造假"), by=member, text="不是。")
    browser = signed_in(username)
    for name, key in (
        ("listing_suspend", provider.pk),
        ("listing_remove", provider.pk),
        ("listing_holds", provider.pk),
        ("suspension_lift", hold.pk),
        ("appeal_answer", filed.pk),
    ):
        assert browser.get(reverse(name, args=[key])).status_code == 404, name
    for name in ("held_listings", "appeals"):
        assert browser.get(reverse(name)).status_code == 404, name


def test_another_provider_finds_no_removal(provider, officer):
    remove(provider, by=officer, reason="造假")
    address = reverse("removal_appeal", args=[provider.pk])
    assert signed_in("provider2").get(address).status_code == 404


def test_the_list_of_listings_shows_where_each_stands(provider, officer):
    suspend(provider, by=officer, reason="核实")
    bureau = signed_in("bureau")
    bureau.get(reverse("held_listings"))
    counts = {}
    for standing in ("suspended", ""):
        with CaptureQueriesContext(connection) as asked:
            page = bureau.get(reverse("held_listings"), {"standing": standing})
        rows = list(page.context["object_list"])
        counts[standing] = (len(rows), len(asked))
        assert provider.title in {row.title for row in rows}
    assert counts["suspended"][0] < counts[""][0]
    assert abs(counts["suspended"][1] - counts[""][1]) <= 2
    assert bureau.get(reverse("listing_holds", args=[provider.pk])).status_code == 200
    assert bureau.get(reverse("held_listings"), {"title": "a\0b"}).status_code == 200
