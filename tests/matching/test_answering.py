"""A provider's answers: interest, quote, questions, taking it back; nothing of its rivals."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from catalog.models import Suspension
from catalog.workdays import add_working_days
from providers.matching.answering.answers import say_interested, withdraw_reply
from providers.matching.answering.inbox_views import quote_due
from providers.matching.answering.questions import MAX_QUESTIONS, answer_question, ask_question
from providers.matching.answering.quoting import MAX_FILES
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    Choice,
    EventKind,
    Invitation,
    InvitationState,
    MatchRequest,
    Message,
    MessageKind,
    Question,
    Quote,
)
from providers.matching.wording import plain_day
from tests.matching import answering, asking
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def invitation(client) -> Invitation:
    return asking.ask_and_send(client, asking.offer_of("provider1")).invitations.get()


@pytest.fixture
def rivals(client) -> tuple[Invitation, Invitation]:
    """The same request as two providers receive it: provider1's, then provider2's."""
    request = asking.ask_and_send(
        client, asking.offer_of("provider1"), asking.offer_of("provider2")
    )
    found = {
        row.provider.team.group.user_set.first().username: row for row in request.invitations.all()
    }
    return found["provider1"], found["provider2"]


def fresh(row):
    """The row as it is stored now, whatever was read before."""
    return type(row).objects.get(pk=row.pk)


def told(kind: MessageKind, **which) -> int:
    return Message.objects.filter(kind=kind, **which).count()


def page_text(invitation: Invitation, username: str = "provider1") -> str:
    return signed_in(username).get(answering.address_of(invitation)).content.decode()


def photo(shade: int = 1) -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 20), (shade * 40, 0, 0)).save(made, "PNG")
    return SimpleUploadedFile("方案 图.exe", made.getvalue(), content_type="text/html")


# -- interest -----------------------------------------------------------------------------------


def test_a_quote_is_promised_for_the_usual_day_unless_one_is_named(invitation):
    answering.interested(invitation, **{"yes-quote_due_on": ""})
    row = fresh(invitation)
    assert row.quote_due_on == add_working_days(timezone.localdate(), 10)
    assert row.state() == InvitationState.INTERESTED


def test_a_public_service_needs_no_quote(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    MatchRequest.objects.filter(pk=request.pk).update(kind="training")
    row = request.invitations.get()
    answering.interested(row, **{"yes-quote_due_on": ""})
    assert fresh(row).quote_due_on is None


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "\x00", "0"])
def test_a_promise_in_the_past_or_never_is_refused(invitation, day):
    assert answering.interested(invitation, **{"yes-quote_due_on": day}).status_code == 422
    assert fresh(invitation).state() == InvitationState.PENDING


def test_a_double_click_says_it_once(invitation):
    for _click in range(2):
        assert answering.interested(invitation).status_code == 302
    assert invitation.request.events.filter(kind=EventKind.INTERESTED).count() == 1
    assert told(MessageKind.ANSWERED) == 1


def test_the_deadline_stands_in_beijing_time_with_its_weekday(invitation):
    until = timezone.localtime(invitation.deadline_at, timezone.get_default_timezone())
    weekday = "一二三四五六日"[until.weekday()]
    assert f"星期{weekday}" in page_text(invitation)
    assert "23:59" in page_text(invitation)


# -- quote --------------------------------------------------------------------------------------


def test_a_quote_follows_interest(invitation):
    answering.quoted(invitation)
    assert not Quote.objects.exists()
    answering.interested(invitation)
    assert answering.quoted(invitation).status_code == 302
    quote = Quote.objects.get()
    assert (quote.price_min_wan, quote.price_max_wan) == (Decimal("4.8"), Decimal(6))
    assert quote.version == 1
    assert fresh(invitation).state() == InvitationState.QUOTED
    assert told(MessageKind.QUOTED, invitation=invitation) == 1


def test_each_change_counts_a_version_and_the_same_again_none(invitation):
    answering.interested(invitation)
    for changes in ({}, {}, {"quote-days": "45"}, {"quote-days": "45"}):
        answering.quoted(invitation, **changes)
    quote = Quote.objects.get()
    assert (quote.version, quote.days) == (2, 45)
    assert told(MessageKind.QUOTED) == 1
    assert told(MessageKind.QUOTE_CHANGED) == 1
    events = invitation.request.events.filter(kind=EventKind.QUOTE_CHANGED)
    assert list(events.values_list("detail", flat=True)) == ["v2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"quote-price_max_wan": "4"},
        {"quote-price_min_wan": "-1"},
        {"quote-price_min_wan": "NaN"},
        {"quote-price_max_wan": "1e40"},
        {"quote-price_max_wan": "9" * 5000},
        {"quote-days": "0"},
        {"quote-days": "9" * 5000},
        {"quote-approach": ""},
        {"quote-approach": "加微信 wang_2024"},
        {"quote-team": "电话 13912345678"},
        {"quote-approach": "a\x00b"},
        {"quote-valid_until": "2020-01-01"},
        {"quote-files": SimpleUploadedFile("plan.pdf", b"%PDF-1.7 broken")},
        {"quote-files": SimpleUploadedFile("plan.jpg", b"<svg onload=alert(1)>")},
    ],
)
def test_odd_quotes_are_refused_and_keep_what_was_typed(invitation, changes):
    answering.interested(invitation)
    answer = answering.quoted(invitation, **changes)
    assert answer.status_code == 422
    assert "一名顾问" in answer.content.decode() or "quote-team" in changes
    assert not Quote.objects.exists()


def test_files_are_judged_by_content_and_stay_private(rivals):
    own, theirs = rivals
    answering.interested(own)
    answering.quoted(own, **{"quote-files": [photo(1), photo(2)]})
    quote = Quote.objects.get()
    assert [row.name for row in quote.files.all()] == ["方案 图", "方案 图"]
    assert all(row.file.name.endswith(".jpg") for row in quote.files.all())
    file = quote.files.first()
    address = reverse("matching_quote_file", args=[own.public_id, file.pk])
    handed_out = signed_in("provider1").get(address)
    assert "attachment" in handed_out["Content-Disposition"]
    assert "no-store" in handed_out["Cache-Control"]
    assert signed_in("provider2").get(address).status_code == 404
    stolen = reverse("matching_quote_file", args=[theirs.public_id, file.pk])
    assert signed_in("provider2").get(stolen).status_code == 404
    assert Client().get(address).status_code == 302


def test_files_come_and_go_with_the_quote(invitation):
    answering.interested(invitation)
    answering.quoted(invitation, **{"quote-files": [photo(shade) for shade in range(MAX_FILES)]})
    answering.quoted(invitation, **{"quote-files": photo(1)})
    quote = Quote.objects.get()
    assert (quote.files.count(), quote.version) == (MAX_FILES, 1)
    gone = quote.files.first()
    stored = gone.file
    answering.quoted(invitation, **{"quote-files": photo(6), "quote-dropped": [str(gone.pk)]})
    quote = fresh(quote)
    assert (quote.files.count(), quote.version) == (MAX_FILES, 2)
    assert not quote.files.filter(pk=gone.pk).exists()
    assert stored.name


def test_more_files_than_five_are_refused(invitation):
    answering.interested(invitation)
    many = [photo(shade) for shade in range(MAX_FILES + 1)]
    assert answering.quoted(invitation, **{"quote-files": many}).status_code == 422


def test_a_held_price_is_shown_once_phone_and_company_are_verified(client, invitation):
    """Its provider sees it all the while."""
    answering.interested(invitation)
    prices = {"quote-price_min_wan": "7.35", "quote-price_max_wan": "7.41"}
    answering.quoted(invitation, **prices, **{"quote-holds_price": "on"})
    own = reverse("request_page", args=[invitation.request.reference])
    assert "7.35–7.41" not in client.get(own).content.decode()
    assert "7.35–7.41 万元" in page_text(invitation)
    now = timezone.now()
    MatchRequest.objects.update(phone_verified_at=now)
    assert not Quote.objects.get().shows_price()
    MatchRequest.objects.update(company_verified_at=now)
    assert "7.35–7.41 万元" in client.get(own).content.decode()


def test_after_the_choice_nothing_is_changed(rivals):
    own, theirs = rivals
    for row, username in ((own, "provider1"), (theirs, "provider2")):
        answering.interested(row, username)
        answering.quoted(row, username)
    Choice.objects.create(request=own.request, invitation=own)
    for row, username in ((own, "provider1"), (theirs, "provider2")):
        answering.quoted(row, username, **{"quote-days": "77"})
    assert not Quote.objects.filter(days=77).exists()
    # The work is the chosen provider's alone.
    assert signed_in("provider1").get(answering.address_of(own)).context["work"].choice
    assert signed_in("provider2").get(answering.address_of(theirs)).context["work"] is None


# -- taking it back -----------------------------------------------------------------------------


def test_a_reply_is_withdrawn_with_its_reason_and_identity_goes(client):
    key = asking.offer_of("provider1")
    invitation = asking.ask_and_send(client, key, consent=(key,)).invitations.get()
    answering.interested(invitation)
    assert asking.COMPANY in page_text(invitation)
    address = reverse("matching_reply_withdraw", args=[invitation.public_id])
    member = signed_in("provider1")
    assert member.get(address).status_code == 200
    assert member.post(address, {"reason": ""}).status_code == 422
    for _click in range(2):
        assert member.post(address, {"reason": "人手不足。"}).status_code == 302
    row = fresh(invitation)
    assert row.state() == InvitationState.WITHDRAWN
    assert row.withdrawal_reason == "人手不足。"
    assert told(MessageKind.REPLY_WITHDRAWN) == 1
    assert asking.COMPANY not in page_text(invitation)
    assert signed_in("provider2").post(address, {"reason": "x"}).status_code == 404


def test_what_was_never_said_is_not_withdrawn(invitation):
    with pytest.raises(MovedOnError):
        withdraw_reply(invitation, by=answering.member(), reason="x")
    address = reverse("matching_reply_withdraw", args=[invitation.public_id])
    assert signed_in("provider1").get(address).status_code == 302


# -- questions ----------------------------------------------------------------------------------


def test_an_answered_question_is_read_by_all_and_nobody_knows_who_asked(rivals):
    own, theirs = rivals
    answering.post(own, "question", **{"ask-text": "有几台机床？"})
    assert told(MessageKind.QUESTION_ASKED) == 1
    assert "有几台机床？" not in page_text(theirs, "provider2")
    question = Question.objects.get()
    for _click in range(2):
        answer_question(own.request, question, text="十二台。")
    assert told(MessageKind.QUESTION_ANSWERED, invitation=theirs) == 1
    assert told(MessageKind.QUESTION_ANSWERED, invitation=own) == 1
    seen = page_text(theirs, "provider2")
    assert "有几台机床？" in seen
    assert "十二台。" in seen
    assert own.provider.title not in seen
    with pytest.raises(MovedOnError):
        answer_question(own.request, question, text="十三台。")


def test_a_question_of_another_request_is_not_answered(invitation):
    question = ask_question(invitation, by=answering.member(), text="几台？")
    other = asking.ask_and_send(
        Client(), asking.offer_of("provider2"), phone="13800000001", company="演示乙公司"
    )
    with pytest.raises(MovedOnError):
        answer_question(other, question, text="五台。")


def test_five_questions_at_most_and_no_contact_data(invitation):
    refused = answering.post(invitation, "question", **{"ask-text": "请打 13912345678"})
    assert refused.status_code == 422
    for number in range(MAX_QUESTIONS + 2):
        answering.post(invitation, "question", **{"ask-text": f"问题{number}？"})
        answering.post(invitation, "question", **{"ask-text": f"问题{number}？"})
    assert Question.objects.count() == MAX_QUESTIONS


# -- who may begin nothing new ------------------------------------------------------------------


def test_a_suspended_provider_begins_nothing_but_may_decline(invitation):
    Suspension.objects.create(page=invitation.provider, reason="检查")
    answering.interested(invitation)
    answering.post(invitation, "question", **{"ask-text": "几台？"})
    assert fresh(invitation).state() == InvitationState.PENDING
    assert not Question.objects.exists()
    answering.post(invitation, "declined", **{"no-reason": "capacity", "no-message": ""})
    assert fresh(invitation).state() == InvitationState.DECLINED


def test_a_suspended_provider_does_not_change_its_quote(invitation):
    answering.interested(invitation)
    answering.quoted(invitation)
    Suspension.objects.create(page=invitation.provider, reason="检查")
    answering.quoted(invitation, **{"quote-days": "77"})
    assert Quote.objects.get().days == 30


# -- nothing of the rivals ----------------------------------------------------------------------


def test_a_provider_reads_nothing_of_its_rivals(rivals):
    own, theirs = rivals
    answering.interested(theirs, "provider2", **{"yes-message": "竞争对手的话。"})
    answering.quoted(theirs, "provider2", **{"quote-approach": "竞争对手的方案。"})
    seen = page_text(own)
    for secret in ("竞争对手的话", "竞争对手的方案", theirs.provider.title, str(theirs.public_id)):
        assert secret not in seen
    for answer in ("interested", "declined", "quote", "question", "contest"):
        assert answering.post(theirs, answer, "provider1").status_code == 404


def test_an_unknown_deed_is_refused(invitation):
    for name in ("", "chosen", "\x00"):
        assert answering.post(invitation, name).status_code == 404


def test_it_was_too_late(invitation):
    Invitation.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(MovedOnError):
        say_interested(invitation, by=answering.member(), visit_on=timezone.localdate(), message="")


# -- the list -----------------------------------------------------------------------------------


def test_the_unanswered_stand_first_and_each_state_is_counted():
    rows = [
        asking.ask_and_send(
            Client(),
            asking.offer_of("provider1"),
            phone=f"1370000000{number}",
            company=f"演示公司{number}",
        ).invitations.get()
        for number in range(3)
    ]
    answering.interested(rows[0])
    answering.post(rows[1], "declined", **{"no-reason": "capacity", "no-message": ""})
    member = signed_in("provider1")
    page = member.get(reverse("matching_inbox"))
    shown = [row.pk for row in page.context["object_list"]]
    assert shown == [rows[2].pk, rows[0].pk, rows[1].pk]
    counts = {tally["label"]: tally["count"] for tally in page.context["tallies"]}
    assert sorted(counts.values()) == [1, 1, 1, 3]
    only = member.get(page.context["tallies"][1]["url"])
    assert len(only.context["object_list"]) == 1


def test_the_list_says_by_when_the_quote_was_promised(invitation):
    answering.interested(invitation)
    row = fresh(invitation)
    assert quote_due(row) == plain_day(row.quote_due_on)
    row.quote_due_on = timezone.localdate() - timedelta(days=1)
    with translation.override("en"):
        assert quote_due(row).endswith(", overdue")
    answering.quoted(invitation)
    assert quote_due(fresh(invitation)) == ""
