"""A request's history as its enterprise reads it: providers by name, officers never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.matching.models import (
    CancelReason,
    DeclineReason,
    EventKind,
    FallReason,
    MatchRequest,
    RequestEvent,
)
from providers.matching.oversight.verifying import TAKEN_BACK

KINDS = EventKind
WORDS = {
    KINDS.SUBMITTED: gettext_lazy("You submitted the request."),
    KINDS.REOPENED: gettext_lazy("You took the request back to edit it."),
    KINDS.SENT: gettext_lazy("The request was sent."),
    KINDS.WITHDRAWN: gettext_lazy("You withdrew the request."),
    KINDS.CANCELLED: gettext_lazy("You cancelled the request: %(detail)s."),
    KINDS.NONE_SUITABLE: gettext_lazy("You ended the request: no reply was suitable."),
    KINDS.INVITED: gettext_lazy("%(provider)s was asked as well."),
    KINDS.INTERESTED: gettext_lazy("%(provider)s is interested."),
    KINDS.DECLINED: gettext_lazy("%(provider)s declined: %(detail)s."),
    KINDS.QUOTED: gettext_lazy("%(provider)s sent its quote."),
    KINDS.QUOTE_CHANGED: gettext_lazy("%(provider)s changed its quote."),
    KINDS.REPLY_WITHDRAWN: gettext_lazy("%(provider)s withdrew its reply."),
    # Who asked is told to nobody, the enterprise included.
    KINDS.QUESTION_ASKED: gettext_lazy("A provider asked a question."),
    KINDS.QUESTION_ANSWERED: gettext_lazy("You answered a question."),
    KINDS.CONSENT_GIVEN: gettext_lazy("You let %(provider)s see who you are."),
    KINDS.CONSENT_WITHDRAWN: gettext_lazy("You withdrew the consent for %(provider)s."),
    KINDS.NAMING_GIVEN: gettext_lazy("You let your company be named beside a case."),
    KINDS.NAMING_WITHDRAWN: gettext_lazy("You no longer let your company be named beside a case."),
    KINDS.CHOSEN: gettext_lazy("You chose %(provider)s."),
    KINDS.CONTRACTED: gettext_lazy("%(provider)s confirmed the contract."),
    KINDS.FELL_THROUGH: gettext_lazy("The choice of %(provider)s fell through: %(detail)s."),
    KINDS.CRITERIA_CHANGED: gettext_lazy("The acceptance criteria were changed."),
    KINDS.CRITERIA_AGREED: gettext_lazy("The acceptance criteria were agreed to."),
    KINDS.HANDED_OVER: gettext_lazy("%(provider)s handed the work over."),
    KINDS.HAND_OVER_REFUSED: gettext_lazy("You said what was missing in the work."),
    KINDS.CONFIRMED: gettext_lazy("The work was confirmed."),
    KINDS.DISPUTED: gettext_lazy("A dispute about the work was opened."),
    KINDS.DISPUTE_SETTLED: gettext_lazy("The dispute was settled."),
    KINDS.UNCONFIRMED: gettext_lazy("The work was closed without confirmation."),
    KINDS.RATED: gettext_lazy("You rated the work."),
    KINDS.ADVISED: gettext_lazy("The service centre proposed a provider."),
    KINDS.ADVICE_TAKEN: gettext_lazy("You took a proposal of the centre."),
    KINDS.ADVICE_REFUSED: gettext_lazy("You did not take a proposal of the centre."),
    KINDS.INTERVENTION_PROPOSED: gettext_lazy("The office offered help."),
    KINDS.INTERVENTION_AGREED: gettext_lazy("You agreed to the office's help."),
    KINDS.INTERVENTION_REFUSED: gettext_lazy("You did not want the office's help."),
    KINDS.INTERVENTION_DONE: gettext_lazy("The office gave its help."),
    KINDS.PHONE_VERIFIED: gettext_lazy("The service centre verified your phone."),
    KINDS.COMPANY_VERIFIED: gettext_lazy("The service centre verified your company."),
    KINDS.KEYS_RENEWED: gettext_lazy("Link and access code were made anew."),
    KINDS.EXPORTED: gettext_lazy("The data held about the request were handed out to you."),
    KINDS.ERASED: gettext_lazy("Your personal data were erased."),
}
REASONS = {
    KINDS.CANCELLED: CancelReason,
    KINDS.DECLINED: DeclineReason,
    KINDS.FELL_THROUGH: FallReason,
}


@dataclass(frozen=True)
class Moment:
    """One line of the history: when, and what happened in plain words."""

    at: datetime
    words: str


def timeline_of(request: MatchRequest) -> list[Moment]:
    """What happened to a request, the latest first; one query."""
    events = request.events.select_related("invitation__provider").order_by("-at", "-pk")
    return [Moment(event.at, words_of(event)) for event in events]


WORDS_TAKEN_BACK = {
    KINDS.PHONE_VERIFIED: gettext_lazy(
        "The service centre no longer takes your phone as verified."
    ),
    KINDS.COMPANY_VERIFIED: gettext_lazy(
        "The service centre no longer takes your company as verified."
    ),
}


def words_of(event: RequestEvent) -> str:
    """The sentence of one event; who of the office acted is never said."""
    provider = event.invitation.provider.title if event.invitation else _("A provider")
    words = WORDS_TAKEN_BACK if event.detail == TAKEN_BACK else WORDS
    return str(words[KINDS(event.kind)]) % {"provider": provider, "detail": reason_of(event)}


def reason_of(event: RequestEvent) -> str:
    """The reason chosen, in the words of the form that offered it."""
    reasons = REASONS.get(KINDS(event.kind))
    known = reasons is not None and event.detail in reasons.values
    return str(reasons(event.detail).label) if known else event.detail
