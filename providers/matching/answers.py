"""What a provider does with an invitation: check, change, tell, in one transaction."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from providers.matching import outbox
from providers.matching.lifecycle import MovedOnError, current_invitation, locked
from providers.matching.models import (
    EventKind,
    Invitation,
    InvitationState,
    MessageKind,
    Side,
    note,
)


@transaction.atomic
def say_interested(
    invitation: Invitation, *, by: AbstractBaseUser, visit_on: date, message: str
) -> None:
    """The provider will come on that day."""
    invitation = pending(invitation)
    invitation.interested_at = timezone.now()
    invitation.visit_on = visit_on
    answer(invitation, by, message)
    note(invitation.request, EventKind.INTERESTED, Side.PROVIDER, by=by, invitation=invitation)


@transaction.atomic
def decline(invitation: Invitation, *, by: AbstractBaseUser, reason: str, message: str) -> None:
    """The provider does not take the request, for a reason that the enterprise reads."""
    invitation = pending(invitation)
    invitation.declined_at = timezone.now()
    invitation.decline_reason = reason
    answer(invitation, by, message)
    note(
        invitation.request,
        EventKind.DECLINED,
        Side.PROVIDER,
        by=by,
        invitation=invitation,
        detail=reason,
    )


def pending(invitation: Invitation) -> Invitation:
    """The invitation as it is now, held until the answer is written.

    Raises:
        MovedOnError: answered already, too late, or the request was withdrawn.
    """
    request = locked(invitation.request)
    current = current_invitation(request, invitation)
    if current.state() != InvitationState.PENDING or not request.is_sent():
        raise MovedOnError
    return current


def answer(invitation: Invitation, by: AbstractBaseUser, message: str) -> None:
    invitation.message = message
    invitation.answered_by = by
    invitation.save()
    outbox.tell_enterprise(invitation.request, MessageKind.ANSWERED, invitation)
