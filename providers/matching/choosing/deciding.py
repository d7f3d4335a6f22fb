"""How a request's circle closes: a provider is chosen, none suits, it is cancelled, or the choice
comes to nothing. Each act checks, changes, notes and tells, in one transaction (design: Matching).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from providers.matching.answering.quoting import QuoteChangedError
from providers.matching.lifecycle import (
    MovedOnError,
    answer_by,
    current_invitation,
    give,
    locked,
)
from providers.matching.models import (
    CancelReason,
    Choice,
    Consent,
    EventKind,
    FallReason,
    Invitation,
    InvitationState,
    MatchRequest,
    MessageKind,
    Quote,
    RequestKind,
    RequestState,
    Side,
    note,
)
from providers.matching.personal_data.consent_texts import recipient_text
from providers.matching.telling import outbox

STATES = InvitationState
# Providers that work on an answer, or have given one that stands.
LIVE = frozenset({STATES.PENDING, STATES.INTERESTED, STATES.QUOTED})
CANCELLABLE = frozenset({RequestState.SENT, RequestState.CHOSEN})
# A choice may come to nothing until the work is handed over.
BREAKABLE = frozenset({RequestState.CHOSEN, RequestState.CONTRACTED})


class ConsentNeededError(Exception):
    """Nobody can be chosen who may not know who has chosen."""


class Hindrance(models.TextChoices):
    """Why a provider cannot be chosen now, as its enterprise reads it."""

    NO_OFFER = "no_offer", _("There is no quote of this provider to choose yet.")
    HELD = "held", _("This provider is not listed at the moment, so it cannot be chosen.")
    EXPIRED = "expired", _("This quote is no longer valid; the provider can renew it.")
    PRICE = (
        "price",
        _(
            "You can choose it once the centre has verified your phone and company and you see "
            "the price."
        ),
    )


def hindrance(invitation: Invitation, *, is_shown: bool) -> Hindrance | None:
    """What stands against choosing a provider now; None where nothing does.

    A diagnosis, a training and an answer on policy have no price list: there interest is enough.

    Args:
        is_shown: whether the provider's page is open to the public.
    """
    state, quote = invitation.state(), quote_of(invitation)
    asks_for_solution = invitation.request.kind == RequestKind.SOLUTION
    if state != STATES.QUOTED and (state != STATES.INTERESTED or asks_for_solution):
        return Hindrance.NO_OFFER
    if not is_shown:
        return Hindrance.HELD
    if quote is None:
        return None
    if not quote.is_valid_on(timezone.localdate()):
        return Hindrance.EXPIRED
    return None if quote.shows_price() else Hindrance.PRICE


def quote_of(invitation: Invitation) -> Quote | None:
    """The quote that the provider has sent, if any."""
    return getattr(invitation, "quote", None)


@transaction.atomic
def choose_provider(
    request: MatchRequest,
    invitation: Invitation,
    *,
    reason: str = "",
    consents: bool,
    seen: int | None = None,
) -> Choice:
    """Choose one provider; a second click finds the choice of the first.

    The provider learns who asks, the others learn that another one was chosen. The prices listed
    and quoted are copied for the bureau (万元).

    Args:
        reason: what speaks for it, in the enterprise's words; may be empty.
        consents: whether the enterprise agrees that this provider sees its contact data.
        seen: the version of the quote that was read, 0 where there was none; None asks for no
            check.

    Raises:
        QuoteChangedError: the provider has changed its quote since.
        ConsentNeededError: there is no live consent for this provider, and none is given.
        MovedOnError: another one is chosen, the request is over, or the offer no longer stands.
    """
    request = locked(request)
    invitation = current_invitation(request, invitation)
    choice = request.active_choice
    if choice and choice.invitation_id == invitation.pk and not request.is_over():
        return choice
    quote = quote_of(invitation)
    if quote and seen is not None and quote.version != seen:
        raise QuoteChangedError
    is_shown = invitation.provider.is_shown()
    if request.state() != RequestState.SENT or hindrance(invitation, is_shown=is_shown):
        raise MovedOnError
    now = timezone.now()
    consent_to(request, invitation, consents, now)
    others = live_invitations(request, besides=invitation)
    choice = Choice.objects.create(
        request=request, invitation=invitation, chosen_at=now, reason=reason, **prices(invitation)
    )
    note(request, EventKind.CHOSEN, Side.ENTERPRISE, invitation=invitation)
    outbox.tell_provider(invitation, MessageKind.CHOSEN, event=str(choice.pk))
    for other in others:
        outbox.tell_provider(other, MessageKind.NOT_CHOSEN, event=str(choice.pk))
    return choice


def consent_to(
    request: MatchRequest, invitation: Invitation, consents: bool, now: datetime
) -> None:
    """See to it that the provider may know who asks.

    Raises:
        ConsentNeededError: it may not, and the enterprise does not agree now.
    """
    provider = invitation.provider
    if request.consents.live().filter(recipient=provider).exists():
        return
    if not consents or request.erased_at:
        raise ConsentNeededError
    give(request, Consent.Kind.RECIPIENT, recipient_text(provider), provider, now)
    note(request, EventKind.CONSENT_GIVEN, Side.ENTERPRISE, invitation=invitation)


def prices(invitation: Invitation) -> dict[str, Decimal | None]:
    """What was listed and what was quoted for it, in 万元; None where nothing was."""
    listed = invitation.solutions.values_list("price_min_wan", "price_max_wan")
    lows = [low for low, _high in listed if low is not None]
    highs = [high for _low, high in listed if high is not None]
    quote = quote_of(invitation)
    return {
        "listed_min_wan": min(lows, default=None),
        "listed_max_wan": max(highs, default=None),
        "quoted_min_wan": quote.price_min_wan if quote else None,
        "quoted_max_wan": quote.price_max_wan if quote else None,
    }


def live_invitations(request: MatchRequest, besides: Invitation | None = None) -> list[Invitation]:
    """Those that may still answer, or whose answer stands."""
    asked = request.invitations.select_related("provider")
    return [row for row in asked if row != besides and row.state() in LIVE]


@transaction.atomic
def none_suitable(request: MatchRequest, *, note_text: str = "") -> None:
    """End a request since no reply suits; the providers are told without the words.

    Raises:
        MovedOnError: not sent, chosen, or over in another way.
    """
    request = locked(request)
    state = request.state()
    if state == RequestState.NONE_SUITABLE:
        return
    if state != RequestState.SENT:
        raise MovedOnError
    told = live_invitations(request)
    request.none_suitable_at, request.ending_note = timezone.now(), note_text
    request.save(update_fields=["none_suitable_at", "ending_note"])
    note(request, EventKind.NONE_SUITABLE, Side.ENTERPRISE)
    end_for(request, told)


@transaction.atomic
def cancel_request(request: MatchRequest, *, reason: str, note_text: str = "") -> None:
    """End a sent request whose matter is settled or given up; before the contract only.

    Args:
        reason: one of ``CancelReason``.

    Raises:
        MovedOnError: not sent, under contract, or over in another way.
    """
    request = locked(request)
    state = request.state()
    if state == RequestState.CANCELLED:
        return
    if state not in CANCELLABLE:
        raise MovedOnError
    chosen = request.active_choice
    told = [chosen.invitation] if chosen else live_invitations(request)
    request.cancelled_at, request.cancel_reason = timezone.now(), CancelReason(reason)
    request.ending_note = note_text
    request.save(update_fields=["cancelled_at", "cancel_reason", "ending_note"])
    note(request, EventKind.CANCELLED, Side.ENTERPRISE, detail=request.cancel_reason)
    end_for(request, told)


def end_for(request: MatchRequest, told: list[Invitation]) -> None:
    """Take the contact data back from everybody; tell who still waited, and who knew who asks."""
    live = request.consents.live()
    knew = set(live.filter(recipient__isnull=False).values_list("recipient_id", flat=True))
    live.update(withdrawn_at=timezone.now())
    also = [row for row in request.invitations.all() if row.provider_id in knew]
    for invitation in {row.pk: row for row in [*told, *also]}.values():
        outbox.tell_provider(invitation, MessageKind.REQUEST_ENDED)


@transaction.atomic
def fall_through(
    choice: Choice,
    *,
    side: Side,
    reason: str,
    note_text: str = "",
    by: AbstractBaseUser | None = None,
) -> Choice:
    """Undo a choice before the work is handed over; the request is open again.

    A provider that backs out withdraws its reply with it. One that the enterprise drops keeps its
    reply and may be chosen again. Those whose time to answer ran while the choice stood get it
    anew.

    Args:
        side: the enterprise or the provider.
        reason: one of ``FallReason``.
        by: the provider's account; the enterprise has none.

    Raises:
        MovedOnError: handed over, over, or fallen through by the other side.
    """
    request = locked(choice.request)
    choice = request.choices.select_related("invitation__provider").get(pk=choice.pk)
    if choice.fell_through_at:
        if choice.fell_by == side:
            return choice
        raise MovedOnError
    if request.state() not in BREAKABLE:
        raise MovedOnError
    now = timezone.now()
    choice.fell_through_at, choice.fell_by = now, Side(side)
    choice.fall_reason, choice.fall_note = FallReason(reason), note_text
    choice.save(update_fields=["fell_through_at", "fell_by", "fall_reason", "fall_note"])
    dropped = choice.invitation
    note(
        request,
        EventKind.FELL_THROUGH,
        Side(side),
        by=by,
        invitation=dropped,
        detail=choice.fall_reason,
    )
    event = str(choice.pk)
    if side == Side.PROVIDER:
        withdraw_with(choice)
        outbox.tell_enterprise(request, MessageKind.FELL_THROUGH, dropped, event=event)
    else:
        outbox.tell_provider(dropped, MessageKind.FELL_THROUGH, event=event)
    give_time_anew(request, choice)
    for other in live_invitations(request, besides=dropped):
        outbox.tell_provider(other, MessageKind.REQUEST_REOPENED, event=event)
    return choice


def withdraw_with(choice: Choice) -> None:
    """The provider's reply goes with its choice, for the reason that it gave."""
    with translation.override(settings.LANGUAGE_CODE):
        words = choice.fall_note or str(FallReason(choice.fall_reason).label)
    invitation = choice.invitation
    invitation.withdrawn_at = choice.fell_through_at
    invitation.withdrawal_reason = words[:300]
    invitation.save(update_fields=["withdrawn_at", "withdrawal_reason"])


def give_time_anew(request: MatchRequest, choice: Choice) -> None:
    """Whoever could still answer when the choice was made has as long again."""
    waited = request.invitations.filter(
        interested_at=None, declined_at=None, deadline_at__gte=choice.chosen_at
    )
    waited.update(deadline_at=answer_by(choice.fell_through_at))
