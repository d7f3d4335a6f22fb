"""What a provider does with an invitation: check, change, tell, in one transaction."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from catalog.workdays import add_working_days
from providers.matching.lifecycle import MovedOnError, current_invitation, locked
from providers.matching.models import (
    EventKind,
    Invitation,
    InvitationState,
    MatchingTerms,
    MessageKind,
    RequestKind,
    Side,
    note,
)
from providers.matching.telling import outbox
from providers.models import ProviderPage

# A reply that may still be changed or taken back.
OPEN_REPLY = frozenset({InvitationState.INTERESTED, InvitationState.QUOTED})


class ProviderHeldError(MovedOnError):
    """The provider is suspended, withdrawn or removed: it begins nothing new."""


@transaction.atomic
def say_interested(
    invitation: Invitation,
    *,
    by: AbstractBaseUser,
    visit_on: date,
    message: str,
    quote_due_on: date | None = None,
) -> None:
    """The provider will come on that day, and send its quote by the other.

    Where it names no day for the quote, a solution's is due after the usual time
    (``MatchingTerms.quote_days``, working days); a public service needs none.

    Raises:
        MovedOnError: answered otherwise, too late, the request has ended; or the provider is held.
    """
    current = held_in_lock(invitation)
    repeated = (current.visit_on, current.message) == (visit_on, message)
    if repeated and current.state() == InvitationState.INTERESTED:
        return
    check_pending(current)
    check_in_good_standing(current.provider)
    if quote_due_on is None and current.request.kind == RequestKind.SOLUTION:
        quote_due_on = usual_quote_day(timezone.localdate())
    current.interested_at = timezone.now()
    current.visit_on, current.quote_due_on = visit_on, quote_due_on
    answer(current, by, message)
    note(current.request, EventKind.INTERESTED, Side.PROVIDER, by=by, invitation=current)


def usual_quote_day(today: date) -> date:
    """By when a quote usually comes that is promised on that day (working days)."""
    return add_working_days(today, MatchingTerms.current().quote_days)


@transaction.atomic
def decline(invitation: Invitation, *, by: AbstractBaseUser, reason: str, message: str) -> None:
    """The provider does not take the request, for a reason that the enterprise reads.

    Raises:
        MovedOnError: answered otherwise, too late, or the request has ended.
    """
    current = held_in_lock(invitation)
    repeated = (current.decline_reason, current.message) == (reason, message)
    if repeated and current.state() == InvitationState.DECLINED:
        return
    check_pending(current)
    current.declined_at = timezone.now()
    current.decline_reason = reason
    answer(current, by, message)
    note(
        current.request,
        EventKind.DECLINED,
        Side.PROVIDER,
        by=by,
        invitation=current,
        detail=reason,
    )


@transaction.atomic
def withdraw_reply(invitation: Invitation, *, by: AbstractBaseUser, reason: str) -> None:
    """The provider takes its interest, or its quote, back; who asks leaves its sight.

    Raises:
        MovedOnError: there is no open reply: the enterprise has chosen, or the request has ended.
    """
    current = held_in_lock(invitation)
    state = current.state()
    if state == InvitationState.WITHDRAWN:
        return
    if state not in OPEN_REPLY:
        raise MovedOnError
    current.withdrawn_at = timezone.now()
    current.withdrawal_reason = reason
    current.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    note(current.request, EventKind.REPLY_WITHDRAWN, Side.PROVIDER, by=by, invitation=current)
    outbox.tell_enterprise(current.request, MessageKind.REPLY_WITHDRAWN, current)


def held_in_lock(invitation: Invitation) -> Invitation:
    """The invitation as it is now, its request held until the transaction ends.

    Raises:
        MovedOnError: it is asked no longer, or the data of the request are erased.
    """
    request = locked(invitation.request)
    if request.erased_at:
        raise MovedOnError
    return current_invitation(request, invitation)


def check_pending(invitation: Invitation) -> None:
    if invitation.state() != InvitationState.PENDING or not invitation.request.is_sent():
        raise MovedOnError


def check_in_good_standing(provider: ProviderPage) -> None:
    """Raise ``ProviderHeldError`` where the provider is not shown to the public now."""
    if not provider.is_shown():
        raise ProviderHeldError


def answer(invitation: Invitation, by: AbstractBaseUser, message: str) -> None:
    invitation.message = message
    invitation.answered_by = by
    invitation.save()
    outbox.tell_enterprise(invitation.request, MessageKind.ANSWERED, invitation)
