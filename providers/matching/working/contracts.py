"""The chosen provider confirms that there is a contract, and is reminded to."""

from __future__ import annotations

import textwrap
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from catalog.batches import one_by_one
from catalog.workdays import WorkCalendar
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    AcceptanceCriterion,
    Choice,
    EventKind,
    MatchingTerms,
    MessageKind,
    RequestState,
    Side,
    note,
)
from providers.matching.telling import outbox
from providers.matching.working.active_choice import demand, hold

# How many lines the work is judged by at most, and how long each is.
MAX_CRITERIA = 30
CRITERION_LENGTH = AcceptanceCriterion._meta.get_field("text").max_length
# The field holds eight digits before the point; nobody's contract comes near.
MAX_CONTRACTED_WAN = Decimal("99999999.99")


@transaction.atomic
def confirm_contract(choice: Choice, *, by: AbstractBaseUser, contracted_wan: Decimal) -> Choice:
    """The provider confirms a signed contract with its price in 万元 (design: Matching, States).

    The acceptance criteria are copied from the listings that were asked about, as the provider's
    proposal; the enterprise agrees to them or changes them. A second click changes nothing.

    Raises:
        MovedOnError: the choice waits for no confirmation any more.
    """
    choice = hold(choice)
    if choice.contracted_at and choice.contracted_wan == contracted_wan:
        return choice
    demand(choice, RequestState.CHOSEN)
    choice.contracted_at, choice.contracted_by = timezone.now(), by
    choice.contracted_wan = contracted_wan
    lines = listed_criteria(choice)
    if lines:
        choice.provider_agreed_at = choice.contracted_at
    choice.save()
    AcceptanceCriterion.objects.bulk_create(
        AcceptanceCriterion(choice=choice, text=line, order=order)
        for order, line in enumerate(lines)
    )
    invitation = choice.invitation
    note(choice.request, EventKind.CONTRACTED, Side.PROVIDER, by=by, invitation=invitation)
    outbox.tell_enterprise(choice.request, MessageKind.CONTRACTED, invitation, event=str(choice.pk))
    return choice


def listed_criteria(choice: Choice) -> list[str]:
    """What the listings that were asked about promise to be judged by, each line once."""
    texts = choice.invitation.solutions.order_by("path").values_list(
        "acceptance_criteria", flat=True
    )
    written = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    # A line that is too long for one criterion becomes several; nothing promised is lost.
    parts = [
        part
        for line in dict.fromkeys(written)
        for part in textwrap.wrap(line, CRITERION_LENGTH, break_on_hyphens=False)
    ]
    return parts[:MAX_CRITERIA]


def confirm_by(choice: Choice, calendar: WorkCalendar, days: int) -> datetime:
    """Until when the chosen provider should confirm (working days), in UTC."""
    return calendar.deadline(choice.chosen_at, days)


def remind_to_confirm(now: datetime) -> int:
    """Remind each provider that has not confirmed in time, once a choice; the number reminded.

    The enterprise and the office are told as well: the enterprise may let the choice fall through.

    Raises:
        PartlyDone: some could not be reminded.
    """
    days = MatchingTerms.current().confirm_days
    calendar = WorkCalendar.current()
    waiting = Choice.objects.active().filter(
        contracted_at=None,
        request__withdrawn_at=None,
        request__cancelled_at=None,
        request__none_suitable_at=None,
    )
    overdue = {
        choice.pk: choice
        for choice in waiting.select_related("request", "invitation")
        if confirm_by(choice, calendar, days) < now
    }
    return one_by_one(list(overdue), lambda pk: remind_of(overdue[pk]))


def remind_of(choice: Choice) -> bool:
    """Whether the reminder was written now, and not before or for nothing."""
    try:
        choice = hold(choice)
    except MovedOnError:
        return False
    if choice.stage != RequestState.CHOSEN:
        return False
    request, event = choice.request, str(choice.pk)
    kind = MessageKind.CONFIRM_REMINDER
    if request.messages.filter(kind=kind, created_at__gte=choice.chosen_at).exists():
        return False
    outbox.tell_provider(choice.invitation, kind, event=event)
    outbox.tell_enterprise(request, kind, choice.invitation, event=event)
    outbox.tell_office(request, kind, event=event)
    return True
