"""Bringing a request to where the work is, without a browser."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers.matching.answering.answers import say_interested
from providers.matching.answering.quoting import send_quote
from providers.matching.choosing.deciding import choose_provider
from providers.matching.models import Choice, Invitation, MatchRequest, Side
from providers.matching.working.carrying_out import (
    agree_criteria,
    confirm_work,
    hand_over,
    set_criteria,
)
from providers.matching.working.contracts import confirm_contract
from tests.matching.asking import PHONE, ask_and_send, offer_of
from tests.pages import provider_of
from tests.providers.rival import shown_solution

LINES = ["排产计划每天早上八点前更新", "订单准时率可在系统内查询"]
OFFER = {
    "price_min_wan": Decimal("2.5"),
    "price_max_wan": Decimal("4"),
    "holds_price": False,
    "days": 20,
    "approach": "先跑通一条线，再推广到全厂。",
    "team": "三人，其中一人驻场。",
}


def member(username: str = "provider1"):
    return get_user_model().objects.get(username=username)


def offered_by(username: str) -> str:
    """The key of an offer; the demonstration's lead provider lists one first, having none."""
    provider = provider_of(username)
    if provider.solutions.first() is None:
        shown_solution(provider)
    return offer_of(username)


def chosen(client: Client | None = None, username: str = "provider1", *others: str) -> Choice:
    """A request whose enterprise has chosen that member's provider."""
    keys = [offered_by(name) for name in (username, *others)]
    # Each enterprise has a phone of its own; the first one has that of ``asking``.
    phone = str(int(PHONE) + MatchRequest.objects.count())
    request = ask_and_send(client or Client(), *keys, consent=tuple(keys), phone=phone)
    invitation = request.invitations.get(provider=provider_of(username))
    by = member(username)
    day = timezone.localdate() + timedelta(days=1)
    say_interested(invitation, by=by, visit_on=day, message="")
    valid_until = day + timedelta(days=60)
    send_quote(invitation, by=by, offer={**OFFER, "valid_until": valid_until})
    return choose_provider(request, invitation, consents=True)


def contracted(client: Client | None = None, username: str = "provider1", *others: str) -> Choice:
    """Its contract is confirmed, and nobody has touched the acceptance criteria."""
    choice = chosen(client, username, *others)
    return confirm_contract(choice, by=member(username), contracted_wan=Decimal("3.60"))


def agreed(client: Client | None = None, username: str = "provider1", *others: str) -> Choice:
    choice = contracted(client, username, *others)
    set_criteria(choice, side=Side.PROVIDER, lines=LINES, by=member(username))
    agree_criteria(choice, side=Side.ENTERPRISE)
    return fresh(choice)


def handed_over(client: Client | None = None, username: str = "provider1", *others: str) -> Choice:
    choice = agreed(client, username, *others)
    hand_over(choice, by=member(username), message="三条产线全部上线，操作员已培训。")
    return fresh(choice)


def confirmed(client: Client | None = None, username: str = "provider1") -> Choice:
    choice = handed_over(client, username)
    confirm_work(choice)
    return fresh(choice)


def fresh(choice: Choice) -> Choice:
    """The choice as the database has it."""
    return Choice.objects.get(pk=choice.pk)


def told(choice: Choice, kind: str, audience: str) -> int:
    """How many messages of that kind its request has for those readers."""
    return choice.request.messages.filter(kind=kind, audience=audience).count()


def work_address(choice: Choice) -> str:
    """The work in the provider's back office."""
    public_id = Invitation.objects.values_list("public_id", flat=True).get(pk=choice.invitation_id)
    return reverse("matching_work", args=[public_id])
