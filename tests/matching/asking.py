"""Walking through the request form as an enterprise, without a browser."""

from __future__ import annotations

import re

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from providers.matching.asking.progress import DRAFT
from providers.matching.lifecycle import send_now
from providers.matching.models import MatchRequest, RequestDraft
from tests.pages import provider_of

COMPANY = "演示保密五金制品有限公司"
PHONE = "13900001234"
NEED = {
    "kind": "solution",
    "pain_points": ["late_delivery", "plan_by_hand"],
    "industry": "textile",
    "headcount_band": "20-99",
    "township": "演示西镇",
    "budget_band": "5-20",
    "sentence": "订单小而急，计划天天改。",
    "level": "L3",
    "start_on": "",
}
CONTACT = {
    "company": COMPANY,
    "uscc": "",
    "contact_name": "王厂长",
    "phone": PHONE,
    "email": "",
    "notice": "on",
    "homepage": "",
}


def need(client: Client, **changes):
    return client.post(reverse("request_new"), {**NEED, **changes})


def whom(client: Client, *keys: str, consent: tuple[str, ...] = (), route: str = "choose"):
    data = {"route": route, "choose": list(keys), "consent": list(provider_keys(*consent))}
    return client.post(reverse("request_whom"), data)


def contact(client: Client, **changes):
    return client.post(reverse("request_contact"), {**CONTACT, **changes})


def draft_of(client: Client) -> RequestDraft | None:
    return RequestDraft.by_token(client.session.get(DRAFT, ""))


def offer_of(username: str) -> str:
    """The key of the first listed solution of a demonstration member's provider."""
    provider = provider_of(username)
    return f"{provider.slug}/{provider.solutions.first().slug}"


def provider_keys(*keys: str) -> tuple[str, ...]:
    """The providers of offers; consents are given by them."""
    return tuple(key.partition("/")[0] for key in keys)


def ask(client: Client, *keys: str, consent: tuple[str, ...] = (), **changes) -> MatchRequest:
    """Send a request through all three steps; it then waits in its grace period."""
    cache.clear()
    assert need(client).status_code == 302
    assert whom(client, *keys, consent=consent).status_code == 302
    answer = contact(client, **changes)
    assert answer.status_code == 302, answer.content.decode()
    return MatchRequest.objects.get(reference=re.search(r"/mine/([^/]+)/", answer.url)[1])


def ask_and_send(client: Client, *keys: str, consent: tuple[str, ...] = (), **changes):
    request = ask(client, *keys, consent=consent, **changes)
    send_now(request)
    request.refresh_from_db()
    return request


def open_elsewhere(request: MatchRequest) -> Client:
    """Another browser that follows the private link and types the access code."""
    client = Client()
    client.get(reverse("request_link", args=[request.token]))
    answer = client.post(
        reverse("request_enter", args=[request.reference]), {"code": request.access_code}
    )
    assert answer.status_code == 302
    return client
