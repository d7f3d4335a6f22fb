"""Link and code made anew, lost and found again; the same need asked once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.keys.renewal import REPEAT_TIME, key_mark, renew_keys
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    EventKind,
    MatchRequest,
    Message,
    MessageKind,
    RequestDraft,
    RequestEvent,
    Side,
)
from tests.matching import asking
from tests.matching.test_attachments import picture
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def request_row(client) -> MatchRequest:
    return asking.ask_and_send(client, asking.offer_of("provider1"))


def page(request: MatchRequest) -> str:
    return reverse("request_page", args=[request.reference])


def renew(client: Client, request: MatchRequest):
    address = reverse("request_keys", args=[request.reference])
    return client.post(address, {"was": client.get(address).context["was"]})


# -- made anew by the enterprise ----------------------------------------------------------------


def test_new_keys_shut_everybody_else_out_and_are_shown_here(client, request_row):
    other, link = asking.open_elsewhere(request_row), request_row.token
    code = request_row.access_code
    assert client.get(reverse("request_keys", args=[request_row.reference])).status_code == 200
    assert request_row.token == MatchRequest.objects.get().token
    answer = renew(client, request_row)
    assert answer.url == reverse("request_done", args=[request_row.reference])
    request_row.refresh_from_db()
    receipt = client.get(answer.url).content.decode()
    new = request_row.access_code
    assert f"{new[:4]} {new[4:]}" in receipt
    assert reverse("request_link", args=[request_row.token]) in receipt
    assert (request_row.token, new) != (link, code)
    assert client.get(page(request_row)).status_code == 200
    assert other.get(page(request_row)).status_code == 404
    assert other.get(answer.url).status_code == 404
    assert Client().get(reverse("request_link", args=[link])).status_code == 404
    holder = Client()
    holder.get(reverse("request_link", args=[request_row.token]))
    enter = reverse("request_enter", args=[request_row.reference])
    assert holder.post(enter, {"code": code}).status_code == 422
    assert holder.post(enter, {"code": new}).status_code == 302


def test_it_is_noted_and_told_without_the_code(client, request_row):
    renew(client, request_row)
    event = RequestEvent.objects.get(kind=EventKind.KEYS_RENEWED)
    assert (event.side, event.user) == (Side.ENTERPRISE, None)
    assert Message.objects.filter(kind=MessageKind.KEYS_RENEWED).count() == 1
    stored = repr(MatchRequest.objects.values().get()) + repr(dict(client.session))
    assert MatchRequest.objects.get().access_code not in stored


def test_a_second_click_is_answered_as_the_first(client, request_row):
    address = reverse("request_keys", args=[request_row.reference])
    was = client.get(address).context["was"]
    noted = dict(client.session)
    first = client.post(address, {"was": was})
    made = MatchRequest.objects.get().key_salt
    # The second click came with the session as it was before the first.
    session = client.session
    session.clear()
    session.update(noted)
    session.save()
    second = client.post(address, {"was": was})
    assert (second.status_code, second.url) == (first.status_code, first.url)
    assert MatchRequest.objects.get().key_salt == made
    assert client.get(second.url).status_code == 200
    assert RequestEvent.objects.filter(kind=EventKind.KEYS_RENEWED).count() == 1


@pytest.mark.parametrize("was", ["", "\x00", "x" * 5000, "0" * 16])
def test_a_form_of_other_keys_changes_nothing(client, request_row, was):
    other = asking.open_elsewhere(request_row)
    answer = other.post(reverse("request_keys", args=[request_row.reference]), {"was": was})
    assert answer.url == page(request_row)
    assert MatchRequest.objects.get().key_salt == request_row.key_salt


def test_it_takes_the_code_to_change_the_keys(request_row):
    holder = Client()
    holder.get(reverse("request_link", args=[request_row.token]))
    address = reverse("request_keys", args=[request_row.reference])
    for stranger in (holder, Client()):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"was": key_mark(request_row)}).status_code == 404
    assert MatchRequest.objects.get().key_salt == request_row.key_salt


def test_closed_in_this_browser_it_stays_closed_after_new_keys(client, request_row):
    renew(client, request_row)
    client.post(reverse("request_leave", args=[request_row.reference]))
    assert client.get(page(request_row)).status_code == 404


def test_new_keys_end_a_lock_and_an_erased_request_has_none(request_row):
    MatchRequest.objects.update(code_tries=3, code_locked_until=timezone.now())
    renewed = renew_keys(request_row, side=Side.ENTERPRISE)
    assert (renewed.code_tries, renewed.code_locked_until) == (0, None)
    MatchRequest.objects.update(
        erased_at=timezone.now(), company="", contact_name="", phone="", email=""
    )
    with pytest.raises(MovedOnError):
        renew_keys(request_row, side=Side.ENTERPRISE)


# -- made anew by an officer --------------------------------------------------------------------


def office(request: MatchRequest) -> str:
    return reverse("matching_request_keys", args=[request.reference])


def test_an_officer_who_has_called_back_reads_the_new_code_out_once(client, request_row):
    officer = signed_in("bureau")
    form = officer.get(office(request_row))
    assert asking.PHONE in page_text(form)
    was = form.context["was"]
    assert officer.post(office(request_row), {"was": was}).status_code == 422
    assert MatchRequest.objects.get().key_salt == request_row.key_salt
    answer = officer.post(office(request_row), {"was": was, "called_back": "on"})
    made = MatchRequest.objects.get()
    assert f"{made.access_code[:4]} {made.access_code[4:]}" in page_text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert made.access_code not in page_text(officer.get(office(request_row)))
    event = RequestEvent.objects.get(kind=EventKind.KEYS_RENEWED)
    assert (event.side, event.user.get_username()) == (Side.BUREAU, "bureau")
    assert client.get(page(request_row)).status_code == 404
    assert officer.get(page(request_row)).status_code == 404


def test_the_officers_double_click_shows_the_same_code_and_a_later_replay_none(request_row):
    officer = signed_in("bureau")
    said = {"was": officer.get(office(request_row)).context["was"], "called_back": "on"}
    codes = [officer.post(office(request_row), said).context["code"] for _click in range(2)]
    assert codes[0] == codes[1]
    assert RequestEvent.objects.filter(kind=EventKind.KEYS_RENEWED).count() == 1
    long_ago = timezone.now() - REPEAT_TIME
    MatchRequest.objects.update(keys_renewed_at=long_ago)
    assert officer.post(office(request_row), said).status_code == 302
    assert signed_in("bureau").post(office(request_row), said).status_code == 302


@pytest.mark.parametrize("username", ["committee", "lead", "provider1", "provider2"])
def test_no_other_account_makes_keys(request_row, username):
    said = {"was": key_mark(request_row), "called_back": "on"}
    assert signed_in(username).post(office(request_row), said).status_code in (302, 403, 404)
    assert MatchRequest.objects.get().key_salt == request_row.key_salt


# -- the same again -----------------------------------------------------------------------------


def copy(client: Client, request: MatchRequest, **data):
    return client.post(reverse("request_copy", args=[request.reference]), data)


def test_an_old_request_is_the_beginning_of_a_new_one(client):
    key = asking.offer_of("provider1")
    asking.need(client, files=[picture("车间.jpg")])
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    assert asking.need(client, start_on=day).status_code == 302
    asking.whom(client, key, consent=(key,))
    asking.contact(client)
    request = MatchRequest.objects.get()
    client.post(reverse("request_send", args=[request.reference]))
    other = asking.open_elsewhere(request)
    assert copy(other, request).url == reverse("request_new")
    form = other.get(reverse("request_new")).context["form"]
    assert form["sentence"].value() == asking.NEED["sentence"]
    assert form["industry"].value() == "textile"
    assert not form["start_on"].value()
    draft = asking.draft_of(other)
    assert draft.reference != request.reference
    assert draft.edits is None
    assert [row.name for row in draft.attachments.all()] == ["车间"]
    asking.need(other)
    rows = other.get(reverse("request_whom")).context["rows"]
    assert not any(row["is_chosen"] or row["is_consented"] for row in rows)
    asking.whom(other, asking.offer_of("provider2"))
    assert asking.COMPANY in other.get(reverse("request_contact")).content.decode()
    asking.contact(other, send_anyway="1")
    assert MatchRequest.objects.count() == 2
    assert request.consents.live().filter(recipient__isnull=False).count() == 1


def test_a_copy_asks_before_it_takes_the_place_of_a_draft(client, request_row):
    asking.need(client, sentence="没写完的草稿。")
    answer = copy(client, request_row)
    assert answer.status_code == 409
    assert client.get(reverse("request_new")).context["resume_url"] in answer.content.decode()
    assert "没写完的草稿。" in client.get(reverse("request_new")).content.decode()
    copy(client, request_row, replace="1")
    assert "没写完的草稿。" not in client.get(reverse("request_new")).content.decode()


def test_a_second_click_on_copying_goes_on_with_the_first_copy(client, request_row):
    assert copy(client, request_row).url == copy(client, request_row).url == reverse("request_new")
    assert RequestDraft.objects.filter(became=None).count() == 1


def test_copying_takes_the_code_and_a_post(client, request_row):
    address = reverse("request_copy", args=[request_row.reference])
    assert client.get(address).status_code == 405
    assert Client().post(address).status_code == 404
