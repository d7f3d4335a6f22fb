"""The work after the contract: what it is judged by, its steps, its hand-over and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from catalog.batches import one_by_one
from catalog.models import ProvincialLevel
from providers.keys import fingerprint
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    AcceptanceCriterion,
    Choice,
    EventKind,
    HandOver,
    MatchingTerms,
    MessageKind,
    Milestone,
    RequestState,
    Side,
    note,
)
from providers.matching.telling import outbox
from providers.matching.working.active_choice import demand, hold
from providers.matching.working.contracts import CRITERION_LENGTH, MAX_CRITERIA

# A hand-over is never closed sooner than this after the reminder, however late that went out.
NOTICE_BEFORE_CLOSING = timedelta(days=5)
MAX_MILESTONES = 20


class MilestonesChangedError(MovedOnError):
    """A colleague has changed the milestones since they were read."""


class CriteriaNotAgreedError(MovedOnError):
    """Work is handed over only when both sides have agreed what it is judged by."""


@dataclass(frozen=True)
class PlannedStep:
    """A milestone as the provider keeps it; ``pk`` is that of the row it changes, None if new."""

    title: str
    due_on: date
    is_reached: bool = False
    pk: int | None = None


# -- acceptance criteria ------------------------------------------------------------------------


def criteria_mark(choice: Choice) -> str:
    """A short mark of the criteria as they stand: who answers a list says which one was read."""
    return fingerprint("\n".join(line.text for line in choice.criteria.all()))[:16]


@transaction.atomic
def set_criteria(
    choice: Choice,
    *,
    side: Side,
    lines: Sequence[str],
    by: AbstractBaseUser | None = None,
    seen: str = "",
) -> Choice:
    """One side writes the acceptance criteria; the other has to agree to them anew.

    Args:
        side: enterprise or provider; ``by`` is the member where it is the provider.
        lines: 1 to ``MAX_CRITERIA`` texts of at most ``CRITERION_LENGTH`` characters.
        seen: the mark of the list that was edited; empty where nobody read one.

    Raises:
        MovedOnError: the work has no contract yet or waits for an answer, or the other side has
            changed the list meanwhile.
        ValueError: no line, too many or too long ones.
    """
    wanted = checked_lines(lines)
    choice = hold(choice)
    demand(choice, RequestState.CONTRACTED)
    if wanted == [line.text for line in choice.criteria.all()]:
        return agree(choice, side, by)
    if seen and seen != criteria_mark(choice):
        raise MovedOnError
    choice.criteria.all().delete()
    AcceptanceCriterion.objects.bulk_create(
        AcceptanceCriterion(choice=choice, text=line, order=order)
        for order, line in enumerate(wanted)
    )
    now = timezone.now()
    choice.enterprise_agreed_at = now if side == Side.ENTERPRISE else None
    choice.provider_agreed_at = now if side == Side.PROVIDER else None
    choice.save(update_fields=["enterprise_agreed_at", "provider_agreed_at"])
    event = note(
        choice.request, EventKind.CRITERIA_CHANGED, side, by=by, invitation=choice.invitation
    )
    tell_other_side(choice, side, MessageKind.CRITERIA_CHANGED, event=str(event.pk))
    return choice


def checked_lines(lines: Sequence[str]) -> list[str]:
    """The lines without blanks and repetitions.

    Raises:
        ValueError: none is left, or there are too many or too long ones.
    """
    wanted = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not 1 <= len(wanted) <= MAX_CRITERIA:
        raise ValueError(f"{len(wanted)} lines of criteria")
    if any(len(line) > CRITERION_LENGTH for line in wanted):
        raise ValueError("a criterion is too long")
    return wanted


@transaction.atomic
def agree_criteria(
    choice: Choice, *, side: Side, by: AbstractBaseUser | None = None, seen: str = ""
) -> Choice:
    """One side agrees to the criteria as they stand, or as it has ``seen`` them.

    Raises:
        MovedOnError: there are none, they were changed meanwhile, or the work has moved on.
    """
    choice = hold(choice)
    demand(choice, RequestState.CONTRACTED)
    if not choice.criteria.exists() or (seen and seen != criteria_mark(choice)):
        raise MovedOnError
    return agree(choice, side, by)


def agree(choice: Choice, side: Side, by: AbstractBaseUser | None) -> Choice:
    """Set the side's stamp on a held choice, once."""
    name = "enterprise_agreed_at" if side == Side.ENTERPRISE else "provider_agreed_at"
    if getattr(choice, name):
        return choice
    setattr(choice, name, timezone.now())
    choice.save(update_fields=[name])
    event = note(
        choice.request, EventKind.CRITERIA_AGREED, side, by=by, invitation=choice.invitation
    )
    if choice.criteria_are_agreed:
        tell_other_side(choice, side, MessageKind.CRITERIA_AGREED, event=str(event.pk))
    return choice


