"""Providers that answer a request, without their back office."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from catalog.models import SolutionPage
from providers.matching.answering.answers import say_interested
from providers.matching.answering.quoting import send_quote
from providers.matching.models import Invitation, MatchRequest, Quote
from tests.matching import asking


def user(username: str):
    return get_user_model().objects.get(username=username)


def offers(count: int) -> list[str]:
    """Offers of as many listed providers, those of the demonstration's members first."""
    first = [asking.offer_of("provider1"), asking.offer_of("provider2")]
    slugs = {key.partition("/")[0] for key in first}
    for solution in SolutionPage.objects.listed().order_by("path"):
        slug = solution.get_parent().slug
        if slug not in slugs:
            slugs.add(slug)
            first.append(f"{slug}/{solution.slug}")
    return first[:count]


def asked(count: int = 3, *, consent: int = 0, number: int = 1, **changes) -> MatchRequest:
    """A sent request to as many providers; the first ``consent`` of them may know who asks."""
    keys = offers(count)
    contact = {"company": f"演示保密五金{number}号有限公司", "phone": f"1390000{number:04d}"}
    return asking.ask_and_send(Client(), *keys, consent=tuple(keys[:consent]), **contact, **changes)


def invitation_of(request: MatchRequest, place: int) -> Invitation:
    """The invitation of the provider at that place of ``offers``."""
    slug = offers(place + 1)[place].partition("/")[0]
    return Invitation.objects.get(request=request, provider__slug=slug)


def interested(request: MatchRequest, place: int = 0) -> Invitation:
    invitation = invitation_of(request, place)
    say_interested(
        invitation,
        by=user("provider1"),
        visit_on=timezone.localdate() + timedelta(days=2),
        message="",
    )
    return invitation_of(request, place)


def quoted(request: MatchRequest, place: int = 0, **offer) -> Invitation:
    """The provider is interested and has sent its quote."""
    invitation = interested(request, place)
    send(invitation, **offer)
    return invitation_of(request, place)


def send(invitation: Invitation, **offer) -> Quote:
    usual = {
        "price_min_wan": Decimal("3.2"),
        "price_max_wan": Decimal("4.8"),
        "holds_price": False,
        "days": 20,
        "approach": "先梳理工序，再导入订单。",
        "team": "顾问两人。",
        "valid_until": timezone.localdate() + timedelta(days=20),
    }
    return send_quote(invitation, by=user("provider1"), offer=usual | offer)
