"""The office offers its help, and gives it only once the enterprise has agreed."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import (
    EventKind,
    Intervention,
    MatchRequest,
    Message,
    MessageKind,
    Side,
    note,
)
from providers.matching.officers import SEES_ALL, side_of
from providers.matching.telling import outbox

# The lead provider does not know who asks, so it can speak with providers only.
KINDS_OF_LEAD = (Intervention.Kind.CALL_PROVIDER,)


def kinds_for(user: AbstractBaseUser) -> list[tuple[str, str]]:
    """What an officer may offer, as choices."""
    if user.has_perm(SEES_ALL):
        return list(Intervention.Kind.choices)
    return [(kind.value, kind.label) for kind in KINDS_OF_LEAD]


@transaction.atomic
def offer_help(
    request: MatchRequest, *, by: AbstractBaseUser, kind: str, text: str
) -> Intervention:
    """Ask the enterprise whether the office may do this; the same offer stands once.

    Raises:
        MovedOnError: the request was not sent or is over, or its data are erased.
    """
    request = locked(request)
    if not request.is_sent() or request.is_over() or request.erased_at:
        raise MovedOnError
    waiting = request.interventions.filter(agreed_at=None, refused_at=None)
    if same := waiting.filter(kind=kind, text=text, proposed_by=by).first():
        return same
    offered = Intervention.objects.create(
        request=request, kind=kind, text=text, side=side_of(by), proposed_by=by
    )
    note(request, EventKind.INTERVENTION_PROPOSED, side_of(by), by=by, detail=kind)
    outbox.tell_enterprise(request, MessageKind.HELP_OFFERED, event=f"help{offered.pk}")
    return offered


@transaction.atomic
def agree_to_help(intervention: Intervention) -> None:
    """The enterprise lets the office do it.

    Raises:
        MovedOnError: it has refused it, or the request is over.
    """
    current = answerable(intervention)
    if current.agreed_at:
        return
    if current.refused_at:
        raise MovedOnError
    current.agreed_at = timezone.now()
    answer(current, "agreed_at", EventKind.INTERVENTION_AGREED)


@transaction.atomic
def refuse_help(intervention: Intervention) -> None:
    """The enterprise does not want it, also after it had agreed and as long as it is not done."""
    current = answerable(intervention)
    if current.refused_at:
        return
    if current.done_at:
        raise MovedOnError
    current.agreed_at, current.refused_at = None, timezone.now()
    answer(current, "refused_at", EventKind.INTERVENTION_REFUSED)


def answerable(intervention: Intervention) -> Intervention:
    request = locked(intervention.request)
    if request.is_over():
        raise MovedOnError
    return Intervention.objects.select_related("request", "proposed_by").get(
        request=request, pk=intervention.pk
    )


def answer(intervention: Intervention, field: str, kind: EventKind) -> None:
    intervention.save(update_fields=["agreed_at", "refused_at"])
    request, by = intervention.request, intervention.proposed_by
    note(request, kind, Side.ENTERPRISE, detail=intervention.kind)
    event = f"{field}{intervention.pk}"
    outbox.tell_office(request, MessageKind.HELP_ANSWERED, event=event)
    if by is not None and by.is_active:
        # The lead provider's officers do not see all, so the office's message leaves them out.
        outbox.write(
            key=f"{MessageKind.HELP_ANSWERED}:{request.reference}:{event}:{by.pk}",
            kind=MessageKind.HELP_ANSWERED,
            audience=Message.Audience.OFFICE,
            user=by,
            request=request,
        )


@transaction.atomic
def finish_help(intervention: Intervention, *, by: AbstractBaseUser, result: str) -> None:
    """Write down what came of the help; without the enterprise's consent there is none.

    Raises:
        MovedOnError: the enterprise has not agreed, or has taken its consent back.
    """
    request = locked(intervention.request)
    current = Intervention.objects.get(request=request, pk=intervention.pk)
    if current.done_at:
        return
    if current.agreed_at is None or request.erased_at:
        raise MovedOnError
    current.done_at, current.result = timezone.now(), result
    current.save(update_fields=["done_at", "result"])
    note(request, EventKind.INTERVENTION_DONE, current.side, by=by, detail=current.kind)
