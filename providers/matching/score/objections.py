"""A provider contests a fact in a line of its own score; the office answers.

A granted objection is mended at its source. The order that an enterprise has seen stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy

from providers.matching.answering.answers import held_in_lock
from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import Invitation, MessageKind, ScoreObjection
from providers.matching.score.fit import Criterion
from providers.matching.telling import outbox
from providers.review.recusal import Reader

# In words that fit an objection; the stored choice is the same.
OUTCOME_WORDS = {
    ScoreObjection.Outcome.GRANTED: pgettext_lazy("objection", "granted"),
    ScoreObjection.Outcome.REFUSED: pgettext_lazy("objection", "refused"),
}


@transaction.atomic
def contest_score(
    invitation: Invitation, *, by: AbstractBaseUser, criterion: str, text: str
) -> ScoreObjection:
    """Contest one line, once; the office is told.

    Raises:
        MovedOnError: the score has no such line, or the line was contested already.
    """
    current = held_in_lock(invitation)
    if criterion not in {line["criterion"] for line in current.score_lines}:
        raise MovedOnError
    before = current.score_objections.filter(criterion=criterion).first()
    if before is not None:
        if before.text == text:
            return before
        raise MovedOnError
    objection = ScoreObjection.objects.create(
        invitation=current, criterion=criterion, text=text, raised_by=by
    )
    outbox.tell_office(current.request, MessageKind.SCORE_CONTESTED, event=str(objection.pk))
    return objection


@transaction.atomic
def answer_objection(
    objection: ScoreObjection, *, by: AbstractBaseUser, outcome: str, answer: str
) -> ScoreObjection:
    """The office answers, once; the provider is told.

    Raises:
        MovedOnError: answered otherwise, or it concerns the officer's own provider or affiliate.
    """
    request = locked(objection.invitation.request)
    rows = ScoreObjection.objects.filter(invitation__request=request)
    current = rows.select_related("invitation").get(pk=objection.pk)
    if (current.outcome, current.answer) == (outcome, answer):
        return current
    if (
        current.answered_at
        or request.erased_at
        or not answerable_by(by).filter(pk=current.pk).exists()
    ):
        raise MovedOnError
    current.outcome, current.answer = outcome, answer
    current.answered_at, current.answered_by = timezone.now(), by
    current.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    outbox.tell_provider(current.invitation, MessageKind.OBJECTION_ANSWERED, event=str(current.pk))
    return current


def answerable_by(user: AbstractBaseUser) -> QuerySet[ScoreObjection]:
    """Objections that an officer may answer: none of its own organisation (design: Roles).

    Whoever reviews for the lead provider belongs to it and its affiliates.
    """
    return ScoreObjection.objects.exclude(invitation__provider__in=Reader.of(user).organisations)


# -- the score as its provider reads it ---------------------------------------------------------


@dataclass(frozen=True)
class OwnLine:
    """A line of a provider's score as the enterprise saw it, and what was said against it."""

    criterion: Criterion
    points: int
    max: int
    # Empty for requests from before sentences were kept.
    sentence: str
    objection: ScoreObjection | None

    @property
    def outcome(self) -> str:
        """What became of the objection; empty while it waits, or where there is none."""
        return outcome_words(self.objection) if self.objection else ""


def outcome_words(objection: ScoreObjection) -> str:
    """How an objection was answered; empty while it waits."""
    return str(OUTCOME_WORDS[objection.outcome]) if objection.outcome else ""


def own_lines(invitation: Invitation) -> list[OwnLine]:
    """Every line of an invitation's score, its sentence in the reader's language."""
    objections = {row.criterion: row for row in invitation.score_objections.all()}
    language = get_language() or settings.LANGUAGE_CODE
    return [
        OwnLine(
            Criterion(line["criterion"]),
            line["points"],
            line["max"],
            line.get("sentence", {}).get(language, ""),
            objections.get(line["criterion"]),
        )
        for line in invitation.score_lines
    ]