def tell_other_side(choice: Choice, side: Side, kind: MessageKind, event: str) -> None:
    """Tell whichever of enterprise and provider has not acted."""
    if side == Side.ENTERPRISE:
        outbox.tell_provider(choice.invitation, kind, event=event)
    else:
        outbox.tell_enterprise(choice.request, kind, choice.invitation, event=event)


# -- milestones ---------------------------------------------------------------------------------


def milestones_mark(choice: Choice) -> str:
    """A short mark of the milestones as they stand; empty where there are none."""
    rows = choice.milestones.order_by("pk")
    lines = [f"{row.pk} {row.due_on} {bool(row.reached_at)} {row.title}" for row in rows]
    return fingerprint("\n".join(lines))[:16] if lines else ""


@transaction.atomic
def set_milestones(
    choice: Choice,
    *,
    by: AbstractBaseUser,
    milestones: Sequence[PlannedStep],
    seen: str | None = None,
) -> Choice:
    """The provider writes the steps of the work; what is left out goes.

    A step keeps the moment at which it was first marked as reached. A second click finds the
    steps of the first.

    Args:
        seen: the mark of the milestones that were edited; None asks for no check.

    Raises:
        MilestonesChangedError: a colleague has changed them since ``seen``, and these differ.
        MovedOnError: the work is not under way, or a step was removed meanwhile.
        ValueError: too many steps.
    """
    if len(milestones) > MAX_MILESTONES:
        raise ValueError(f"{len(milestones)} milestones")
    choice = hold(choice)
    demand(choice, RequestState.CONTRACTED)
    before = {row.pk: row for row in choice.milestones.all()}
    if seen is not None and seen != milestones_mark(choice):
        if are_alike(milestones, before.values()):
            return choice
        raise MilestonesChangedError
    kept = [step.pk for step in milestones if step.pk is not None]
    if not set(kept) <= set(before):
        raise MovedOnError
    choice.milestones.exclude(pk__in=kept).delete()
    for step in milestones:
        row = before.get(step.pk) if step.pk is not None else None
        row = row or Milestone(choice=choice)
        row.title, row.due_on = step.title, step.due_on
        row.reached_at = (row.reached_at or timezone.now()) if step.is_reached else None
        row.save()
    return choice


def are_alike(steps: Iterable[PlannedStep], rows: Iterable[Milestone]) -> bool:
    """Whether the rows say what the steps say, in whatever order."""
    wanted = sorted((step.title, step.due_on, step.is_reached) for step in steps)
    return wanted == sorted((row.title, row.due_on, bool(row.reached_at)) for row in rows)


# -- hand-over ----------------------------------------------------------------------------------


@transaction.atomic
def hand_over(choice: Choice, *, by: AbstractBaseUser, message: str) -> HandOver:
    """The provider says that the work is done, and what was delivered (≤ 1000 characters).

    A second click finds the hand-over of the first.

    Raises:
        CriteriaNotAgreedError: one side has not agreed to the acceptance criteria.
        MovedOnError: the work is not under way.
    """
    choice = hold(choice)
    waiting = open_hand_over(choice)
    if waiting and choice.stage == RequestState.HANDED_OVER and waiting.message == message:
        return waiting
    demand(choice, RequestState.CONTRACTED)
    if not choice.criteria_are_agreed:
        raise CriteriaNotAgreedError
    made = HandOver.objects.create(choice=choice, by=by, message=message)
    choice.handed_over_at, choice.silence_told_at = made.at, None
    choice.save(update_fields=["handed_over_at", "silence_told_at"])
    request, invitation = choice.request, choice.invitation
    note(request, EventKind.HANDED_OVER, Side.PROVIDER, by=by, invitation=invitation)
    outbox.tell_enterprise(request, MessageKind.HANDED_OVER, invitation, event=str(made.pk))
    return made


def open_hand_over(choice: Choice) -> HandOver | None:
    """The hand-over that waits for its answer."""
    return choice.hand_overs.filter(confirmed_at=None, refused_at=None).first()


@transaction.atomic
def confirm_work(choice: Choice, *, level_reached: ProvincialLevel | None = None) -> Choice:
    """The enterprise accepts what was handed over, with the level it reached if it knows.

    Raises:
        MovedOnError: nothing waits for its answer, or it has ended in another way.
    """
    choice = hold(choice)
    if choice.accepted_at and choice.level_reached == level_reached:
        return choice
    demand(choice, RequestState.HANDED_OVER)
    waiting = open_hand_over(choice)
    accept(choice, timezone.now(), level_reached=level_reached)
    note(
        choice.request,
        EventKind.CONFIRMED,
        Side.ENTERPRISE,
        invitation=choice.invitation,
        detail=level_reached.pk if level_reached else "",
    )
    outbox.tell_provider(
        choice.invitation,
        MessageKind.HAND_OVER_CONFIRMED,
        event=str(waiting.pk if waiting else choice.pk),
    )
    return choice


