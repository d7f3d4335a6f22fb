"""What the office sees of requests and does beside them; what the lead provider never sees."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from catalog.workdays import WorkCalendar
from providers.matching.advising.helping import agree_to_help, finish_help, offer_help, refuse_help
from providers.matching.lifecycle import MovedOnError, withdraw_request
from providers.matching.models import (
    Advice,
    Choice,
    Enterprise,
    EventKind,
    Intervention,
    Invitation,
    MatchRequest,
    Message,
    MessageKind,
    Quote,
    Side,
    note,
)
from providers.matching.oversight.notes import add_note, notes_for
from providers.matching.oversight.overdue import Lateness, overdue
from providers.matching.oversight.verifying import (
    take_back_company,
    take_back_phone,
    verify_company,
    verify_phone,
)
from providers.matching.oversight.waiting import wait_of, waiting_times
from providers.matching.own_page.timeline import words_of
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
SECRETS = ("保密报价思路", "保密答复", "88.77")
FORMULA = "=1+2"


def user(name: str):
    return get_user_model().objects.get(username=name)


@pytest.fixture
def quoted(client) -> Invitation:
    """A request of which one provider has quoted in words and figures that rivals must not see."""
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    invitation = request.invitations.get()
    now = timezone.now()
    invitation.interested_at, invitation.quoted_at = now, now
    invitation.visit_on, invitation.message = timezone.localdate(), SECRETS[1]
    invitation.save()
    Quote.objects.create(
        invitation=invitation,
        price_min_wan=Decimal("88.77"),
        price_max_wan=Decimal("99"),
        days=30,
        approach=SECRETS[0],
        valid_until=timezone.localdate() + timedelta(days=30),
    )
    note(request, EventKind.QUOTED, Side.PROVIDER, invitation=invitation)
    return invitation


def page_of(request: MatchRequest) -> str:
    return reverse("matching_request", args=[request.reference])


def lead_pages(request: MatchRequest) -> list[str]:
    names = ("matching_requests", "matching_requests_late", "matching_requests_waiting")
    names += ("matching_requests_export", "wagtailadmin_home")
    return [page_of(request), *map(reverse, names)]


# -- who sees what --------------------------------------------------------------------------------


def test_the_lead_sees_neither_who_asks_nor_what_a_rival_offers(quoted):
    request, lead = quoted.request, signed_in("lead")
    add_note(request, by=user("bureau"), text=f"已致电{asking.COMPANY}。")
    offered = offer_help(request, by=user("bureau"), kind="visit", text=f"走访{asking.COMPANY}。")
    agree_to_help(offered)
    finish_help(offered, by=user("bureau"), result=f"与{asking.COMPANY}谈妥。")
    for address in lead_pages(request):
        answer = lead.get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        for secret in (*SECRETS, asking.COMPANY, asking.PHONE, "王厂长"):
            assert secret not in text, address
    assert request.reference in lead.get(page_of(request)).content.decode()


@pytest.mark.parametrize("username", ["bureau", "committee"])
def test_bureau_and_committee_see_all(quoted, username):
    text = signed_in(username).get(page_of(quoted.request)).content.decode()
    assert asking.COMPANY in text
    assert SECRETS[1] in text
    assert SECRETS[2] in text


def test_the_lead_is_recused_where_its_partner_is_proposed(quoted):
    lead = signed_in("lead")
    assert lead.get(page_of(quoted.request)).status_code == 200
    Advice.objects.create(request=quoted.request, provider=provider_of("lead"), reason="诊断。")
    assert lead.get(page_of(quoted.request)).status_code == 404
    note_address = reverse("matching_request_note", args=[quoted.request.reference])
    assert lead.post(note_address, {"note-text": "看见了"}).status_code == 404
    assert quoted.request.reference not in lead.get(reverse("matching_requests")).content.decode()


def test_the_roster_is_told_to_the_bureau_only(client):
    entry = Enterprise.objects.filter(pilot_list__isnull=False, batch=1).first()
    request = asking.ask_and_send(client, asking.offer_of("provider1"), uscc=entry.uscc)
    assert request.roster_entry == entry
    bureau = signed_in("bureau").get(page_of(request))
    assert bureau.context["roster"] == entry
    assert entry.get_batch_display() in bureau.content.decode()
    for username in ("committee", "lead"):
        answer = signed_in(username).get(page_of(request))
        assert answer.context["roster"] is None
        assert entry.get_batch_display() not in answer.content.decode()
    own = client.get(reverse("request_page", args=[request.reference])).content.decode()
    member = signed_in("provider1")
    inbox = reverse("matching_invitation", args=[request.invitations.get().public_id])
    for text in (own, member.get(inbox).content.decode()):
        assert entry.get_batch_display() not in text


@pytest.mark.parametrize(
    "name",
    [
        "matching_requests_late",
        "matching_requests_waiting",
        "matching_requests_export",
    ],
)
def test_members_have_no_oversight(quoted, name):
    assert signed_in("provider2").get(reverse(name)).status_code == 404


# -- the list -------------------------------------------------------------------------------------


def table(client: Client, **query) -> list[list[str]]:
    answer = client.get(reverse("matching_requests_export"), query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_export_names_nobody_and_holds_no_formula(quoted):
    MatchRequest.objects.update(township=FORMULA)
    for username in ("bureau", "committee", "lead"):
        rows = table(signed_in(username))
        assert len(rows) == 2
        assert rows[1][0] == quoted.request.reference
        assert f"'{FORMULA}" in rows[1]
        flat = "".join(cell for row in rows for cell in row)
        for secret in (*SECRETS, asking.COMPANY, asking.PHONE, "王厂长", asking.NEED["sentence"]):
            assert secret not in flat


def test_the_export_is_what_the_filters_left(quoted):
    assert len(table(signed_in("bureau"), kind="diagnosis")) == 1
    assert len(table(signed_in("bureau"), kind="solution")) == 2


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"kind": "solution"}, True),
        ({"kind": "policy"}, False),
        ({"turn": "enterprise"}, True),
        ({"turn": "office"}, False),
        ({"industry": "textile"}, True),
        ({"wants_advice": "true"}, False),
        ({"assisted": "true"}, False),
        ({"late": "false"}, True),
        ({"late": "true"}, False),
        ({"withdrawn": "false"}, True),
        ({"sent_from": "2000-01-01"}, True),
        ({"reference": "\x00"}, None),
        ({"provider": "9" * 30}, None),
        ({"sent_from": "9999-99-99"}, None),
    ],
)
def test_the_filters(quoted, query, finds):
    answer = signed_in("bureau").get(reverse("matching_requests"), query)
    # A query that no address can hold is refused as such.
    assert answer.status_code in ((200,) if finds is not None else (200, 400))
    if finds is not None:
        assert (quoted.request.reference in answer.content.decode()) is finds


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "name",
    [
        "matching_requests",
        "matching_requests_export",
        "matching_requests_late",
        "matching_requests_waiting",
        "wagtailadmin_home",
    ],
)
def test_lists_take_a_constant_number_of_queries(quoted, name):
    bureau, address = signed_in("bureau"), reverse(name)

    def ask_in_vain(number: int) -> None:
        asking.ask_and_send(
            Client(),
            asking.offer_of("provider1"),
            asking.offer_of("provider2"),
            phone=f"1380000000{number}",
            company=f"演示公司{number}",
        )
        Invitation.objects.update(deadline_at=timezone.now() - timedelta(days=1))

    ask_in_vain(0)
    count_queries(bureau, address)
    one = count_queries(bureau, address)
    for number in range(1, 4):
        ask_in_vain(number)
    count_queries(bureau, address)
    assert count_queries(bureau, address) == one


# -- what is late ---------------------------------------------------------------------------------


def kinds(now: datetime | None = None) -> list[str]:
    return [row.kind for row in overdue(MatchRequest.objects.visible_to(user("bureau")), now)]


def test_what_is_late_is_told_by_its_kind(client, quoted):
    assert kinds() == []
    request, later = quoted.request, timezone.now() + timedelta(days=60)
    Invitation.objects.update(quoted_at=None, quote_due_on=timezone.localdate())
    assert kinds(later) == [Lateness.QUOTE]
    Invitation.objects.update(interested_at=None, visit_on=None, quote_due_on=None)
    assert kinds(later) == [Lateness.UNANSWERED]
    Invitation.objects.update(declined_at=timezone.now(), decline_reason="capacity")
    assert kinds(later) == []
    MatchRequest.objects.update(wants_advice=True)
    assert kinds(later) == [Lateness.ADVICE]
    choice = Choice.objects.create(request=request, invitation=quoted)
    assert kinds(later) == [Lateness.CONFIRMATION]
    now = choice.chosen_at
    Choice.objects.update(contracted_at=now, contracted_wan=9)
    assert kinds(later) == []
    Choice.objects.update(handed_over_at=now)
    assert kinds(later) == [Lateness.HAND_OVER]
    assert kinds(now + timedelta(days=9)) == []
    Choice.objects.update(disputed_at=now)
    assert kinds(later) == [Lateness.DISPUTE]
    Choice.objects.update(disputed_at=None, handed_over_at=None, accepted_at=now)
    assert kinds(later) == []
    page = signed_in("bureau").get(reverse("matching_requests_late"), {"kind": "\x00"})
    assert page.status_code == 200


def test_a_withdrawn_request_is_late_nowhere(quoted):
    Invitation.objects.update(
        interested_at=None, quoted_at=None, visit_on=None, deadline_at=timezone.now()
    )
    withdraw_request(quoted.request)
    assert kinds(timezone.now() + timedelta(days=30)) == []


# -- waiting times --------------------------------------------------------------------------------


def test_the_median_counts_working_hours_only(quoted):
    zone = timezone.get_default_timezone()
    friday, monday = datetime(2026, 3, 6, 16, tzinfo=zone), datetime(2026, 3, 9, 10, tzinfo=zone)
    rows = [Invitation(invited_at=friday, interested_at=monday) for _row in range(3)]
    assert wait_of("", rows, WorkCalendar()).hours == 2
    assert wait_of("", rows[:2], WorkCalendar()).hours is None


def test_the_median_is_told_from_three_answers_on(quoted):
    def told() -> list[tuple[str, int]]:
        _all, each = waiting_times(MatchRequest.objects.all())
        return [(row.label, row.answers) for row in each]

    assert told() == []
    for number in range(2):
        request = asking.ask_and_send(
            Client(),
            asking.offer_of("provider1"),
            phone=f"1380000000{number}",
            company=f"演示公司{number}",
        )
        request.invitations.update(declined_at=timezone.now(), decline_reason="capacity")
    name = provider_of("provider1").title
    assert told() == [(name, 3)]
    waiting = reverse("matching_requests_waiting")
    assert name in signed_in("bureau").get(waiting).content.decode()
    assert name not in signed_in("lead").get(waiting).content.decode()


# -- notes ----------------------------------------------------------------------------------------


def test_a_note_is_kept_once_and_read_by_its_side(quoted):
    request, address = quoted.request, None
    address = reverse("matching_request_note", args=[request.reference])
    for username in ("bureau", "lead"):
        client = signed_in(username)
        for _click in range(2):
            assert client.post(address, {"note-text": f"{username}记下。"}).status_code == 302
    assert request.notes.count() == 2
    assert [row.side for row in notes_for(request, user("lead"))] == [Side.LEAD]
    assert len(notes_for(request, user("committee"))) == 2
    for text in ("", " ", "长" * 1001, "\x00"):
        assert signed_in("bureau").post(address, {"note-text": text}).status_code == 422
    assert signed_in("provider1").post(address, {"note-text": "x"}).status_code == 404


# -- help -----------------------------------------------------------------------------------------


@pytest.fixture
def offered(quoted) -> Intervention:
    return offer_help(quoted.request, by=user("bureau"), kind="mediate", text="一起坐下来谈。")


def decide(client: Client, offer: Intervention, decision: str):
    address = reverse("request_help", args=[offer.request.reference, offer.pk])
    return client.post(address, {"decision": decision})


def test_help_is_given_only_after_the_enterprise_agreed(client, offered):
    with pytest.raises(MovedOnError):
        finish_help(offered, by=user("bureau"), result="谈妥了。")
    assert decide(client, offered, "agree").status_code == 302
    assert decide(client, offered, "agree").status_code == 302
    finish_help(offered, by=user("bureau"), result="谈妥了。")
    offered.refresh_from_db()
    assert offered.done_at
    events = offered.request.events.filter(kind__startswith="intervention")
    assert [event.kind for event in events] == [
        EventKind.INTERVENTION_PROPOSED,
        EventKind.INTERVENTION_AGREED,
        EventKind.INTERVENTION_DONE,
    ]
    with pytest.raises(MovedOnError):
        refuse_help(offered)


def test_refused_help_is_not_given(client, offered):
    decide(client, offered, "refuse")
    with pytest.raises(MovedOnError):
        finish_help(offered, by=user("bureau"), result="谈妥了。")
    with pytest.raises(MovedOnError):
        agree_to_help(offered)
    assert decide(client, offered, "x").status_code == 404


def test_an_agreement_is_taken_back_before_the_help(client, offered):
    decide(client, offered, "agree")
    decide(client, offered, "refuse")
    offered.refresh_from_db()
    assert offered.refused_at
    assert offered.agreed_at is None


def test_a_double_click_offers_once_and_tells_once(offered):
    offer_help(offered.request, by=user("bureau"), kind="mediate", text="一起坐下来谈。")
    assert offered.request.interventions.count() == 1
    assert offered.request.messages.filter(kind=MessageKind.HELP_OFFERED).count() == 1


def test_the_lead_offers_to_call_a_provider_only_and_is_told(client, quoted):
    address = reverse("matching_request_help", args=[quoted.request.reference])
    lead = signed_in("lead")
    assert lead.post(address, {"help-kind": "visit", "help-text": "去看看。"}).status_code == 422
    assert lead.post(address, {"help-kind": "call", "help-text": "催一下。"}).status_code == 302
    offer = quoted.request.interventions.get()
    assert offer.side == Side.LEAD
    decide(client, offer, "agree")
    told = Message.objects.filter(kind=MessageKind.HELP_ANSWERED, user=user("lead"))
    assert told.count() == 1
    done = reverse("matching_request_help_done", args=[quoted.request.reference, offer.pk])
    assert lead.get(done).status_code == 200
    assert lead.post(done, {"result": "已催。"}).status_code == 302
    assert lead.get(done).status_code == 404


def test_the_lead_does_not_finish_the_bureaus_help(client, offered):
    decide(client, offered, "agree")
    done = reverse("matching_request_help_done", args=[offered.request.reference, offered.pk])
    assert signed_in("lead").get(done).status_code == 404
    assert signed_in("committee").get(done).status_code == 200


def test_help_is_answered_with_the_code_only(offered):
    assert decide(Client(), offered, "agree").status_code == 404
    offered.refresh_from_db()
    assert offered.agreed_at is None


def test_another_requests_help_is_not_answered(offered):
    other = Client()
    theirs = asking.ask_and_send(
        other, asking.offer_of("provider2"), phone="13900005678", company="演示乙公司"
    )
    address = reverse("request_help", args=[theirs.reference, offered.pk])
    assert other.post(address, {"decision": "agree"}).status_code == 404
    nobodys = reverse("request_help", args=[theirs.reference, 999999999])
    assert other.post(nobodys, {"decision": "agree"}).status_code == 404


def test_after_the_end_no_help_is_offered(quoted):
    withdraw_request(quoted.request)
    with pytest.raises(MovedOnError):
        offer_help(quoted.request, by=user("bureau"), kind="call", text="催一下。")


# -- verification ---------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["phone", "company"])
def test_the_officer_marks_and_takes_back_with_a_reason(quoted, what):
    request, bureau = quoted.request, signed_in("bureau")
    address = reverse(f"matching_request_verify_{what}", args=[request.reference])
    for username in ("committee", "lead", "provider1"):
        assert signed_in(username).post(address).status_code == 404
    assert bureau.get(address).status_code == 200
    assert bureau.post(address).status_code == 302
    request.refresh_from_db()
    assert getattr(request, f"{what}_verified_at")
    assert getattr(request, f"{what}_verified_by") == user("bureau")
    assert bureau.post(address, {"reason": ""}).status_code == 422
    assert bureau.post(address, {"reason": "号码已停机。"}).status_code == 302
    request.refresh_from_db()
    assert getattr(request, f"{what}_verified_at") is None
    assert "号码已停机。" in request.notes.get().text


def test_marks_are_written_once(quoted):
    request, by = quoted.request, user("bureau")
    for deed in (verify_phone, verify_phone, verify_company):
        deed(request, by=by)
    assert request.events.filter(kind=EventKind.PHONE_VERIFIED).count() == 1
    request.refresh_from_db()
    assert request.is_verified
    for deed in (take_back_phone, take_back_phone, take_back_company):
        deed(request, by=by, reason="有误。")
    marked, taken_back = request.events.filter(kind=EventKind.PHONE_VERIFIED)
    with translation.override("en"):
        assert "verified your phone" in words_of(marked)
        assert "no longer" in words_of(taken_back)


def test_what_was_not_sent_is_not_verified(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    with pytest.raises(MovedOnError):
        verify_phone(request, by=user("bureau"))
