"""Answering a request as a provider's member, without a browser."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from providers.matching.models import Invitation, Quote
from tests.pages import signed_in

MEMBER = "provider1"


def member(username: str = MEMBER):
    return get_user_model().objects.get(username=username)


def address_of(invitation: Invitation) -> str:
    return reverse("matching_invitation", args=[invitation.public_id])


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def post(
    invitation: Invitation, answer: str, username: str = MEMBER, **fields: object
) -> HttpResponse:
    """Send one of the page's forms; the fields are named with their prefix."""
    return signed_in(username).post(address_of(invitation), {"answer": answer, **fields})


def interested(invitation: Invitation, username: str = MEMBER, **changes: object) -> HttpResponse:
    fields = {"yes-visit_on": day(2), "yes-quote_due_on": day(9), "yes-message": "先看现场。"}
    return post(invitation, "interested", username, **{**fields, **changes})


QUOTE = {
    "quote-price_min_wan": "4.8",
    "quote-price_max_wan": "6",
    "quote-days": "30",
    "quote-approach": "先理工序，再装系统。",
    "quote-team": "一名顾问，两名工程师。",
}


def quoted(invitation: Invitation, username: str = MEMBER, **changes: object) -> HttpResponse:
    """Send the quote, or change the one that stands."""
    version = Quote.objects.filter(invitation=invitation).values_list("version", flat=True).first()
    fields = {**QUOTE, "quote-version": version or 0, "quote-valid_until": day(30), **changes}
    return post(invitation, "quote", username, **fields)
