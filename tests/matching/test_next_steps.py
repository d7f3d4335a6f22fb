"""What a request waits for: said to the enterprise, marked and counted for the office."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from providers.matching.models import Choice, MatchRequest, RequestState, Turn
from providers.matching.oversight.admin_hooks import requests_menu_item
from providers.matching.oversight.home_panels import inbox_panel
from providers.matching.oversight.views import RequestsView
from providers.matching.own_page.next_steps import invitation_label, next_steps, state_words
from providers.matching.wording import beijing_time, plain_day
from tests.matching import asking
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
NAMES = ("provider1", "provider2")


@pytest.fixture
def request_row() -> MatchRequest:
    """A request to two providers, the first of which may know who asks."""
    keys = [asking.offer_of(name) for name in NAMES]
    return asking.ask_and_send(Client(), *keys, consent=keys[:1])


def answer(request: MatchRequest, username: str, **fields) -> None:
    request.invitations.filter(provider=provider_of(username)).update(**fields)


def is_interested(request: MatchRequest, username: str) -> None:
    day = timezone.localdate() + timedelta(days=2)
    answer(request, username, interested_at=timezone.now(), visit_on=day)


def declines(request: MatchRequest, username: str) -> None:
    answer(request, username, declined_at=timezone.now(), decline_reason="scope")


def is_late(request: MatchRequest, username: str) -> None:
    answer(request, username, deadline_at=timezone.now() - timedelta(days=1))


def is_chosen(request: MatchRequest, **work) -> None:
    invitation = request.invitations.get()
    before = timezone.now() - timedelta(days=1)
    Choice.objects.create(request=request, invitation=invitation, chosen_at=before, **work)


def read(request: MatchRequest) -> str:
    request = MatchRequest.objects.get(pk=request.pk)
    with translation.override("en"):
        return " ".join(
            [str(state_words(request)), *next_steps(request, request.invitations.with_consent())]
        )


def test_while_it_waits_it_says_for_whom_and_until_when(request_row):
    with translation.override("en"):
        until = beijing_time(request_row.invitations.first().deadline_at)
    sentences = read(request_row)
    assert until in sentences
    assert all(provider_of(name).title in sentences for name in NAMES)
    declines(request_row, "provider2")
    assert provider_of("provider2").title not in read(request_row)


def test_with_interest_it_is_the_enterprises_turn(request_row):
    is_interested(request_row, "provider1")
    sentences = read(request_row)
    assert "1 provider is interested" in sentences
    assert "since you consented" in sentences
    assert "Waiting for the answer" in sentences
    is_interested(request_row, "provider2")
    sentences = read(request_row)
    assert "2 providers are interested" in sentences
    assert f"{provider_of('provider2').title} cannot see who you are" in sentences
    assert "Waiting" not in sentences


def test_refused_by_all_it_says_so_and_names_the_ways_on(request_row):
    for name in NAMES:
        declines(request_row, name)
    assert read(request_row).startswith("declined by all")
    page = (
        asking.open_elsewhere(request_row)
        .get(reverse("request_page", args=[request_row.reference]))
        .content.decode()
    )
    notice = page.split("notice--warn", 1)[1].split("</div>")[0]
    for name in ("request_widen", "request_ask_centre"):
        assert reverse(name, args=[request_row.reference]) in notice
    is_late(request_row, "provider1")
    answer(request_row, "provider1", declined_at=None, decline_reason="")
    assert read(request_row).startswith("no provider takes it on")


def test_before_it_is_sent_no_provider_is_awaited(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    with translation.override("en"):
        assert invitation_label(request.invitations.get()) == "to be sent"
        assert next_steps(request, []) == []
    [shown] = client.get(reverse("request_page", args=[request.reference])).context["others"]
    assert shown.label != shown.state.label


@pytest.fixture
def one_of_each() -> dict[str | None, MatchRequest]:
    """A request for every turn, and two that wait for nobody any more or yet."""

    def made(number: int, *names: str) -> MatchRequest:
        keys = [asking.offer_of(name) for name in names]
        contact = {"phone": f"1390000000{number}", "company": f"演示公司{number}"}
        return asking.ask_and_send(Client(), *keys, **contact)

    rows = {turn: made(number, "provider1") for number, turn in enumerate(Turn)}
    rows[Turn.CENTRE].invitations.all().delete()
    MatchRequest.objects.filter(pk=rows[Turn.CENTRE].pk).update(wants_advice=True)
    is_interested(rows[Turn.ENTERPRISE], "provider1")
    is_late(rows[Turn.NOBODY], "provider1")
    is_chosen(rows[Turn.WORK])
    now = timezone.now()
    is_chosen(rows[Turn.OFFICE], contracted_at=now, contracted_wan=3, disputed_at=now)
    withdrawn = made(8, "provider1")
    MatchRequest.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    asking.ask(Client(), asking.offer_of("provider1"), phone="13900000009", company="演示公司9")
    return rows


@pytest.mark.parametrize("turn", list(Turn))
def test_the_filter_and_the_turn_agree(one_of_each, turn):
    found = {row for row in MatchRequest.objects.all() if row.turn() == turn}
    assert set(MatchRequest.objects.whose_turn(turn)) == found == {one_of_each[turn]}
    overview = signed_in("bureau").get(reverse("matching_requests") + f"?turn={turn.value}")
    page = overview.content.decode()
    shown = {row for row in MatchRequest.objects.all() if row.reference in page}
    assert shown == {one_of_each[turn]}


def test_the_overview_shows_who_was_asked_and_until_when(request_row):
    declines(request_row, "provider2")
    page = signed_in("bureau").get(reverse("matching_requests")).content.decode()
    with translation.override("zh-hans"):
        assert beijing_time(request_row.invitations.first().deadline_at) in page
    assert all(provider_of(name).title in page for name in NAMES)
    assert requests_menu_item().label == RequestsView.page_title


def sentences(username: str) -> list[tuple[str, str]]:
    with translation.override("en"):
        request = RequestFactory().get("/")
        request.user = get_user_model().objects.get(username=username)
        panel = inbox_panel(request)
        return panel.items if panel else []


def test_a_member_reads_on_the_first_page_what_waits(request_row):
    [(sentence, address)] = sentences("provider1")
    with translation.override("en"):
        until = beijing_time(request_row.invitations.first().deadline_at)
    assert sentence == f"1 request waits for your answer, until {until}"
    assert address == reverse("matching_inbox")
    home = signed_in("provider1").get(reverse("wagtailadmin_home"))
    assert address in home.content.decode().split("<main", 1)[1]
    declines(request_row, "provider1")
    assert sentences("provider1") == []


def test_the_office_reads_what_is_stuck(one_of_each):
    shown, bureau = sentences("bureau"), signed_in("bureau")
    starts = {Turn.CENTRE: "1 request waits for the centre", Turn.NOBODY: "1 request was declined"}
    for turn, start in starts.items():
        [address] = [address for sentence, address in shown if sentence.startswith(start)]
        assert one_of_each[turn].reference in bureau.get(address).content.decode()


def test_editing_asks_before_it_replaces_another_draft(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    asking.need(client, sentence="另一件没发出的事。")
    address = reverse("request_edit", args=[request.reference])
    answer = client.post(address)
    assert answer.status_code == 409
    assert answer.context["here_url"] in answer.content.decode()
    request.refresh_from_db()
    assert request.state() == RequestState.SUBMITTED
    assert "另一件没发出的事。" in client.get(reverse("request_new")).content.decode()
    assert client.post(address, {"replace": "1"}).url == reverse("request_new")
    assert asking.NEED["sentence"] in client.get(reverse("request_new")).content.decode()
    other = Client()
    other.get(answer.context["here_url"])
    assert "另一件没发出的事。" in other.get(reverse("request_new")).content.decode()


def test_editing_again_goes_on_with_what_was_changed(client):
    request = asking.ask(client, asking.offer_of("provider1"))
    address = reverse("request_edit", args=[request.reference])
    client.post(address)
    asking.need(client, sentence="改到一半。")
    assert client.post(address).url == reverse("request_new")
    assert "改到一半。" in client.get(reverse("request_new")).content.decode()


def test_one_way_to_write_moments_and_days(monkeypatch):
    moment = datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC)
    monkeypatch.setattr(timezone, "localdate", lambda: moment.date())
    with translation.override("en"), timezone.override("America/New_York"):
        assert beijing_time(moment) == "Thu 26 Nov, 23:59 Beijing time"
        assert plain_day(moment.date()) == "Thu 26 Nov"
        assert beijing_time(moment.replace(year=2027)) == "Fri 26 Nov 2027, 23:59 Beijing time"


def test_required_fields_say_what_is_missing(client):
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        errors = asking.need(client, headcount_band="").context["form"].errors
        assert errors["headcount_band"] == ["Please choose how many people work in the company."]
        form = asking.need(client, sentence="加微信 wang_2024，电话 13900001234").context["form"]
        assert len(form.errors["sentence"]) == 2
        asking.need(client)
        asking.whom(client, asking.offer_of("provider1"))
        form = asking.contact(client, company="", phone="", contact_name="").context["form"]
        generic = "This field is required."
        assert not any(generic in errors for errors in form.errors.values())
