"""Many who send at the same moment, with real threads and transactions on PostgreSQL.

Run by ``make test-postgresql``; SQLite lets one transaction write at a time, so there is no race.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from providers.keys import fingerprint, new_reference
from providers.matching.asking.progress import DRAFT
from providers.matching.keys.renewal import key_mark
from providers.matching.models import (
    EventKind,
    MatchRequest,
    Message,
    RequestDraft,
    RequestEvent,
)
from tests.matching import asking
from tests.matching.test_attachments import picture

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo_site"),
    pytest.mark.usefixtures("on_postgresql"),
]

ENTERPRISES = 200
# As many connections as a server with PostgreSQL's own limits bears beside those of the tests.
AT_ONCE = 40


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Races are run on PostgreSQL: make test-postgresql.")


def all_at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do the acts in threads; what each returned, in their order."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, acts))


def ready_to_send(number: int, key: str) -> str:
    """The session of an enterprise that has filled in the first two steps."""
    token = secrets.token_hex(20)
    need = {**asking.NEED, "scenarios": []}
    whom = {"route": "choose", "choose": [key], "consent": [], "texts": {}}
    RequestDraft.objects.create(
        token_hash=fingerprint(token),
        reference=new_reference(),
        steps={"need": need, "whom": whom},
    )
    client = Client()
    session = client.session
    session[DRAFT] = token
    session.save()
    return session.session_key


def browser(session: str, number: int = 0) -> Client:
    """Another window of the browser with that session."""
    client = Client(REMOTE_ADDR=f"10.0.{number}.7")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def click(session: str, number: int) -> HttpResponse:
    """One click on “send” from an address of its own."""
    client = browser(session, number)
    return asking.contact(client, company=f"演示并发第{number}厂", phone=f"139{number:08d}")


def test_of_200_double_clicks_at_once_none_is_lost_and_none_doubled():
    cache.clear()
    key = asking.offer_of("provider1")
    sessions = [ready_to_send(number, key) for number in range(ENTERPRISES)]
    clicks = [(session, number) for number, session in enumerate(sessions) for _click in range(2)]
    answers = all_at_once([lambda pair=pair: click(*pair) for pair in clicks])
    assert Counter(answer.status_code for answer in answers) == {302: 2 * ENTERPRISES}
    sent = MatchRequest.objects.filter(company__startswith="演示并发第")
    made = {request.phone: request for request in sent}
    assert len(made) == len(sent) == ENTERPRISES
    for answer, (_session, number) in zip(answers, clicks, strict=True):
        reference = made[f"139{number:08d}"].reference
        assert answer.url == reverse("request_done", args=[reference])
    assert RequestDraft.objects.filter(became__in=sent).count() == ENTERPRISES
    told = RequestEvent.objects.filter(kind=EventKind.SUBMITTED, request__in=sent)
    assert told.count() == ENTERPRISES
    assert Message.objects.filter(request__in=sent).count() == ENTERPRISES


def test_of_two_clicks_on_new_keys_both_see_the_same(client):
    request = asking.ask_and_send(client, asking.offer_of("provider1"))
    session = client.session.session_key
    address = reverse("request_keys", args=[request.reference])

    def renew() -> tuple[HttpResponse, str]:
        window = browser(session)
        answer = window.post(address, {"was": key_mark(request)})
        return answer, window.get(answer.url).content.decode()

    answers = all_at_once([renew, renew])
    request.refresh_from_db()
    code = f"{request.access_code[:4]} {request.access_code[4:]}"
    assert all(code in page for _answer, page in answers)
    assert RequestEvent.objects.filter(kind=EventKind.KEYS_RENEWED).count() == 1


def test_of_many_files_at_once_five_are_kept(client):
    asking.need(client)
    draft = asking.draft_of(client)
    session = client.session.session_key

    def add() -> int:
        return asking.need(browser(session), files=[picture("车间.jpg")]).status_code

    answers = Counter(all_at_once([add] * 8))
    assert answers == {302: 5, 422: 3}
    assert draft.attachments.count() == 5
