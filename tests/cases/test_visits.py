"""“Ask to visit”: what anybody may ask, and what the centre does with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cases.models import CasePage
from cases.visiting.views import VISITS_AN_HOUR, WEEKS, week_words, weeks_ahead
from marketplace.due import erase_calls
from providers.matching.calling.callbacks import ask_for_call, ask_for_visit, visit_notice
from providers.matching.models import CallBack
from providers.matching.personal_data.consent_texts import TEXT_VERSION, text_hash
from tests.matching import asking
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
PHONE = "13900006666"
COMPANY = "演示来访五金有限公司"


@pytest.fixture(autouse=True)
def unlimited():
    cache.clear()


def case() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def monday(number: int = 0) -> date:
    return weeks_ahead(timezone.localdate())[number]


def wish(client: Client, page: CasePage | None = None, **changes):
    data = {
        "company": COMPANY,
        "phone": PHONE,
        "week": monday().isoformat(),
        "people": "3",
        "notice": "on",
        "homepage": "",
        **changes,
    }
    return client.post(reverse("case_visit", args=[(page or case()).slug]), data)


@pytest.fixture
def visit() -> CallBack:
    ask_for_visit(phone=PHONE, company=COMPANY, week_of=monday(1), people=4, page=case())
    return CallBack.objects.get()


# -- asking ---------------------------------------------------------------------------------------


def test_a_wish_is_kept_with_the_notice_that_was_read(client):
    form = client.get(reverse("case_visit", args=[case().slug])).content.decode()
    assert 'name="notice"' in form
    assert "checked" not in form
    answer = wish(client)
    assert answer.url == reverse("case_visit_asked")
    kept = CallBack.objects.get()
    assert (kept.kind, kept.phone, kept.company) == ("visit", PHONE, COMPANY)
    assert (kept.week_of, kept.people, kept.page_id) == (monday(), 3, case().pk)
    assert (kept.notice_version, kept.notice_hash) == (TEXT_VERSION, text_hash(visit_notice()))
    done = client.get(answer.url)
    assert done.status_code == 200
    assert PHONE not in done.content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"company": ""},
        {"company": "x" * 121},
        {"company": "加微信 wang_2024"},
        {"phone": ""},
        {"phone": "123"},
        {"phone": "\x00"},
        {"week": ""},
        {"week": "2020-01-06"},
        {"week": "not a day"},
        {"week": "9" * 40},
        {"people": ""},
        {"people": "0"},
        {"people": "61"},
        {"people": "-3"},
        {"people": "9" * 40},
        {"notice": ""},
        {"homepage": "https://spam.example"},
    ],
)
def test_a_wrong_wish_keeps_nothing_and_shows_what_was_typed(client, changes):
    answer = wish(client, **changes)
    assert answer.status_code == 422
    assert not CallBack.objects.exists()
    page = answer.content.decode()
    assert "error-summary" in page
    if "company" not in changes:
        assert COMPANY in page


def test_only_public_cases_are_visited(client):
    hidden = CasePage.objects.filter(live=False).first()
    assert wish(client, hidden).status_code == 404
    for slug in ("nothing-of-the-kind", "x" * 300):
        assert client.get(reverse("case_visit", args=[slug])).status_code == 404
    assert not CallBack.objects.exists()


def test_the_weeks_offered_are_the_coming_ones():
    for today in (date(2026, 12, 1), date(2026, 12, 6), date(2026, 12, 7)):
        weeks = weeks_ahead(today)
        assert len(weeks) == WEEKS
        assert all(week.weekday() == 0 for week in weeks)
        assert timedelta(0) < weeks[0] - today <= timedelta(days=7)
    with translation.override("en"):
        assert week_words(date(2026, 12, 28)) == "2026-12-28 to 2027-01-01"
        assert week_words(date(2026, 12, 7)) == "2026-12-07 to 12-11"


def test_a_repeated_wish_answers_the_same_and_the_latest_counts(client):
    first = wish(client)
    second = wish(Client(), phone=" 139 0000 6666 ", week=monday(3).isoformat(), people="5")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    kept = CallBack.objects.get()
    assert (kept.week_of, kept.people) == (monday(3), 5)


def test_a_wish_to_visit_and_one_to_be_called_stand_side_by_side(client):
    ask_for_call(phone=PHONE, sentence="想问奖补。")
    wish(client)
    wish(client, CasePage.objects.listed().order_by("pk").last())
    assert sorted(CallBack.objects.values_list("kind", flat=True)) == ["call", "visit", "visit"]
    assert CallBack.objects.get(kind="call").sentence == "想问奖补。"


def test_a_flood_from_one_address_is_stopped(client):
    for number in range(VISITS_AN_HOUR):
        assert wish(client, phone=f"139000030{number:02}").status_code == 302
    assert wish(client, phone="13900004000").status_code == 429
    assert CallBack.objects.count() == VISITS_AN_HOUR


@pytest.mark.parametrize(
    "wrong", [{"people": None}, {"week_of": None}, {"people": 0}, {"kind": "call"}]
)
def test_the_database_refuses_half_a_visit(visit, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBack.objects.update(**wrong)


# -- the call list --------------------------------------------------------------------------------


def test_the_centre_reads_who_would_come_and_nobody_else(visit):
    page = page_text(signed_in("bureau").get(reverse("matching_calls")))
    for said in (PHONE, COMPANY, case().title):
        assert said in page
    for username in ("lead", "committee", "provider1", "provider2"):
        answer = signed_in(username).get(reverse("matching_calls"))
        assert answer.status_code == 404
        assert COMPANY not in answer.content.decode()
    assert COMPANY not in Client().get(case().url).content.decode()


def test_it_ends_as_visits_end(visit):
    bureau = signed_in("bureau")
    address = reverse("matching_call_done", args=[visit.public_id])
    for wrong in ("", "answered", "request"):
        assert bureau.post(address, {"outcome": wrong}).status_code == 422
    assert bureau.post(address, {"outcome": "arranged"}).status_code == 302
    visit.refresh_from_db()
    assert visit.outcome == "arranged"
    assert not CallBack.objects.open().exists()


def test_a_call_does_not_end_as_a_visit():
    ask_for_call(phone=PHONE)
    address = reverse("matching_call_done", args=[CallBack.objects.get().public_id])
    assert signed_in("bureau").post(address, {"outcome": "arranged"}).status_code == 422


def test_a_request_made_of_it_is_filled_in(visit):
    bureau = signed_in("bureau")
    answer = bureau.post(reverse("matching_call_request", args=[visit.public_id]))
    assert f"case={case().slug}" in answer.url
    contact = asking.draft_of(bureau).answers("contact")
    assert (contact["phone"], contact["company"]) == (PHONE, COMPANY)


# -- retention ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("week_days_ago", "done_days", "is_kept"),
    [(-80, None, True), (89, None, True), (90, None, False), (0, 29, True), (-80, 30, False)],
)
def test_who_would_come_is_forgotten_in_time(visit, week_days_ago, done_days, is_kept):
    now = timezone.now()
    CallBack.objects.update(
        asked_at=now - timedelta(days=120),
        week_of=timezone.localdate(now) - timedelta(days=week_days_ago),
    )
    if done_days is not None:
        CallBack.objects.update(done_at=now - timedelta(days=done_days), outcome="arranged")
    assert erase_calls(now) == int(not is_kept)
    visit.refresh_from_db()
    assert bool(visit.phone) is bool(visit.company) is is_kept
    assert is_kept or visit.outcome
