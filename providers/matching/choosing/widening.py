"""More providers for a request that was sent: the enterprise asks others, or the centre."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from providers.matching.advising.queue import advice_wanted
from providers.matching.choosing.deciding import live_invitations
from providers.matching.lifecycle import (
    MAX_PROVIDERS,
    MovedOnError,
    invite_also,
    locked,
    stored_lines,
)
from providers.matching.models import (
    Invitation,
    MatchRequest,
    MessageKind,
    RequestKind,
    RequestState,
)
from providers.matching.score.offers import Proposal, Proposals, proposals_of
from providers.matching.telling import outbox
from providers.models import ProviderPage


def free_places(request: MatchRequest) -> int:
    """How many providers may still be asked; none unless the request is open.

    A diagnosis visit is arranged by the centre, with the mix that the rule asks for.
    """
    if request.state() != RequestState.SENT or request.kind == RequestKind.DIAGNOSIS:
        return 0
    return max(0, MAX_PROVIDERS - len(live_invitations(request)))


def proposals_left(request: MatchRequest) -> Proposals:
    """What is offered for the need by providers that were not asked yet, ranked as at the first."""
    found = proposals_of(request)
    asked = set(request.invitations.values_list("provider", flat=True))
    left = [proposal for proposal in found.items if proposal.provider.pk not in asked]
    return Proposals(left, found.unsaid)


@transaction.atomic
def widen(
    request: MatchRequest, proposals: Iterable[Proposal], consented: Collection[str]
) -> list[Invitation]:
    """Ask further providers; those who were asked before are left as they are.

    Args:
        proposals: what is asked for; several of one provider make one invitation.
        consented: keys of the providers that may see who asks.

    Returns:
        The new invitations; empty where all were asked before, as on a second click.

    Raises:
        MovedOnError: the request is not open, or more than three would work on it.
    """
    request = locked(request)
    if request.state() != RequestState.SENT:
        raise MovedOnError
    asked = set(request.invitations.values_list("provider", flat=True))
    of_provider: dict[ProviderPage, list[Proposal]] = {}
    for proposal in proposals:
        if proposal.provider.pk not in asked:
            of_provider.setdefault(proposal.provider, []).append(proposal)
    if not of_provider:
        return []
    if len(of_provider) > free_places(request):
        raise MovedOnError
    return [
        invite_also(
            request,
            provider,
            [proposal.solution for proposal in chosen if proposal.solution],
            score_lines=stored_lines(chosen[0]),
            consents=chosen[0].provider_key in consented,
        )
        for provider, chosen in of_provider.items()
    ]


@transaction.atomic
def ask_for_advice(request: MatchRequest) -> None:
    """Have the centre propose providers; asked once until it has, and then anew.

    Raises:
        MovedOnError: the request is not open, or three providers work on it.
    """
    request = locked(request)
    if request.state() != RequestState.SENT or len(live_invitations(request)) >= MAX_PROVIDERS:
        raise MovedOnError
    if advice_wanted().filter(pk=request.pk).exists() or request.advice.open().exists():
        return
    request.wants_advice = True
    request.save(update_fields=["wants_advice"])
    outbox.tell_office(request, MessageKind.ADVICE_WANTED, event=timezone.now().isoformat())
