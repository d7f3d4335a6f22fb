"""A provider reads its own score and contests a fact; the office answers, not the lead itself."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Invitation, Message, MessageKind, ScoreObjection
from providers.matching.score.fit import CRITERIA
from providers.matching.score.objections import (
    answer_objection,
    answerable_by,
    contest_score,
    own_lines,
)
from tests.matching import answering, asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def invitation(client) -> Invitation:
    return asking.ask_and_send(client, asking.offer_of("provider1")).invitations.get()


def contest(invitation: Invitation, **changes) -> ScoreObjection:
    fields = {"criterion": "qualification", "text": "证书已核验，有效期内。", **changes}
    return contest_score(invitation, by=answering.member(), **fields)


def page_of(objection: ScoreObjection) -> str:
    return reverse("matching_objection", args=[objection.pk])


def test_the_provider_reads_every_line_with_the_sentence_the_enterprise_read(client):
    asking.need(client)
    key = asking.offer_of("provider1")
    shown = {
        row["proposal"].key: row["proposal"]
        for row in client.get(reverse("request_whom") + "?all=1").context["rows"]
    }[key]
    row = asking.ask_and_send(client, key).invitations.get()
    lines = own_lines(row)
    assert [line.criterion for line in lines] == list(CRITERIA)
    assert [(line.points, line.max) for line in lines] == [
        (line.points, line.max) for line in shown.lines
    ]
    page = signed_in("provider1").get(answering.address_of(row)).content.decode()
    for line in shown.lines:
        assert line.sentence in page
    assert set(row.score_lines[0]["sentence"]) == {"zh-hans", "en"}


def test_an_objection_reaches_the_office_and_its_answer_the_provider(invitation):
    fields = {"line-criterion": "qualification", "line-text": "证书有效。"}
    for _click in range(2):
        assert answering.post(invitation, "contest", **fields).status_code in (302, 422)
    objection = ScoreObjection.objects.get()
    assert Message.objects.filter(kind=MessageKind.SCORE_CONTESTED).exists()
    bureau = signed_in("bureau")
    assert objection in bureau.get(reverse("matching_objections")).context["object_list"]
    assert bureau.post(page_of(objection), {"outcome": "granted"}).status_code == 422
    answer = {"outcome": "granted", "answer": "已在资质中补录。"}
    for _click in range(2):
        assert bureau.post(page_of(objection), answer).status_code == 302
    objection.refresh_from_db()
    assert objection.outcome == ScoreObjection.Outcome.GRANTED
    assert Message.objects.filter(kind=MessageKind.OBJECTION_ANSWERED).count() == 1
    page = signed_in("provider1").get(answering.address_of(invitation)).content.decode()
    assert "已在资质中补录。" in page


def test_a_line_is_contested_once_and_only_one_that_exists(invitation):
    first = contest(invitation)
    assert contest(invitation) == first
    with pytest.raises(MovedOnError):
        contest(invitation, text="另一说法。")
    with pytest.raises(MovedOnError):
        contest(invitation, criterion="price")
    refused = answering.post(
        invitation, "contest", **{"line-criterion": "scenario", "line-text": "电话 13912345678"}
    )
    assert refused.status_code == 422


def test_an_answer_is_given_once(invitation):
    objection = contest(invitation)
    bureau = answering.member("bureau")
    answer_objection(objection, by=bureau, outcome="refused", answer="证书已过期。")
    with pytest.raises(MovedOnError):
        answer_objection(objection, by=bureau, outcome="granted", answer="改判。")


@pytest.mark.parametrize("username", ["lead", "provider1", "provider2"])
def test_nobody_but_the_office_sees_the_queue(invitation, username):
    objection = contest(invitation)
    client = signed_in(username)
    assert client.get(reverse("matching_objections")).status_code == 404
    assert client.get(page_of(objection)).status_code == 404
    answer = {"outcome": "granted", "answer": "好。"}
    assert client.post(page_of(objection), answer).status_code == 404
    assert ScoreObjection.objects.get().answered_at is None


def test_the_lead_provider_does_not_answer_for_itself_whatever_it_may_see(invitation):
    """Not even an officer of the bureau who also works for the lead provider."""
    Invitation.objects.filter(pk=invitation.pk).update(provider=provider_of("lead"))
    objection = contest(invitation)
    officer = get_user_model().objects.get(username="bureau")
    assert answerable_by(officer).filter(pk=objection.pk).exists()
    officer.groups.add(*get_user_model().objects.get(username="lead").groups.all())
    assert not answerable_by(officer).filter(pk=objection.pk).exists()
    with pytest.raises(MovedOnError):
        answer_objection(objection, by=officer, outcome="granted", answer="好。")
    committee = get_user_model().objects.get(username="committee")
    assert committee.has_perm("matching.view_matchrequest")
    answer_objection(objection, by=committee, outcome="granted", answer="好。")


def test_numbers_that_are_nobodys_are_not_found(invitation):
    bureau = signed_in("bureau")
    for number in ("0", "999999", "9" * 40):
        address = reverse("matching_objections") + f"{number}/"
        assert bureau.get(address).status_code == 404


def test_strangers_are_sent_to_the_login():
    assert Client().get(reverse("matching_objections")).status_code == 302
    assert Permission.objects.filter(codename="view_matchrequest").exists()


def test_the_queue_takes_a_constant_number_of_queries(invitation):
    bureau = signed_in("bureau")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bureau.get(reverse("matching_objections")).status_code == 200
        return len(captured)

    contest(invitation)
    queries()
    one = queries()
    for criterion in ("scenario", "industry", "level", "budget"):
        contest(invitation, criterion=criterion)
    assert queries() == one
