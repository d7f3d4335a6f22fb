"""The pages of the work: for its enterprise, its provider, the office."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import ProvincialLevel, RewardPolicy
from providers.matching.models import RequestState, Side
from providers.matching.wording import beijing_time
from providers.matching.working.carrying_out import criteria_mark, milestones_mark, set_criteria
from providers.matching.working.own_views import work_context
from tests.matching import working
from tests.matching.asking import open_elsewhere
from tests.matching.working import fresh, work_address
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
OWN_PAGES = (
    "request_work_criteria",
    "request_work_agree",
    "request_work_confirm",
    "request_work_refuse",
    "request_work_dispute",
    "request_work_view",
    "request_work_documents",
    "request_work_rating",
)


def own(choice, name: str) -> str:
    return reverse(name, args=[choice.request.reference])


@pytest.mark.parametrize("name", OWN_PAGES)
def test_without_the_access_code_there_is_no_work(name):
    choice = working.handed_over()
    linked = Client()
    linked.get(reverse("request_link", args=[choice.request.token]))
    for client in (Client(), linked):
        assert client.post(own(choice, name), {"text": "x"}).status_code == 404
        assert client.get(own(choice, name)).status_code in (404, 405)
    assert fresh(choice).request.state() == RequestState.HANDED_OVER


def test_a_look_never_acts():
    choice = working.handed_over()
    client = open_elsewhere(choice.request)
    for name in OWN_PAGES:
        client.get(own(choice, name))
    assert fresh(choice).request.state() == RequestState.HANDED_OVER


def test_the_enterprise_walks_from_criteria_to_acceptance():
    choice = working.contracted()
    set_criteria(choice, side=Side.PROVIDER, lines=["服务商的一条"])
    client = open_elsewhere(choice.request)
    seen = criteria_mark(choice)
    changed = {"lines": "服务商的一条\n我们的一条", "seen": seen}
    assert client.post(own(choice, "request_work_criteria"), changed).status_code == 302
    provider, address = signed_in("provider1"), work_address(choice)
    provider.post(address, {"deed": "agree", "agree-seen": seen})
    assert not fresh(choice).criteria_are_agreed
    provider.post(address, {"deed": "agree", "agree-seen": criteria_mark(choice)})
    assert fresh(choice).criteria_are_agreed
    provider.post(address, {"deed": "hand_over", "hand_over-message": "全部上线，已培训。"})
    page = client.get(reverse("request_page", args=[choice.request.reference])).content.decode()
    assert "全部上线，已培训。" in page
    refused = {"refusal": "缺少质量报表。"}
    assert client.post(own(choice, "request_work_refuse"), refused).status_code == 302
    assert "缺少质量报表。" in page_text(provider.get(address))
    provider.post(address, {"deed": "hand_over", "hand_over-message": "报表已经补齐。"})
    level = ProvincialLevel.objects.get(level=6)
    client.post(own(choice, "request_work_confirm"), {"level_reached": level.pk})
    assert fresh(choice).level_reached == level


def test_the_provider_keeps_milestones_in_its_back_office():
    choice = working.contracted()
    client, address = signed_in("provider1"), work_address(choice)
    form = {
        "deed": "milestones",
        "milestones-TOTAL_FORMS": "2",
        "milestones-INITIAL_FORMS": "0",
        "milestones-0-title": "现场调研",
        "milestones-0-due_on": str(timezone.localdate()),
    }
    assert client.post(address, form).status_code == 302
    row = choice.milestones.get()
    assert row.title == "现场调研"
    shown = open_elsewhere(choice.request).get(
        reverse("request_page", args=[choice.request.reference])
    )
    assert "现场调研" in shown.content.decode()
    form |= {"milestones-INITIAL_FORMS": "1", "milestones-0-pk": row.pk}
    form["milestones-seen"] = milestones_mark(choice)
    client.post(address, form | {"milestones-0-DELETE": "on"})
    assert not choice.milestones.exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"deed": "nonsense"},
        {"deed": "milestones"},
        {"deed": "milestones", "milestones-TOTAL_FORMS": "9" * 30},
        {
            "deed": "milestones",
            "milestones-TOTAL_FORMS": "1",
            "milestones-INITIAL_FORMS": "1",
            "milestones-0-pk": "9" * 30,
            "milestones-0-title": "\x00",
            "milestones-0-due_on": "9999-12-31",
        },
        {"deed": "agree", "agree-seen": "\x00"},
        {"deed": "criteria", "criteria-lines": "\n\n"},
        {"deed": "hand_over", "hand_over-message": "电话 13911112222 联系"},
        {"deed": "view", "view-text": "没有争议也想陈述一番。"},
        {"deed": "reply", "reply-text": "没有评价也想回复一番。"},
        {"deed": "document", "document-kind": "nonsense"},
    ],
)
def test_odd_forms_change_nothing_and_break_nothing(form):
    choice = working.contracted()
    before = choice.request.events.count()
    answer = signed_in("provider1").post(work_address(choice), form)
    assert answer.status_code in (302, 404, 422)
    assert choice.request.events.count() == before


def test_closed_without_confirmation_says_to_both_that_it_counts_nowhere():
    choice = working.handed_over()
    type(choice).objects.filter(pk=choice.pk).update(
        unconfirmed_at=timezone.now(), handed_over_at=None
    )
    choice = fresh(choice)
    when = {"when": beijing_time(choice.unconfirmed_at)}
    own_page = open_elsewhere(choice.request).get(
        reverse("request_page", args=[choice.request.reference])
    )
    said = _(
        "The hand-over was not answered, so the work was closed on %(when)s. This counts nowhere "
        "as acceptance or as evidence for the provider."
    )
    assert said % when in own_page.content.decode()
    said = _(
        "The enterprise did not answer, so the work was closed on %(when)s. This counts nowhere "
        "as acceptance or evidence."
    )
    assert said % when in page_text(signed_in("provider1").get(work_address(choice)))
    work = work_context(choice.request)
    assert (work.is_confirmed, work.is_lost, work.reward) == (False, True, None)


# -- the estimate of the reward -----------------------------------------------------------------


def test_the_estimate_takes_the_contracted_price_and_the_level_reached():
    choice = working.handed_over()
    aimed = work_context(choice.request)
    assert aimed.level_for_reward == max(
        solution.level_to.level for solution in choice.invitation.solutions.all()
    )
    level = ProvincialLevel.objects.get(level=7)
    type(choice).objects.filter(pk=choice.pk).update(
        level_reached=level, accepted_at=timezone.now(), handed_over_at=None
    )
    result = work_context(choice.request).reward
    assert result.estimate.question.level == 7
    assert result.estimate.question.investment == choice.contracted_wan
    page = open_elsewhere(choice.request).get(
        reverse("request_page", args=[choice.request.reference])
    )
    assert result.disclaimer in page.content.decode()


def test_a_hidden_estimate_is_not_shown(monkeypatch):
    choice = working.handed_over()
    monkeypatch.setattr(type(RewardPolicy.objects), "current", lambda _manager: None)
    assert work_context(choice.request).reward is None
    page = open_elsewhere(choice.request).get(
        reverse("request_page", args=[choice.request.reference])
    )
    assert 'id="reward"' not in page.content.decode()


# -- the table of prices ------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["committee", "lead", "provider1"])
def test_prices_are_for_the_bureau_alone(username):
    client = signed_in(username)
    for name in ("matching_prices", "matching_prices_export"):
        assert client.get(reverse(name)).status_code == 404


def test_the_bureau_exports_prices_without_the_enterprises_names():
    choice = working.contracted()
    provider = provider_of("provider1")
    type(provider).objects.filter(pk=provider.pk).update(title="=1+1")
    client = signed_in("bureau")
    listed = page_text(client.get(reverse("matching_prices")))
    table = client.get(reverse("matching_prices_export")).content.decode("utf-8-sig")
    need = choice.request
    for text in (listed, table):
        assert need.reference in text
        for secret in (need.company, need.phone, need.contact_name):
            assert secret not in text
    row = table.splitlines()[1]
    assert ",3.6," in row
    assert "'=1+1" in row


def test_the_table_narrows_by_where_the_work_stands(django_assert_max_num_queries):
    client, address = signed_in("bureau"), reverse("matching_prices")
    by_stage = {
        RequestState.CHOSEN: working.chosen(),
        RequestState.CONTRACTED: working.contracted(username="provider2"),
        RequestState.HANDED_OVER: working.handed_over(),
        RequestState.CONFIRMED: working.confirmed(username="provider2"),
    }
    for stage, choice in by_stage.items():
        assert fresh(choice).stage == stage
        found = client.get(address, {"stage": stage}).context["object_list"]
        assert [row.pk for row in found] == [choice.pk]
    with django_assert_max_num_queries(95) as captured:
        client.get(address)
    few = len(captured)
    working.contracted()
    with django_assert_max_num_queries(few):
        client.get(address)
