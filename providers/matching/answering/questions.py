"""Questions of providers: answered once, read by all who are asked; who asked is not told."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from providers.matching.answering.answers import check_in_good_standing, held_in_lock
from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import (
    EventKind,
    Invitation,
    InvitationState,
    MatchRequest,
    MessageKind,
    Question,
    RequestState,
    Side,
    note,
)
from providers.matching.telling import outbox

# A provider about one request.
MAX_QUESTIONS = 5
# Who may still ask, and reads what others have asked.
IN_THE_RUNNING = frozenset(
    {InvitationState.PENDING, InvitationState.INTERESTED, InvitationState.QUOTED}
)


class TooManyQuestionsError(MovedOnError):
    """The provider has asked as many questions as it may."""


@transaction.atomic
def ask_question(invitation: Invitation, *, by: AbstractBaseUser, text: str) -> Question:
    """Ask the enterprise; the same words that wait for an answer are one question.

    Raises:
        MovedOnError: the provider is out of the matter, or held.
        TooManyQuestionsError: it has asked ``MAX_QUESTIONS``.
    """
    current = held_in_lock(invitation)
    if current.state() not in IN_THE_RUNNING:
        raise MovedOnError
    check_in_good_standing(current.provider)
    asked = list(current.questions.all())
    if same := next((row for row in asked if row.text == text and not row.answered_at), None):
        return same
    if len(asked) >= MAX_QUESTIONS:
        raise TooManyQuestionsError
    question = Question.objects.create(invitation=current, text=text, asked_by=by)
    note(current.request, EventKind.QUESTION_ASKED, Side.PROVIDER, by=by, invitation=current)
    outbox.tell_enterprise(current.request, MessageKind.QUESTION_ASKED, event=str(question.pk))
    return question


@transaction.atomic
def answer_question(request: MatchRequest, question: Question, *, text: str) -> Question:
    """The enterprise answers, once; every provider still in the running is told.

    Raises:
        MovedOnError: no question of this request, answered otherwise, a provider was chosen, or
            the request has ended.
    """
    request = locked(request)
    rows = Question.objects.filter(invitation__request=request)
    current = rows.filter(pk=question.pk).first()
    if current is None:
        raise MovedOnError
    if current.answered_at and current.answer == text:
        return current
    if current.answered_at or request.state() != RequestState.SENT:
        raise MovedOnError
    current.answer, current.answered_at = text, timezone.now()
    current.save(update_fields=["answer", "answered_at"])
    note(request, EventKind.QUESTION_ANSWERED, Side.ENTERPRISE)
    for invitation in request.invitations.select_related("request"):
        if invitation.state() in IN_THE_RUNNING:
            outbox.tell_provider(invitation, MessageKind.QUESTION_ANSWERED, event=str(current.pk))
    return current


def answered_questions(invitation: Invitation) -> QuerySet[Question]:
    """What was asked and answered, as one provider asked reads it; never say who asked.

    One that is out of the matter reads its own questions only.
    """
    rows = Question.objects.filter(
        invitation__request=invitation.request_id, answered_at__isnull=False
    )
    if invitation.state() not in IN_THE_RUNNING | {InvitationState.CHOSEN}:
        rows = rows.filter(invitation=invitation)
    return rows.order_by("answered_at", "pk")


def waiting_questions(invitation: Invitation) -> QuerySet[Question]:
    """The provider's own questions that have no answer yet."""
    return invitation.questions.filter(answered_at=None)


def questions_left(invitation: Invitation) -> int:
    return max(0, MAX_QUESTIONS - invitation.questions.count())
