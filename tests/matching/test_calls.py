""" "Call me": what anybody may ask, and what the centre does with it."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from catalog.models import SolutionPage
from marketplace.due import erase_calls
from providers.matching.calling.callbacks import ask_for_call, call_notice, count_try, finish_call
from providers.matching.lifecycle import MovedOnError
from providers.matching.limits import CALLS_AN_HOUR
from providers.matching.models import CallBack, MatchRequest, Message
from providers.matching.oversight.notes import notes_for
from providers.matching.personal_data.consent_texts import TEXT_VERSION, text_hash
from tests.matching import asking
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
PHONE = "13900007777"
SENTENCE = "想把排产弄明白。"


@pytest.fixture(autouse=True)
def unlimited():
    cache.clear()


def officer():
    return get_user_model().objects.get(username="bureau")


def wish(client: Client, address: str = "", **changes):
    data = {"phone": PHONE, "sentence": SENTENCE, "notice": "on", "homepage": "", **changes}
    return client.post(reverse("request_call") + address, data)


@pytest.fixture
def call() -> CallBack:
    ask_for_call(phone=PHONE, sentence=SENTENCE)
    return CallBack.objects.get()


# -- asking ---------------------------------------------------------------------------------------


def test_a_number_is_kept_with_the_notice_that_was_read(client):
    page = SolutionPage.objects.listed().first()
    answer = wish(client, f"?page={page.pk}")
    assert answer.url == reverse("request_call_asked")
    kept = CallBack.objects.get()
    assert (kept.phone, kept.sentence, kept.page_id) == (PHONE, SENTENCE, page.pk)
    assert (kept.notice_version, kept.notice_hash) == (TEXT_VERSION, text_hash(call_notice()))
    assert client.get(answer.url).status_code == 200


def test_the_consent_is_not_ticked_beforehand(client):
    page = client.get(reverse("request_call")).content.decode()
    assert 'name="notice"' in page
    assert "checked" not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": ""},
        {"phone": "123"},
        {"phone": "\x00"},
        {"phone": "1" * 5000},
        {"notice": ""},
        {"homepage": "https://spam.example"},
        {"sentence": "加微信 wang_2024"},
        {"sentence": "x" * 201},
        {"sentence": "a\x00b"},
    ],
)
def test_a_wrong_wish_keeps_nothing(client, changes):
    assert wish(client, **changes).status_code == 422
    assert not CallBack.objects.exists()


@pytest.mark.parametrize("page", ["0", "9" * 30, "\x00", "-1", "abc", "1"])
def test_an_odd_page_is_left_out(client, page):
    assert client.get(reverse("request_call"), {"page": page}).status_code == 200
    assert wish(client, f"?page={page}").status_code == 302
    assert CallBack.objects.get().page is None


def test_an_unpublished_page_is_not_named(client):
    hidden = SolutionPage.objects.filter(live=False).first()
    page = client.get(reverse("request_call"), {"page": hidden.pk}).content.decode()
    assert hidden.title not in page


def test_a_repeated_wish_answers_the_same_and_tells_nothing(client):
    first, second = wish(client), wish(Client(), phone=" 139 0000 7777 ", sentence="另一句。")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    # What is said with it is added for the centre.
    assert CallBack.objects.get().sentence == f"{SENTENCE}；另一句。"
    wish(Client(), phone="13900007777", sentence="另一句。")
    assert CallBack.objects.get().sentence == f"{SENTENCE}；另一句。"


def test_after_a_call_the_number_may_ask_again(call):
    finish_call(call, by=officer(), outcome="answered")
    ask_for_call(phone=PHONE)
    assert CallBack.objects.open().count() == 1


def test_a_flood_from_one_address_is_stopped(client):
    for number in range(CALLS_AN_HOUR):
        assert wish(client, phone=f"1390000100{number}").status_code == 302
    assert wish(client, phone="13900002000").status_code == 429
    assert CallBack.objects.count() == CALLS_AN_HOUR


@pytest.mark.parametrize("name", ["solution", "provider", "case"])
def test_call_me_stands_on_every_listing(client, name):
    from cases.models import CasePage

    page = {
        "solution": SolutionPage.objects.listed().first(),
        "provider": provider_of("provider1"),
        "case": CasePage.objects.listed().first(),
    }[name]
    assert f"{reverse('request_call')}?page={page.pk}" in client.get(page.url).content.decode()


def test_call_me_stands_at_the_form_and_at_an_empty_search(client):
    assert reverse("request_call") in client.get(reverse("request_new")).content.decode()
    empty = client.get("/solutions/", {"q": "查无此物查无此物"}).content.decode()
    assert reverse("request_call") in empty


# -- the call list --------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["lead", "provider1", "committee"])
def test_numbers_are_the_bureaus(call, username):
    answer = signed_in(username).get(reverse("matching_calls"))
    assert answer.status_code == 404
    assert PHONE not in answer.content.decode()


def test_the_list_shows_wishes_and_unreached_messages_the_oldest_first(client, call):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    Message.objects.create(
        key="k", kind="answered", audience="enterprise", request=request, needs_call=True
    )
    CallBack.objects.update(asked_at=timezone.now() - timedelta(days=2))
    answer = signed_in("bureau").get(reverse("matching_calls"))
    page = page_text(answer)
    assert page.index(PHONE) < page.index(asking.PHONE)
    assert len(answer.context["rows"]) == 2
    with translation.override("zh-hans"):
        label = gettext("%(label)s (%(count)s)")
        assert label % {"label": gettext("Calls to make"), "count": 2} in page


def test_a_try_is_counted_once_a_click(call):
    bureau = signed_in("bureau")
    address = reverse("matching_call_deed", args=[call.public_id])
    for _click in range(2):
        bureau.post(address, {"deed": "try", "tries": "0"})
    call.refresh_from_db()
    assert (call.tries, call.taken_by) == (1, officer())
    for tries in ("", "9" * 40, "\x00", "-1"):
        assert bureau.post(address, {"deed": "try", "tries": tries}).status_code == 302
    assert bureau.post(address, {"deed": "x"}).status_code == 404
    call.refresh_from_db()
    assert call.tries == 1


def test_a_done_call_leaves_the_list_and_stays_as_it_ended(call):
    bureau = signed_in("bureau")
    address = reverse("matching_call_done", args=[call.public_id])
    assert bureau.post(address, {"outcome": ""}).status_code == 422
    assert bureau.post(address, {"outcome": "request"}).status_code == 422
    bureau.post(address, {"outcome": "answered"})
    bureau.post(address, {"outcome": "unwanted"})
    call.refresh_from_db()
    assert call.outcome == "answered"
    with pytest.raises(MovedOnError):
        count_try(call, by=officer())
    assert not CallBack.objects.open().exists()


def test_what_was_told_by_phone_leaves_the_list_with_a_note(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    Message.objects.create(
        key="k", kind="answered", audience="enterprise", request=request, needs_call=True
    )
    address = reverse("matching_request_told", args=[request.reference])
    bureau = signed_in("bureau")
    bureau.post(address, {"outcome": "unreached"})
    assert Message.objects.to_call().exists()
    bureau.post(address, {"outcome": "reached"})
    bureau.post(address, {"outcome": "reached"})
    assert not Message.objects.to_call().exists()
    assert len(notes_for(request, officer())) == 2


def test_the_list_takes_a_constant_number_of_queries(call):
    bureau = signed_in("bureau")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            bureau.get(reverse("matching_calls"))
        return len(captured)

    page = SolutionPage.objects.listed().first()
    CallBack.objects.update(page=page, taken_by=officer())
    queries()
    one = queries()
    others = SolutionPage.objects.listed()[1:4]
    for number, other in enumerate(others):
        ask_for_call(phone=f"1390000800{number}", page=other)
    CallBack.objects.update(taken_by=officer())
    assert queries() == one


# -- a request made together ----------------------------------------------------------------------


def together(bureau: Client, call: CallBack) -> MatchRequest:
    bureau.post(reverse("matching_call_request", args=[call.public_id]))
    assert asking.need(bureau).status_code == 302
    key = asking.offer_of("provider1")
    assert asking.whom(bureau, key, consent=(key,)).status_code == 302
    assert asking.contact(bureau, phone=PHONE).status_code == 302
    return MatchRequest.objects.latest("pk")


def is_marked_assisted(client: Client) -> bool:
    """Whether the first step says that it is filled in for somebody else."""
    with translation.override("zh-hans"):
        words = gettext("Filled in for an enterprise on the phone")
    return words in client.get(reverse("request_new")).content.decode()


def test_the_form_opens_filled_in_with_what_was_said(call):
    page = SolutionPage.objects.listed().first()
    CallBack.objects.update(page=page)
    bureau = signed_in("bureau")
    address = reverse("matching_call_request", args=[call.public_id])
    assert bureau.get(address).status_code == 200
    assert asking.draft_of(bureau) is None
    answer = bureau.post(address)
    assert page.slug in answer.url
    draft = asking.draft_of(bureau)
    assert draft.answers("contact")["phone"] == PHONE
    assert draft.answers("need")["sentence"] == SENTENCE
    assert is_marked_assisted(bureau)
    asking.need(bureau)
    asking.whom(bureau, asking.offer_of("provider1"))
    assert PHONE in bureau.get(reverse("request_contact")).content.decode()


def test_the_officer_stands_beside_request_and_consents(call):
    bureau = signed_in("bureau")
    made = together(bureau, call)
    assert made.assisted_by == officer()
    assert made.consents.count() == 2
    assert {consent.noted_by for consent in made.consents.all()} == {officer()}
    call.refresh_from_db()
    assert (call.outcome, call.request) == ("request", made)
    done = bureau.get(reverse("request_done", args=[made.reference])).content.decode()
    assert reverse("matching_call_handed", args=[made.reference]) in done


def test_read_out_once_the_request_is_closed_in_the_officers_browser(call):
    bureau = signed_in("bureau")
    made = together(bureau, call)
    bureau.post(reverse("matching_call_handed", args=[made.reference]))
    assert bureau.get(reverse("request_done", args=[made.reference])).status_code == 404
    assert bureau.get(reverse("request_page", args=[made.reference])).status_code == 404


def test_an_officers_own_request_is_nobodys_draft(call):
    bureau = signed_in("bureau")
    bureau.post(reverse("matching_call_request", args=[call.public_id]))
    bureau.post(reverse("request_discard"))
    made = asking.ask(bureau, asking.offer_of("provider1"))
    assert made.assisted_by is None
    assert not made.consents.filter(noted_by__isnull=False).exists()


def test_what_the_enterprise_types_itself_is_its_own(client):
    made = asking.ask(client, asking.offer_of("provider1"))
    assert made.assisted_by is None
    assert not is_marked_assisted(client)


# -- retention ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_days", "done_days", "is_kept"),
    [(1, None, True), (29, 29, True), (31, 30, False), (89, None, True), (90, None, False)],
)
def test_number_and_sentence_go_in_time(call, asked_days, done_days, is_kept):
    now = timezone.now()
    CallBack.objects.update(asked_at=now - timedelta(days=asked_days))
    if done_days:
        CallBack.objects.update(done_at=now - timedelta(days=done_days), outcome="answered")
    assert erase_calls(now) == int(not is_kept)
    assert erase_calls(now) == 0
    call.refresh_from_db()
    assert bool(call.phone) is is_kept
    assert bool(call.sentence) is is_kept
    assert is_kept or call.outcome
