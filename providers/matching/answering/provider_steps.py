"""What a provider has to do next; own_page.next_steps says it to the enterprise."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from providers.matching.models import Invitation, InvitationState
from providers.matching.wording import beijing_time, plain_day

STATES = InvitationState


def provider_step(invitation: Invitation) -> str:
    """Whose turn it is and what comes then, for the provider asked."""
    state = invitation.state()
    if state == STATES.PENDING:
        return _(
            "Please answer by %(when)s: say that you are interested, with a day for your visit, or "
            "decline."
        ) % {"when": beijing_time(invitation.deadline_at)}
    if state == STATES.EXPIRED:
        return _(
            "The time to answer ended at %(when)s. The enterprise and the centre were told; they "
            "may ask others."
        ) % {"when": beijing_time(invitation.deadline_at)}
    if state == STATES.INTERESTED:
        return quote_step(invitation, timezone.localdate())
    return sentence_of(state)


def quote_step(invitation: Invitation, today: date) -> str:
    """What an interested provider owes."""
    due = invitation.quote_due_on
    if due is None:
        return _("The enterprise may choose you now. You may also send a quote.")
    if due < today:
        return _(
            "Your quote was promised for %(day)s, which has passed. Please send it now, or "
            "withdraw your reply."
        ) % {"day": plain_day(due)}
    return _("Please send your quote by %(day)s, as you have promised.") % {"day": plain_day(due)}


def sentence_of(state: InvitationState) -> str:
    """What a state that asks nothing of the provider means for it."""
    sentences = {
        STATES.QUOTED: _(
            "The enterprise compares the quotes and chooses. You can change yours until then."
        ),
        STATES.DECLINED: _("You have declined; nothing more is expected of you."),
        STATES.WITHDRAWN: _("You have withdrawn your reply; nothing more is expected of you."),
        STATES.CHOSEN: _("The enterprise has chosen you."),
        STATES.NOT_CHOSEN: _(
            "The enterprise has chosen another provider. Should that come to nothing, the request "
            "is open again and you will be told."
        ),
        STATES.CLOSED: _("The enterprise has ended the request; nothing more is expected of you."),
    }
    return sentences[state]
