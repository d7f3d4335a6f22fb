"""Where a request stands and who acts next, in the words of its enterprise."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.workdays import WorkCalendar
from providers.matching.advising.queue import AdviceClock, asked_at
from providers.matching.models import (
    Choice,
    Invitation,
    InvitationState,
    MatchingTerms,
    MatchRequest,
    Question,
    RequestState,
    Turn,
)
from providers.matching.models.requests import CONTACT_RETENTION
from providers.matching.wording import beijing_time, plain_day
from providers.matching.working.carrying_out import closes_after
from providers.matching.working.contracts import confirm_by

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
    if state == STATES.CHOSEN:
        return _("chosen by you")
    return state.label


def next_steps(request: MatchRequest, invitations: list[Invitation]) -> list[str]:
    """Sentences on where a request stands and what it waits for, the enterprise's part first.

    Nothing is said before it is sent. ``invitations`` are the request's own, with their provider,
    their quote and ``has_consent``.
    """
    state = request.state()
    if state in (RequestState.DRAFT, RequestState.SUBMITTED):
        return []
    if state == RequestState.SENT:
        return [*last_fall(request), *questions(request), *while_open(request, invitations)]
    if request.is_over():
        return how_it_ended(request)
    return while_at_work(request.active_choice)


def while_open(request: MatchRequest, invitations: list[Invitation]) -> list[str]:
    """What a sent request without a choice waits for."""
    turn = request.turn()
    if turn == Turn.CENTRE:
        return centre(request, any_asked=bool(invitations))
    if turn == Turn.NOBODY:
        return [_("No provider takes this request on, so nobody is working on it now.")]
    by_state: dict[str, list[Invitation]] = {state: [] for state in STATES}
    for invitation in invitations:
        by_state[invitation.state()].append(invitation)
    sentences = [
        *quotes(by_state[STATES.QUOTED]),
        *interest(by_state[STATES.INTERESTED]),
        *awaited_quotes(by_state[STATES.INTERESTED]),
        *advice(request),
    ]
    if pending := by_state[STATES.PENDING]:
        deadline = max(invitation.deadline_at for invitation in pending)
        sentences.append(
            _("Waiting for the answer of %(providers)s, until %(when)s at the latest.")
            % {"providers": names(pending), "when": beijing_time(deadline)}
        )
    return sentences


def last_fall(request: MatchRequest) -> list[str]:
    """Why an open request was chosen from before, if it was."""
    fallen = [choice for choice in request.choices.all() if choice.fell_through_at]
    if not fallen:
        return []
    last = max(fallen, key=lambda choice: choice.fell_through_at)
    return [
        _(
            "The choice of %(provider)s fell through on %(day)s: %(reason)s. The request is "
            "open again."
        )
        % {
            "provider": last.invitation.provider.title,
            "day": day_of(last.fell_through_at),
            "reason": last.get_fall_reason_display(),
        }
    ]


def questions(request: MatchRequest) -> list[str]:
    """How many questions wait for the enterprise."""
    waiting = Question.objects.filter(invitation__request=request, answered_at=None).count()
    if not waiting:
        return []
    return [
        ngettext(
            "%(count)s question of a provider waits for your answer below.",
            "%(count)s questions of providers wait for your answer below.",
            waiting,
        )
        % {"count": waiting}
    ]


def centre(request: MatchRequest, *, any_asked: bool) -> list[str]:
    """What the centre owes, and until when (working days)."""
    until = AdviceClock.current().due(asked_at(request))
    sentences = [_("No provider takes this request on so far.")] if any_asked else []
    if until < timezone.now():
        sentences.append(
            _("The service centre was to propose providers by %(when)s. It is the centre's turn.")
            % {"when": beijing_time(until)}
        )
    else:
        sentences.append(
            _(
                "The service centre will propose providers to you by %(when)s. It is the centre's "
                "turn."
            )
            % {"when": beijing_time(until)}
        )
    return sentences


def advice(request: MatchRequest) -> list[str]:
    """What the enterprise does about the centre's proposals."""
    count = sum(1 for row in request.advice.all() if row.is_open)
    if not count:
        return []
    return [
        ngettext(
            "The service centre proposes %(count)s provider. It is your turn: ask it, or not.",
            "The service centre proposes %(count)s providers. It is your turn: ask them, or not.",
            count,
        )
        % {"count": count}
    ]


