"""Replies side by side: their order, what is held back, and how the page is counted."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from providers.matching.answering.figures import request_figures
from providers.matching.answering.obligations import work_under_way
from providers.matching.choosing import comparison
from providers.matching.models import EventKind, MatchRequest, Side, note
from providers.matching.oversight.verifying import verify_company, verify_phone
from providers.matching.own_page.timeline import timeline_of
from tests.matching import asking, replying, working
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("demo_site")
CHEAP = {"price_min_wan": Decimal(1), "price_max_wan": Decimal(2), "days": 90}
QUICK = {"price_min_wan": Decimal(8), "price_max_wan": Decimal(9), "days": 5}


@pytest.fixture
def request_row() -> MatchRequest:
    """The first provider is cheap and slow, the second dear and quick."""
    request = replying.asked(2, consent=2)
    replying.quoted(request, 0, **CHEAP)
    replying.quoted(request, 1, **QUICK)
    return request


def order_by(request: MatchRequest, sort: str) -> list[int]:
    request = MatchRequest.objects.get(pk=request.pk)
    return [reply.quote.days for reply in comparison.replies_to(request, sort) if reply.quote]


def own_page(request: MatchRequest, query: str = "") -> str:
    browser = asking.open_elsewhere(request)
    page = browser.get(reverse("request_page", args=[request.reference]) + query)
    assert page.status_code == 200
    return page.content.decode()


def test_the_order_is_the_one_wished(request_row):
    assert order_by(request_row, "price") == [90, 5]
    assert order_by(request_row, "days") == [5, 90]
    scores = [
        reply.invitation.score
        for reply in comparison.replies_to(MatchRequest.objects.get(pk=request_row.pk))
    ]
    assert scores == sorted(scores, reverse=True)


def test_an_unknown_order_is_the_score_and_shows_no_more(request_row):
    assert comparison.sort_of("name") == comparison.SCORE
    usual, odd = own_page(request_row), own_page(request_row, "?sort=name&all=1")
    assert usual.count("is-chosen") == odd.count("is-chosen")
    for text in (usual, odd):
        assert "2 万元" in text
        assert "9 万元" in text


def test_a_price_held_back_is_neither_shown_nor_an_order():
    request = replying.asked(2, consent=2)
    replying.quoted(request, 0, **CHEAP, holds_price=True)
    replying.quoted(request, 1, **QUICK)
    assert order_by(request, "price") == [5, 90]
    assert "1–2 万元" not in own_page(request)
    bureau = replying.user("bureau")
    verify_phone(request, by=bureau)
    verify_company(request, by=bureau)
    assert order_by(request, "price") == [90, 5]
    assert "1–2 万元" in own_page(request)


def test_the_page_takes_a_constant_number_of_queries(request_row):
    more = replying.asked(3, consent=3, number=2)
    for place in range(3):
        replying.quoted(more, place)

    def queries(request: MatchRequest) -> int:
        browser = asking.open_elsewhere(request)
        address = reverse("request_page", args=[request.reference])
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(address)
        return len(captured)

    assert queries(more) == queries(request_row)


def test_every_event_has_its_words(request_row):
    for kind in EventKind:
        note(request_row, kind, Side.CLOCK, invitation=request_row.invitations.first())
    told = timeline_of(request_row)
    assert len(told) >= len(EventKind)
    assert all(moment.words for moment in told)


def test_the_figures_count_quotes_choices_and_work_with_constant_queries():
    provider = provider_of("provider1")
    replying.quoted(replying.asked(1, consent=1))
    with CaptureQueriesContext(connection) as first:
        request_figures(provider)
    working.confirmed()
    working.chosen()
    with CaptureQueriesContext(connection) as later:
        figures = [figure.value for figure in request_figures(provider)]
    assert len(later) == len(first)
    # Received, interested, quoted, chosen, accepted.
    assert figures[:5] == ["3", "3", "3", "2", "1"]


def test_work_under_way_is_an_obligation_until_it_ends():
    choice = working.handed_over()
    provider = choice.invitation.provider
    [said] = work_under_way(None, provider)
    assert "1" in said
    working.confirm_work(choice)
    assert work_under_way(None, provider) == []
    assert working.fresh(choice).accepted_at <= timezone.now()