def accept(choice: Choice, now: datetime, *, level_reached: ProvincialLevel | None = None) -> None:
    """Close a held choice as accepted, with the hand-over that waited."""
    choice.hand_overs.filter(confirmed_at=None, refused_at=None).update(confirmed_at=now)
    choice.accepted_at, choice.level_reached = now, level_reached
    choice.handed_over_at = choice.disputed_at = None
    choice.save()


@transaction.atomic
def refuse_work(choice: Choice, *, refusal: str) -> Choice:
    """The enterprise says what is missing (≤ 1000 characters); the provider works on.

    Raises:
        MovedOnError: nothing waits for its answer.
    """
    choice = hold(choice)
    last = choice.hand_overs.last()
    if choice.stage == RequestState.CONTRACTED and last and last.refusal == refusal:
        return choice
    demand(choice, RequestState.HANDED_OVER)
    last.refused_at, last.refusal = timezone.now(), refusal
    last.save(update_fields=["refused_at", "refusal"])
    choice.handed_over_at = choice.silence_told_at = None
    choice.save(update_fields=["handed_over_at", "silence_told_at"])
    note(
        choice.request,
        EventKind.HAND_OVER_REFUSED,
        Side.ENTERPRISE,
        invitation=choice.invitation,
    )
    outbox.tell_provider(choice.invitation, MessageKind.HAND_OVER_REFUSED, event=str(last.pk))
    return choice


# -- silence ------------------------------------------------------------------------------------


def reminded_after(choice: Choice, terms: MatchingTerms) -> datetime:
    """When the enterprise is reminded of a hand-over that it has not answered."""
    return choice.handed_over_at + timedelta(days=terms.silence_notice_days)


def closes_after(choice: Choice, terms: MatchingTerms) -> datetime:
    """When an unanswered hand-over closes as unconfirmed, as far as can be said now."""
    reminded = choice.silence_told_at or reminded_after(choice, terms)
    closing = choice.handed_over_at + timedelta(days=terms.silence_days)
    return max(closing, reminded + NOTICE_BEFORE_CLOSING)


def close_silent(now: datetime) -> int:
    """Remind of unanswered hand-overs, and close those that stay so; how many of both.

    One that is in dispute waits for the settlement. A run that comes late reminds first, and
    closes five days after that at the earliest.

    Raises:
        PartlyDone: something was due on some of them and could not be done.
    """
    terms = MatchingTerms.current()
    waiting = Choice.objects.under_way().filter(handed_over_at__lte=now, disputed_at=None)
    silent = waiting.select_related("request", "invitation").in_bulk()
    return one_by_one(list(silent), lambda pk: answer_silence(silent[pk], terms, now))


def answer_silence(choice: Choice, terms: MatchingTerms, now: datetime) -> bool:
    """Do what is due on one unanswered hand-over; whether anything was."""
    try:
        choice = hold(choice)
    except MovedOnError:
        return False
    if choice.stage != RequestState.HANDED_OVER:
        return False
    if choice.silence_told_at is None:
        return reminded_after(choice, terms) <= now and remind_of_hand_over(choice, now)
    return closes_after(choice, terms) <= now and close_unconfirmed(choice, now)


def remind_of_hand_over(choice: Choice, now: datetime) -> bool:
    choice.silence_told_at = now
    choice.save(update_fields=["silence_told_at"])
    # The clock starts anew when a dispute ends, and so does the reminder.
    event = f"{choice.pk}:{choice.handed_over_at.isoformat()}"
    outbox.tell_enterprise(
        choice.request, MessageKind.HAND_OVER_WAITS, choice.invitation, event=event
    )
    return True


def close_unconfirmed(choice: Choice, now: datetime) -> bool:
    """Close without an answer: no acceptance and no evidence, and both sides are told so."""
    choice.unconfirmed_at, choice.handed_over_at = now, None
    choice.save(update_fields=["unconfirmed_at", "handed_over_at"])
    request, invitation = choice.request, choice.invitation
    note(request, EventKind.UNCONFIRMED, Side.CLOCK, invitation=invitation)
    kind = MessageKind.CLOSED_UNCONFIRMED
    outbox.tell_enterprise(request, kind, invitation, event=str(choice.pk))
    outbox.tell_provider(invitation, kind, event=str(choice.pk))
    return True