def quotes(invitations: list[Invitation]) -> list[str]:
    """What the enterprise does about the quotes that have come."""
    if not invitations:
        return []
    count = len(invitations)
    sentences = [
        ngettext(
            "%(count)s quote has come. It is your turn: compare and choose, or say that none "
            "suits.",
            "%(count)s quotes have come. It is your turn: compare and choose, or say that none "
            "suits.",
            count,
        )
        % {"count": count}
    ]
    today = timezone.localdate()
    ends = [row.quote.valid_until for row in invitations if row.quote.is_valid_on(today)]
    if ends:
        sentences.append(
            _("The first quote to end is valid until %(day)s.") % {"day": plain_day(min(ends))}
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


def awaited_quotes(invitations: list[Invitation]) -> list[str]:
    """By which days the quotes were promised."""
    return [
        _("%(provider)s has promised its quote by %(day)s.")
        % {"provider": row.provider.title, "day": plain_day(row.quote_due_on)}
        for row in invitations
        if row.quote_due_on
    ]


def while_at_work(choice: Choice) -> list[str]:
    """What a request waits for from the choice to the end of the work."""
    provider = {"provider": choice.invitation.provider.title}
    if choice.stage == RequestState.CHOSEN:
        return confirmation(choice, provider)
    if choice.stage == RequestState.CONTRACTED:
        return [*agreement(choice, provider), *work_under_way(choice, provider)]
    if choice.stage == RequestState.HANDED_OVER:
        until = closes_after(choice, MatchingTerms.current())
        return [
            _(
                "%(provider)s has handed the work over. It is your turn: confirm it, or say what "
                "is missing."
            )
            % provider,
            _("Without an answer it closes after %(when)s as unconfirmed.")
            % {"when": beijing_time(until)},
        ]
    return [
        _("There is a dispute about the work of %(provider)s. It is the office's turn.") % provider,
        _("The work rests until the dispute is settled; you will be told."),
    ]


def confirmation(choice: Choice, provider: dict[str, str]) -> list[str]:
    """The chosen provider has to confirm the contract, by a day."""
    until = confirm_by(choice, WorkCalendar.current(), MatchingTerms.current().confirm_days)
    day = {"day": day_of(choice.chosen_at)}
    sentences = [_("You chose %(provider)s on %(day)s.") % {**provider, **day}]
    if until < timezone.now():
        late = _(
            "It should have confirmed the contract by %(when)s. You can wait for it, call it, or "
            "let the choice fall through."
        )
    else:
        late = _("It is its turn: it gets in touch with you and confirms the contract by %(when)s.")
    return [*sentences, late % {"when": beijing_time(until)}]


def agreement(choice: Choice, provider: dict[str, str]) -> list[str]:
    """The lines that the work is judged by wait for the enterprise."""
    if choice.enterprise_agreed_at or not choice.provider_agreed_at:
        return []
    return [
        _("%(provider)s proposes what the work is judged by. It is your turn: agree, or change it.")
        % provider
    ]


def work_under_way(choice: Choice, provider: dict[str, str]) -> list[str]:
    sentences = [
        _(
            "The contract with %(provider)s was confirmed on %(day)s. It is its turn: it works and "
            "hands the work over, and then you confirm it."
        )
        % {**provider, "day": day_of(choice.contracted_at)}
    ]
    ahead = choice.milestones.filter(reached_at=None).first()
    if ahead:
        sentences.append(
            _("Next step: %(title)s, by %(day)s.")
            % {"title": ahead.title, "day": plain_day(ahead.due_on)}
        )
    return sentences


def how_it_ended(request: MatchRequest) -> list[str]:
    """What an end state means, when it came, and what becomes of the data."""
    state, choice = request.state(), request.active_choice
    if state in GIVEN_UP:
        moment = getattr(request, GIVEN_UP[state])
    else:
        moment = choice.accepted_at or choice.unconfirmed_at or choice.ended_at
    known = {
        "day": day_of(moment),
        "provider": choice.invitation.provider.title if choice else "",
        "reason": request.get_cancel_reason_display(),
    }
    sentences = [str(ENDINGS[state]) % known]
    if not request.erased_at:
        sentences.append(
            _("Your contact data stay here until %(day)s and are then erased.")
            % {"day": day_of(moment + CONTACT_RETENTION)}
        )
    return sentences


GIVEN_UP = {
    RequestState.WITHDRAWN: "withdrawn_at",
    RequestState.CANCELLED: "cancelled_at",
    RequestState.NONE_SUITABLE: "none_suitable_at",
}
ENDINGS = {
    RequestState.WITHDRAWN: gettext_lazy(
        "You withdrew this request on %(day)s. No provider works on it or sees who you are."
    ),
    RequestState.CANCELLED: gettext_lazy(
        "You cancelled this request on %(day)s: %(reason)s. No provider works on it or sees who "
        "you are."
    ),
    RequestState.NONE_SUITABLE: gettext_lazy(
        "You ended this request on %(day)s because no reply was suitable. No provider works on it "
        "or sees who you are."
    ),
    RequestState.CONFIRMED: gettext_lazy(
        "You confirmed the work of %(provider)s on %(day)s. Nothing remains to be done."
    ),
    RequestState.UNCONFIRMED: gettext_lazy(
        "The work of %(provider)s was handed over and not answered. It was closed on %(day)s "
        "without confirmation and does not count as accepted."
    ),
    RequestState.ENDED: gettext_lazy(
        "The dispute about the work of %(provider)s was settled on %(day)s: the work ended without "
        "acceptance."
    ),
}


def day_of(moment: datetime) -> str:
    """The day of a moment in Beijing, with its weekday."""
    return plain_day(timezone.localtime(moment, timezone.get_default_timezone()).date())


def names(invitations: list[Invitation]) -> str:
    return _(", ").join(invitation.provider.title for invitation in invitations)
