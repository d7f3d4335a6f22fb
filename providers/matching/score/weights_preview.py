"""What new weights would change, for the officer who sets them."""

from __future__ import annotations

from dataclasses import dataclass

from providers.matching.models import MatchRequest, RequestKind
from providers.matching.score.fit import CRITERIA, Need, Offer, Weights, rank
from providers.matching.score.offers import (
    SERVICE_OF_KIND,
    listed_offers,
    need_of_request,
    service_offers,
)

# The latest sent requests that old and new order are compared on.
COMPARED_REQUESTS = 20
FIRST_PLACES = 3


@dataclass(frozen=True)
class Difference:
    """What a criterion gives before and after."""

    label: str
    before: int
    after: int

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Effect:
    """On how many of the requests compared the first, or one of the first three, would differ."""

    requests: int
    other_first: int
    other_three: int


def differences(before: Weights, after: Weights) -> list[Difference]:
    """Every criterion whose points change."""
    pairs = [
        Difference(each.label, getattr(before, each.value), getattr(after, each.value))
        for each in CRITERIA
    ]
    return [pair for pair in pairs if pair.change]


def effect(before: Weights, after: Weights) -> Effect:
    """Both orders of today's offers for the latest requests; the offers are read once a kind."""
    requests = list(
        MatchRequest.objects.due()
        .filter(erased_at=None)
        .select_related("industry", "level")
        .prefetch_related("scenarios")
        .order_by("-sends_at")[:COMPARED_REQUESTS]
    )
    offers = {kind: offers_for(kind) for kind in {request.kind for request in requests}}
    other_first = other_three = 0
    for request in requests:
        need = need_of_request(request)
        old = order(need, offers[request.kind], before, request.reference)
        new = order(need, offers[request.kind], after, request.reference)
        other_first += old[:1] != new[:1]
        other_three += old[:FIRST_PLACES] != new[:FIRST_PLACES]
    return Effect(len(requests), other_first, other_three)


def offers_for(kind: str) -> list[Offer]:
    service = SERVICE_OF_KIND.get(RequestKind(kind))
    found = service_offers(service) if service else listed_offers()
    return [offer for offer, _provider, _solution in found]


def order(need: Need, offers: list[Offer], weights: Weights, reference: str) -> list[str]:
    return [item.offer.key for item in rank(need, offers, weights, reference)]
