"""One side calls the office: who handles a dispute first, and how the bureau settles it.

The lead provider hears both sides and recommends; where it or an affiliate of it was asked by the
request, or proposed for it, the zone committee does (design: Roles, recusal). The bureau settles.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    Choice,
    Dispute,
    EventKind,
    MatchRequest,
    Message,
    MessageKind,
    RequestState,
    Side,
    note,
    party_to,
)
from providers.matching.telling import outbox
from providers.matching.working.active_choice import demand, hold
from providers.matching.working.carrying_out import accept, tell_other_side
from providers.review.recusal import lead_organisation

# Both sides together may call the office this often about one piece of work.
MAX_DISPUTES = 5


class TooManyDisputesError(MovedOnError):
    """The office was called as often as it may be."""


@transaction.atomic
def open_dispute(
    choice: Choice, *, side: Side, text: str, by: AbstractBaseUser | None = None
) -> Dispute:
    """One side of a contract calls the office (≤ 2000 characters); nothing closes meanwhile.

    Raises:
        TooManyDisputesError: there were ``MAX_DISPUTES`` already.
        MovedOnError: there is no contract, the work has ended, or a dispute is open.
    """
    choice = hold(choice)
    standing = choice.disputes.filter(settled_at=None).first()
    if standing and (standing.opened_by, standing.text) == (side, text):
        return standing
    demand(choice, RequestState.CONTRACTED, RequestState.HANDED_OVER)
    if choice.disputes.count() >= MAX_DISPUTES:
        raise TooManyDisputesError
    dispute = Dispute.objects.create(choice=choice, opened_by=side, text=text)
    choice.disputed_at = dispute.opened_at
    choice.save(update_fields=["disputed_at"])
    request, invitation, kind = choice.request, choice.invitation, MessageKind.DISPUTE_OPENED
    note(request, EventKind.DISPUTED, side, by=by, invitation=invitation)
    tell_other_side(choice, side, kind, event=str(dispute.pk))
    outbox.tell_office(request, kind, event=str(dispute.pk))
    if handler_of(request) == Side.LEAD:
        tell_lead(request, kind, event=str(dispute.pk))
    return dispute


def handler_of(request: MatchRequest) -> Side:
    """Who hears both sides and recommends."""
    has_party_of_lead = lead_organisation().filter(party_to(request)).exists()
    return Side.COMMITTEE if has_party_of_lead else Side.LEAD


def tell_lead(request: MatchRequest, kind: MessageKind, event: str) -> None:
    """Write a message to everyone who oversees requests for the lead provider."""
    for overseer in overseers_of_lead():
        outbox.write(
            key=f"{kind}:{request.reference}:{event}:{overseer.pk}",
            kind=kind,
            audience=Message.Audience.OFFICE,
            user=overseer,
            request=request,
        )


def overseers_of_lead() -> QuerySet:
    """Active accounts that oversee requests without seeing all of them."""
    oversee, see_all = (
        Permission.objects.filter(content_type__app_label="matching", codename=codename)
        for codename in ("oversee_requests", "view_matchrequest")
    )
    sees_all = Q(groups__permissions__in=see_all) | Q(user_permissions__in=see_all)
    users = get_user_model().objects.filter(
        Q(groups__permissions__in=oversee) | Q(user_permissions__in=oversee), is_active=True
    )
    return users.exclude(pk__in=get_user_model().objects.filter(sees_all)).distinct()


def hold_dispute(dispute: Dispute) -> Dispute:
    """The dispute as it is now, with its request locked.

    Raises:
        MovedOnError: the choice no longer stands.
    """
    choice = hold(dispute.choice)
    current = choice.disputes.get(pk=dispute.pk)
    current.choice = choice
    return current


@transaction.atomic
def state_view(
    dispute: Dispute, *, side: Side, text: str, by: AbstractBaseUser | None = None
) -> Dispute:
    """The side that did not open the dispute says how it sees it, once (≤ 2000 characters).

    Raises:
        MovedOnError: it is settled, the view was given, or the side opened it itself.
    """
    dispute = hold_dispute(dispute)
    if side == dispute.opened_by:
        raise MovedOnError
    if dispute.stated_at and dispute.statement == text:
        return dispute
    if dispute.settled_at or dispute.stated_at:
        raise MovedOnError
    dispute.statement, dispute.stated_at = text, timezone.now()
    dispute.save(update_fields=["statement", "stated_at"])
    choice, kind = dispute.choice, MessageKind.VIEW_STATED
    tell_other_side(choice, side, kind, event=str(dispute.pk))
    outbox.tell_office(choice.request, kind, event=str(dispute.pk))
    if handler_of(choice.request) == Side.LEAD:
        tell_lead(choice.request, kind, event=str(dispute.pk))
    return dispute


@transaction.atomic
def recommend(dispute: Dispute, *, by: AbstractBaseUser, text: str) -> Dispute:
    """The handler recommends a settlement (≤ 2000 characters); it may reword it until then.

    Whether ``by`` is the handler is checked by the caller (``may_recommend``).

    Raises:
        MovedOnError: it is settled.
    """
    dispute = hold_dispute(dispute)
    if dispute.settled_at:
        raise MovedOnError
    dispute.recommendation, dispute.recommended_at = text, timezone.now()
    dispute.recommended_by = by
    dispute.save(update_fields=["recommendation", "recommended_at", "recommended_by"])
    # Told anew when it is worded anew; both sides read it with the settlement.
    event = f"{dispute.pk}:{dispute.recommended_at.isoformat()}"
    outbox.tell_office(dispute.choice.request, MessageKind.SETTLEMENT_RECOMMENDED, event=event)
    return dispute


@transaction.atomic
def settle_dispute(
    dispute: Dispute, *, by: AbstractBaseUser, outcome: str, decision: str
) -> Dispute:
    """The bureau settles: accepted, resumed or ended, with its reason (≤ 2000 characters).

    Work that is resumed stands where it stood. If a hand-over waited, the enterprise has all its
    time anew to answer it.

    Raises:
        MovedOnError: it is settled in another way.
        ValueError: there is no such outcome.
    """
    outcome = Dispute.Outcome(outcome)
    dispute = hold_dispute(dispute)
    choice, now = dispute.choice, timezone.now()
    if dispute.settled_at:
        if (dispute.outcome, dispute.decision) == (outcome, decision):
            return dispute
        raise MovedOnError
    dispute.settled_at, dispute.settled_by = now, by
    dispute.outcome, dispute.decision = outcome, decision
    dispute.save(update_fields=["settled_at", "settled_by", "outcome", "decision"])
    if outcome == Dispute.Outcome.ACCEPTED:
        accept(choice, now)
    elif outcome == Dispute.Outcome.ENDED:
        choice.ended_at, choice.disputed_at, choice.handed_over_at = now, None, None
        choice.save()
    else:
        resume(choice)
    request, invitation = choice.request, choice.invitation
    note(
        request,
        EventKind.DISPUTE_SETTLED,
        Side.BUREAU,
        by=by,
        invitation=invitation,
        detail=outcome.value,
    )
    kind = MessageKind.DISPUTE_SETTLED
    outbox.tell_enterprise(request, kind, invitation, event=str(dispute.pk))
    outbox.tell_provider(invitation, kind, event=str(dispute.pk))
    return dispute


def resume(choice: Choice) -> None:
    """Put held work back to where it stood before its dispute."""
    choice.disputed_at = None
    if choice.handed_over_at:
        choice.handed_over_at, choice.silence_told_at = timezone.now(), None
    choice.save()


def may_recommend(user: AbstractBaseUser, dispute: Dispute) -> bool:
    """Whether the user is of the side that handles this dispute first."""
    if not Dispute.objects.visible_to(user).filter(pk=dispute.pk).exists():
        return False
    sees_all = user.has_perm("matching.view_matchrequest")
    if handler_of(dispute.choice.request) == Side.LEAD:
        return not sees_all
    return sees_all and not may_settle(user)


def may_settle(user: AbstractBaseUser) -> bool:
    """The bureau settles."""
    return user.has_perm("matching.change_dispute")
