"""The centre proposes providers; the enterprise alone decides whether one is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from catalog.models import SolutionPage
from providers.matching.answering.pauses import open_to_requests
from providers.matching.choosing.deciding import LIVE
from providers.matching.lifecycle import (
    MAX_PROVIDERS,
    MovedOnError,
    invite_also,
    locked,
    stored_lines,
)
from providers.matching.models import (
    Advice,
    EventKind,
    Invitation,
    MatchRequest,
    MessageKind,
    RequestKind,
    RequestState,
    Side,
    Turn,
    note,
)
from providers.matching.score.offers import (
    Proposal,
    proposals_of,
)
from providers.matching.telling import outbox
from providers.models import ProviderPage
from providers.review.recusal import lead_organisation

# A diagnosis visit: the lead provider's own partner, and unrelated ones beside it.
PARTNERS, UNRELATED = 1, 2


class TooManyError(MovedOnError):
    """The request would ask more providers at a time than it may."""


@dataclass(frozen=True)
class Pick:
    """A provider that an officer proposes, and why; without a solution its best offer is meant."""

    provider: ProviderPage
    reason: str
    solution: SolutionPage | None = None


def may_be_advised(request: MatchRequest) -> bool:
    """Whether the centre may propose: it was asked to, or nobody takes the request on."""
    if request.state() != RequestState.SENT or request.erased_at:
        return False
    return request.wants_advice or request.turn() == Turn.NOBODY


# -- a diagnosis visit --------------------------------------------------------------------------


@dataclass(frozen=True)
class Mix:
    """How many of the lead provider's organisation and of others a diagnosis visit proposes.

    ``partners`` and ``unrelated`` are what can be had, at most 1 and 2.
    """

    lead_ids: frozenset[int]
    partners: int
    unrelated: int

    @property
    def is_short(self) -> bool:
        """Whether fewer providers exist than should be proposed; the officer then says why."""
        return self.partners < PARTNERS or self.unrelated < UNRELATED

    def fits(self, provider_ids: Collection[int]) -> bool:
        of_lead = len(self.lead_ids & set(provider_ids))
        others = len(set(provider_ids)) - of_lead
        return of_lead == self.partners and others == self.unrelated


def mix_of(request: MatchRequest, offered: Iterable[ProviderPage]) -> Mix | None:
    """What a diagnosis visit must propose of the providers offered; None for any other kind."""
    if request.kind != RequestKind.DIAGNOSIS:
        return None
    lead_ids = frozenset(lead_organisation().values_list("pk", flat=True))
    ids = {provider.pk for provider in offered}
    return Mix(lead_ids, min(PARTNERS, len(ids & lead_ids)), min(UNRELATED, len(ids - lead_ids)))


# -- proposing ----------------------------------------------------------------------------------


@transaction.atomic
def propose(request: MatchRequest, picks: Iterable[Pick], *, by: AbstractBaseUser) -> list[Advice]:
    """Propose providers to the enterprise, which is told once; nobody is asked yet.

    A provider that was proposed before stands as it was, so a second click changes nothing.

    Raises:
        MovedOnError: the request is not to be advised any more, or a provider is no longer listed
            or was asked already.
        TooManyError: more than three proposals would wait for an answer.
    """
    request = locked(request)
    known = {row.provider_id: row for row in request.advice.all()}
    picks = list(picks)
    new = [pick for pick in picks if pick.provider.pk not in known]
    if new:
        check_proposable(request, new, [row for row in known.values() if row.is_open])
        lines = {item.key: item for item in proposals_of(request).items}
        made = [record(request, pick, lines, by) for pick in new]
        known |= {row.provider_id: row for row in made}
        event = ",".join(str(row.pk) for row in made)
        outbox.tell_enterprise(request, MessageKind.ADVICE_GIVEN, event=event)
    return [known[pick.provider.pk] for pick in picks]


def check_proposable(request: MatchRequest, new: list[Pick], waiting: list[Advice]) -> None:
    ids = {pick.provider.pk for pick in new}
    listed = set(ProviderPage.objects.listed().filter(pk__in=ids).values_list("pk", flat=True))
    asked = request.invitations.filter(provider__in=ids).exists()
    if not may_be_advised(request) or listed != ids or asked:
        raise MovedOnError
    if len(ids) + len(waiting) > MAX_PROVIDERS:
        raise TooManyError


def record(
    request: MatchRequest, pick: Pick, offered: Mapping[str, Proposal], by: AbstractBaseUser
) -> Advice:
    """One proposal with the lines of its score as they are now."""
    match = next(
        (
            proposal
            for proposal in offered.values()
            if proposal.provider == pick.provider and pick.solution in (None, proposal.solution)
        ),
        None,
    )
    if match is None:
        raise MovedOnError
    advice = Advice.objects.create(
        request=request,
        provider=pick.provider,
        solution=match.solution,
        score_lines=stored_lines(match),
        reason=pick.reason,
        given_by=by,
    )
    note(request, EventKind.ADVISED, Side.CENTRE, by=by)
    return advice


# -- answering ----------------------------------------------------------------------------------


@transaction.atomic
def take_proposals(request: MatchRequest, taken: Mapping[int, bool]) -> list[Invitation]:
    """Ask the proposed providers that the enterprise takes.

    Args:
        taken: by the proposal's key whether its provider may know who asks.

    Raises:
        MovedOnError: the request is no longer open for it, or a proposal was refused or its
            provider is no longer listed.
        TooManyError: more than three providers would be asked at a time.
    """
    request = locked(request)
    rows = list(request.advice.filter(pk__in=taken).select_related("provider", "solution"))
    if len(rows) != len(taken):
        raise MovedOnError
    new = [row for row in rows if row.is_open]
    if any(row.refused_at for row in rows):
        raise MovedOnError
    if new:
        check_takable(request, new)
        for row in new:
            take(request, row, consents=taken[row.pk])
        event = ",".join(str(row.pk) for row in new)
        outbox.tell_office(request, MessageKind.ADVICE_ANSWERED, event=event)
    providers = [row.provider_id for row in rows]
    return list(request.invitations.filter(provider__in=providers))


def check_takable(request: MatchRequest, new: list[Advice]) -> None:
    ids = {row.provider_id for row in new}
    listed = open_to_requests(ProviderPage.objects.listed()).filter(pk__in=ids).count()
    asked = request.invitations.filter(provider__in=ids).exists()
    if request.state() != RequestState.SENT or request.erased_at or listed != len(ids) or asked:
        raise MovedOnError
    live = sum(row.state() in LIVE for row in request.invitations.all())
    if live + len(ids) > MAX_PROVIDERS:
        raise TooManyError


def take(request: MatchRequest, advice: Advice, *, consents: bool) -> None:
    """Make a proposal an invitation, with a consent where it was given."""
    advice.taken_at = timezone.now()
    advice.save(update_fields=["taken_at"])
    invitation = invite_also(
        request,
        advice.provider,
        [advice.solution] if advice.solution else [],
        score_lines=advice.score_lines,
        consents=consents,
    )
    note(request, EventKind.ADVICE_TAKEN, Side.ENTERPRISE, invitation=invitation)


@transaction.atomic
def refuse_proposals(request: MatchRequest, refused: Collection[int]) -> None:
    """Do not take these proposals; the office is told once.

    Raises:
        MovedOnError: one of them was taken, or the request is over.
    """
    request = locked(request)
    rows = list(request.advice.filter(pk__in=refused))
    if len(rows) != len(set(refused)) or any(row.taken_at for row in rows):
        raise MovedOnError
    new = [row for row in rows if row.is_open]
    if not new:
        return
    if request.is_over():
        raise MovedOnError
    for row in new:
        row.refused_at = timezone.now()
        row.save(update_fields=["refused_at"])
        note(request, EventKind.ADVICE_REFUSED, Side.ENTERPRISE)
    event = ",".join(str(row.pk) for row in new)
    outbox.tell_office(request, MessageKind.ADVICE_ANSWERED, event=event)
