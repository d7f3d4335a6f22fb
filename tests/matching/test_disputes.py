"""Who handles a dispute, who sees what of it, and how it is settled."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.wording import exact_wan
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Dispute, MessageKind, RequestState, Side
from providers.matching.working.carrying_out import hand_over
from providers.matching.working.dispute_views import withhold
from providers.matching.working.disputes import (
    MAX_DISPUTES,
    TooManyDisputesError,
    may_recommend,
    may_settle,
    open_dispute,
    recommend,
    settle_dispute,
    state_view,
)
from providers.models import ProviderStanding
from tests.matching import working
from tests.matching.asking import COMPANY, PHONE
from tests.matching.working import fresh, member, told
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
TEXT = "约定的质量报表一直没有交付。"
OFFICERS = ("bureau", "committee", "lead")


def disputed(*others: str) -> Dispute:
    return open_dispute(
        working.handed_over(None, "provider1", *others), side=Side.ENTERPRISE, text=TEXT
    )


def address(dispute: Dispute) -> str:
    return reverse("matching_dispute", args=[dispute.choice.request.reference])


def statuses(dispute: Dispute) -> dict[str, int]:
    return {name: signed_in(name).get(address(dispute)).status_code for name in OFFICERS}


# -- opening and hearing ------------------------------------------------------------------------


def test_a_dispute_stops_the_work_and_tells_the_other_side_and_the_office():
    dispute = disputed()
    choice = fresh(dispute.choice)
    assert choice.request.state() == RequestState.DISPUTED
    kind = MessageKind.DISPUTE_OPENED
    assert told(choice, kind, "provider") == 1
    assert told(choice, kind, "enterprise") == 0
    told_officers = choice.request.messages.filter(kind=kind, audience="office")
    assert {message.user.username for message in told_officers} >= {"bureau", "committee", "lead"}
    with pytest.raises(MovedOnError):
        hand_over(choice, by=member(), message="再次交付。")


def test_there_is_one_open_dispute_and_a_second_click_finds_it():
    dispute = disputed()
    assert open_dispute(dispute.choice, side=Side.ENTERPRISE, text=TEXT) == dispute
    with pytest.raises(MovedOnError):
        open_dispute(dispute.choice, side=Side.PROVIDER, text="我方另有看法，请主管部门处理。")


def test_there_is_none_before_the_contract():
    with pytest.raises(MovedOnError):
        open_dispute(working.chosen(), side=Side.ENTERPRISE, text=TEXT)


def test_the_office_is_called_a_limited_number_of_times():
    choice = working.contracted()
    for number in range(MAX_DISPUTES):
        dispute = open_dispute(choice, side=Side.ENTERPRISE, text=f"{TEXT}{number}")
        settle_dispute(dispute, by=member("bureau"), outcome="resumed", decision="继续履行。")
    with pytest.raises(TooManyDisputesError):
        open_dispute(choice, side=Side.ENTERPRISE, text=TEXT)


def test_the_other_side_alone_says_how_it_sees_it_once():
    dispute = disputed()
    with pytest.raises(MovedOnError):
        state_view(dispute, side=Side.ENTERPRISE, text="我再补充几句。")
    state_view(dispute, side=Side.PROVIDER, text="报表已于上周交付。", by=member())
    state_view(dispute, side=Side.PROVIDER, text="报表已于上周交付。", by=member())
    with pytest.raises(MovedOnError):
        state_view(dispute, side=Side.PROVIDER, text="换一种说法。", by=member())
    dispute.refresh_from_db()
    assert dispute.statement == "报表已于上周交付。"


# -- who handles it -----------------------------------------------------------------------------


def test_the_lead_provider_handles_what_it_has_no_part_in():
    dispute = disputed()
    may = {name: may_recommend(member(name), dispute) for name in OFFICERS}
    assert may == {"bureau": False, "committee": False, "lead": True}
    assert statuses(dispute) == {"bureau": 200, "committee": 200, "lead": 200}


@pytest.mark.parametrize("part", ["asked", "chosen", "affiliate"])
def test_where_the_lead_is_a_party_the_committee_handles_it_and_the_lead_sees_nothing(part):
    if part == "affiliate":
        standing = {"is_lead_affiliate": True}
        ProviderStanding.objects.update_or_create(
            provider=provider_of("provider2"), defaults=standing
        )
        dispute = disputed("provider2")
    elif part == "asked":
        dispute = disputed("lead")
    else:
        dispute = open_dispute(working.handed_over(None, "lead"), side=Side.ENTERPRISE, text=TEXT)
    may = {name: may_recommend(member(name), dispute) for name in OFFICERS}
    assert may == {"bureau": False, "committee": True, "lead": False}
    assert statuses(dispute) == {"bureau": 200, "committee": 200, "lead": 404}
    office = dispute.choice.request.messages.filter(
        kind=MessageKind.DISPUTE_OPENED, audience="office"
    )
    assert "lead" not in {message.user.username for message in office}
    shown = signed_in("lead").get(reverse("matching_disputes"))
    assert dispute.choice.request.reference not in page_text(shown)


def test_a_member_of_a_provider_sees_no_dispute_of_the_office():
    dispute = disputed()
    client = signed_in("provider1")
    for url in (address(dispute), reverse("matching_disputes"), reverse("matching_ratings")):
        assert client.get(url).status_code == 404


def test_the_bureau_alone_settles():
    assert {name: may_settle(member(name)) for name in OFFICERS} == {
        "bureau": True,
        "committee": False,
        "lead": False,
    }
    dispute = disputed()
    form = {"deed": "settle", "settle-outcome": "accepted", "settle-decision": "视同验收。"}
    for name in ("committee", "lead"):
        assert signed_in(name).post(address(dispute), form).status_code == 404
    assert fresh(dispute.choice).request.state() == RequestState.DISPUTED
    assert signed_in("bureau").post(address(dispute), form).status_code == 302
    assert fresh(dispute.choice).request.state() == RequestState.CONFIRMED


def test_the_lead_recommends_and_the_bureau_reads_it():
    dispute = disputed()
    form = {"deed": "recommend", "recommend-text": "建议限期补齐报表。"}
    assert signed_in("committee").post(address(dispute), form).status_code == 404
    assert signed_in("lead").post(address(dispute), form).status_code == 302
    assert "建议限期补齐报表。" in page_text(signed_in("bureau").get(address(dispute)))


def test_the_lead_reads_neither_name_nor_price_nor_file():
    choice = working.handed_over()
    text = f"{COMPANY}认为报表没有交付，电话{PHONE}。"
    dispute = Dispute.objects.create(choice=choice, opened_by=Side.ENTERPRISE, text=text)
    choice.disputed_at = dispute.opened_at
    choice.save()
    page = page_text(signed_in("lead").get(address(dispute)))
    assert "报表没有交付" in page
    for secret in (
        COMPANY,
        PHONE,
        "王厂长",
        exact_wan(choice.contracted_wan),
        f"{address(dispute)}documents/",
    ):
        assert secret not in page
    assert withhold(text, choice.request) == "***认为报表没有交付，电话***。"


# -- settling -----------------------------------------------------------------------------------


def settled(outcome: str) -> Dispute:
    dispute = disputed()
    return settle_dispute(
        dispute, by=member("bureau"), outcome=outcome, decision="经查，报表已交付。"
    )


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("accepted", RequestState.CONFIRMED),
        ("resumed", RequestState.HANDED_OVER),
        ("ended", RequestState.ENDED),
    ],
)
def test_each_outcome_leads_where_it_says_and_both_sides_are_told(outcome, state):
    dispute = settled(outcome)
    choice = fresh(dispute.choice)
    assert choice.request.state() == state
    for audience in ("enterprise", "provider"):
        assert told(choice, MessageKind.DISPUTE_SETTLED, audience) == 1
    settle_dispute(dispute, by=member("bureau"), outcome=outcome, decision="经查，报表已交付。")
    with pytest.raises(MovedOnError):
        settle_dispute(dispute, by=member("bureau"), outcome=outcome, decision="另一个决定。")
    with pytest.raises(MovedOnError):
        recommend(dispute, by=member("lead"), text="建议另议。")


def test_resumed_work_has_its_time_to_answer_anew():
    dispute = disputed()
    before = timezone.now()
    settle_dispute(dispute, by=member("bureau"), outcome="resumed", decision="请先现场验收。")
    choice = fresh(dispute.choice)
    assert choice.handed_over_at >= before
    assert choice.silence_told_at is None


def test_a_dispute_before_the_hand_over_resumes_under_the_contract():
    dispute = open_dispute(working.contracted(), side=Side.PROVIDER, text=TEXT, by=member())
    settle_dispute(dispute, by=member("bureau"), outcome="resumed", decision="请继续履行合同。")
    assert fresh(dispute.choice).request.state() == RequestState.CONTRACTED


# -- the list -----------------------------------------------------------------------------------


def test_open_disputes_are_listed_with_their_age_in_a_constant_number_of_queries(
    django_assert_max_num_queries,
):
    disputed()
    client = signed_in("bureau")
    with django_assert_max_num_queries(120) as captured:
        assert client.get(reverse("matching_disputes")).status_code == 200
    few = len(captured)
    for username in ("provider2", "lead"):
        open_dispute(working.handed_over(None, username), side=Side.ENTERPRISE, text=TEXT)
    with django_assert_max_num_queries(few):
        page = page_text(client.get(reverse("matching_disputes")))
    assert all(each.choice.request.reference in page for each in Dispute.objects.all())
    only = client.get(reverse("matching_disputes"), {"handler": "committee"})
    assert [row.choice.invitation.provider for row in only.context["object_list"]] == [
        provider_of("lead")
    ]
