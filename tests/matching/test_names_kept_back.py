"""A company's name reaches no provider in the words of a question, an answer or the need."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.advising.proposing import Pick, propose, take_proposals
from providers.matching.advising.queue import advice_wanted, asked_at
from providers.matching.answering.figures import was_left_unanswered
from providers.matching.answering.questions import ask_question
from providers.matching.choosing.widening import ask_for_advice, free_places
from providers.matching.free_text import names_enterprise
from providers.matching.lifecycle import withdraw_request
from providers.matching.models import CallBack, Choice, MatchRequest, MessageKind, Question
from providers.matching.oversight.waiting import waiting_times
from providers.matching.working.disputes import open_dispute, recommend, state_view
from tests.matching import asking, replying, working
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("演示 甲 公司的车间", True),
        ("ｙａｎｓｈｉ甲的车间", True),
        ("YANSHI甲", True),
        ("甲公司", False),
        ("", False),
    ],
)
def test_a_name_is_found_however_it_is_written(text, found):
    assert names_enterprise(text, "演示甲公司", "yanshi甲") is found


def test_neither_question_nor_answer_names_the_company(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    invitation = request.invitations.get()
    member = signed_in("provider1")
    address = reverse("matching_invitation", args=[invitation.public_id])
    said = {"answer": "question", "ask-text": f"请问{request.company}有几条线？"}
    refused = member.post(address, said)
    assert refused.status_code == 422
    assert not Question.objects.exists()
    question = ask_question(invitation, by=replying.user("provider1"), text="有几条线？")
    answer = reverse("request_question", args=[request.reference, 1])
    assert client.post(answer, {"text": f"{request.company}有三条线"}).status_code == 422
    question.refresh_from_db()
    assert question.answer == ""


def test_the_sentence_of_the_need_does_not_name_the_company(client):
    request = asking.ask(client, asking.offer_of("provider1"), company="演示丁公司")
    assert request.company == "演示丁公司"
    other = Client()
    before = MatchRequest.objects.count()
    other.post(
        reverse("request_new"),
        {
            "kind": "policy",
            "sentence": "演示戊公司想问奖补",
            "headcount_band": "1-19",
            "budget_band": "unsure",
        },
    )
    other.post(reverse("request_whom"), {"route": "centre"})
    response = other.post(
        reverse("request_contact"),
        {"company": "演示戊公司", "contact_name": "王", "phone": "13800000061", "notice": "on"},
    )
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert MatchRequest.objects.count() == before


def test_advice_is_owed_anew_when_it_is_asked_anew(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    ask_for_advice(request)
    assert advice_wanted().filter(pk=request.pk).exists()
    told = request.messages.filter(kind=MessageKind.ADVICE_WANTED).count()
    ask_for_advice(request)
    assert request.messages.filter(kind=MessageKind.ADVICE_WANTED).count() == told
    picked = propose(
        request, [Pick(provider_of("provider2"), "合适。")], by=replying.user("bureau")
    )
    take_proposals(request, {picked[0].pk: False})
    assert not advice_wanted().filter(pk=request.pk).exists()
    ask_for_advice(MatchRequest.objects.get(pk=request.pk))
    assert advice_wanted().filter(pk=request.pk).exists()
    assert asked_at(request) > request.sends_at


def test_a_diagnosis_visit_is_not_widened_round_the_centre(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    assert free_places(request) == 2
    MatchRequest.objects.filter(pk=request.pk).update(kind="diagnosis")
    assert free_places(MatchRequest.objects.get(pk=request.pk)) == 0


def test_a_request_that_ended_first_was_not_left_unanswered(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    withdraw_request(request)
    moment = timezone.now() + timezone.timedelta(days=30)
    invitation = request.invitations.select_related("request").get()
    assert not was_left_unanswered(invitation, moment)
    overall, _each = waiting_times(MatchRequest.objects.all(), moment)
    assert overall.unanswered == 0
    other = asking.ask_and_send(Client(), asking.offer_of("provider1"), company="演示己公司")
    late = other.invitations.select_related("request").get()
    assert was_left_unanswered(late, moment)


def test_what_happens_in_a_work_and_its_dispute_is_told():
    choice = working.agreed()
    assert working.told(choice, MessageKind.CRITERIA_AGREED, "provider") == 1
    dispute = open_dispute(choice, side="enterprise", text="未按期上线。")
    state_view(dispute, side="provider", text="已上线。", by=working.member())
    assert working.told(choice, MessageKind.VIEW_STATED, "enterprise") == 1
    assert working.told(choice, MessageKind.VIEW_STATED, "office") >= 1
    recommend(dispute, by=replying.user("committee"), text="建议继续实施。")
    assert working.told(choice, MessageKind.SETTLEMENT_RECOMMENDED, "office") >= 1


def test_a_choice_that_nobody_confirms_keeps_its_data_a_year():
    choice = working.chosen()
    now = timezone.now()
    assert not MatchRequest.objects.to_erase(now).filter(pk=choice.request_id).exists()
    later = now + timezone.timedelta(days=800)
    assert MatchRequest.objects.to_erase(later).filter(pk=choice.request_id).exists()
    working.confirm_contract(choice, by=working.member(), contracted_wan="3.6")
    assert not MatchRequest.objects.to_erase(later).filter(pk=choice.request_id).exists()
    assert Choice.objects.get(pk=choice.pk).contracted_at


def test_a_year_that_is_none_is_said_beside_the_filter():
    response = signed_in("bureau").get(
        reverse("matching_requests"), {"sent_from": "0001-01-01", "sent_to": "9999-12-31"}
    )
    assert response.status_code == 200


def test_a_call_that_a_colleague_closed_becomes_the_request_that_was_made_of_it(client):
    from providers.matching.calling.callbacks import ask_for_call, finish_call

    ask_for_call(phone="13800000062", sentence="想问问")
    call = CallBack.objects.get(phone="13800000062")
    bureau = replying.user("bureau")
    finish_call(call, by=bureau, outcome="unreached")
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    finish_call(call, by=bureau, outcome="request", request=request)
    call.refresh_from_db()
    assert (call.outcome, call.request) == ("request", request)
