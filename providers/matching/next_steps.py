"""Where a request stands and who acts next, in the words of its enterprise."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.matching.models import (
    Invitation,
    InvitationState,
    MatchRequest,
    RequestState,
    Turn,
)
from providers.matching.wording import beijing_time

STATES = InvitationState


def state_words(request: MatchRequest) -> str:
    """The state in a few words; they name no provider, so the private link may show them."""
    state = request.state()
    if state != RequestState.SENT:
        return state.label
    if request.turn() == Turn.NOBODY:
        states = {invitation.state() for invitation in request.invitations.all()}
        return _("declined by all") if states == {STATES.DECLINED} else _("no provider takes it on")
    answered, asked = request.answered_of_asked()
    if not answered:
        return state.label
    return _("answered: %(answered)s of %(asked)s") % {"answered": answered, "asked": asked}


def invitation_label(invitation: Invitation) -> str:
    """Where one provider stands; before it is sent, nothing waits for its answer."""
    state = invitation.state()
    if state == STATES.PENDING and not invitation.request.is_sent():
        return _("to be sent")
    return state.label


def next_steps(request: MatchRequest, invitations: list[Invitation]) -> list[str]:
    """Sentences on what a sent request waits for, the enterprise's own part first.

    ``invitations`` carry ``has_consent``.
    """
    turn = request.turn()
    if turn is None:
        return []
    if turn == Turn.CENTRE:
        return [_("The service centre will propose providers to you. It is the centre's turn.")]
    if turn == Turn.NOBODY:
        return [_("No provider takes this request on, so nobody is working on it now.")]
    by_state: dict[str, list[Invitation]] = {state: [] for state in STATES}
    for invitation in invitations:
        by_state[invitation.state()].append(invitation)
    sentences = interest(by_state[STATES.INTERESTED])
    if pending := by_state[STATES.PENDING]:
        deadline = max(invitation.deadline_at for invitation in pending)
        sentences.append(
            _("Waiting for the answer of %(providers)s, until %(when)s at the latest.")
            % {"providers": names(pending), "when": beijing_time(deadline)}
        )
    return sentences


def interest(invitations: list[Invitation]) -> list[str]:
    """What the enterprise does about the providers that want to come."""
    if not invitations:
        return []
    count = len(invitations)
    sentences = [
        ngettext(
            "%(count)s provider is interested. It is your turn: agree on the day of its visit.",
            "%(count)s providers are interested. It is your turn: agree on the days of their "
            "visits.",
            count,
        )
        % {"count": count}
    ]
    if known := [invitation for invitation in invitations if invitation.has_consent]:
        sentences.append(
            _("%(providers)s can call you, since you consented; you can also call first.")
            % {"providers": names(known)}
        )
    if unknown := [invitation for invitation in invitations if not invitation.has_consent]:
        sentences.append(
            _(
                "%(providers)s cannot see who you are and cannot call you: consent below, or call "
                "first."
            )
            % {"providers": names(unknown)}
        )
    return sentences


def names(invitations: list[Invitation]) -> str:
    return _(", ").join(invitation.provider.title for invitation in invitations)
