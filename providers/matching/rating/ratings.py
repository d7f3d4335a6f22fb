"""One rating a finished request: given, read by the office, answered, counted.

Ratings are information. Neither the order of proposals nor any score looks at them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.batches import one_by_one
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    Choice,
    EventKind,
    MatchingTerms,
    Message,
    MessageKind,
    Rating,
    RequestState,
    Side,
    note,
)
from providers.matching.telling import outbox
from providers.matching.working.active_choice import demand, hold


@transaction.atomic
def rate(choice: Choice, *, stars: int, text: str) -> Rating:
    """The enterprise rates work that it has confirmed, once.

    Args:
        stars: 1 to 5.
        text: empty, or 20 to 1000 characters; then the office reads it before it is public.

    Raises:
        MovedOnError: the work was not confirmed, was rated differently, or its data are erased.
        ValueError: no such number of stars.
    """
    if stars not in range(1, 6):
        raise ValueError(f"{stars} stars")
    choice = hold(choice)
    given = Rating.objects.filter(choice=choice).first()
    if given and (given.stars, given.text) == (stars, text):
        return given
    demand(choice, RequestState.CONFIRMED)
    if given or choice.request.erased_at:
        raise MovedOnError
    rating = Rating(choice=choice, stars=stars, text=text)
    if not text:
        # There is nothing to read.
        rating.moderated_at = rating.given_at
    rating.save()
    note(choice.request, EventKind.RATED, Side.ENTERPRISE, invitation=choice.invitation)
    if rating.moderated_at:
        tell_rated(rating)
    return rating


def tell_rated(rating: Rating) -> None:
    outbox.tell_provider(rating.choice.invitation, MessageKind.RATED, event=str(rating.pk))


def hold_rating(rating: Rating) -> Rating:
    """The rating as it is now, with its request locked.

    Raises:
        MovedOnError: the choice no longer stands.
    """
    choice = hold(rating.choice)
    if choice.request.erased_at:
        raise MovedOnError
    current = Rating.objects.get(pk=rating.pk)
    current.choice = choice
    return current


@transaction.atomic
def moderate(rating: Rating, *, by: AbstractBaseUser, refusal: str = "") -> Rating:
    """The office has read the text: it is public, or it is not, for a reason (≤ 300 characters).

    The stars count in either case.

    Raises:
        MovedOnError: it was read before, with another result.
    """
    rating = hold_rating(rating)
    if rating.moderated_at:
        if rating.refusal == refusal:
            return rating
        raise MovedOnError
    rating.moderated_at, rating.moderated_by, rating.refusal = timezone.now(), by, refusal
    rating.save(update_fields=["moderated_at", "moderated_by", "refusal"])
    tell_rated(rating)
    return rating


@transaction.atomic
def reply_to(rating: Rating, *, by: AbstractBaseUser, text: str) -> Rating:
    """The provider answers a rating that was read, once (≤ 1000 characters).

    Raises:
        MovedOnError: it was not read yet, or was answered before.
    """
    rating = hold_rating(rating)
    if rating.replied_at and rating.reply == text:
        return rating
    if rating.replied_at or not rating.moderated_at:
        raise MovedOnError
    rating.reply, rating.replied_at, rating.replied_by = text, timezone.now(), by
    rating.save(update_fields=["reply", "replied_at", "replied_by"])
    choice = rating.choice
    outbox.tell_enterprise(
        choice.request, MessageKind.RATING_REPLIED, choice.invitation, event=str(rating.pk)
    )
    return rating


def invite_ratings(now: datetime) -> int:
    """Invite the enterprises whose work was confirmed some time ago, each once; the number.

    Work that was closed without confirmation is not rated.

    Raises:
        PartlyDone: some could not be invited.
    """
    before = now - timedelta(days=MatchingTerms.current().rating_days)
    invited_before = Message.objects.filter(
        request=OuterRef("request"), kind=MessageKind.RATING_INVITED
    )
    due = Choice.objects.active().filter(
        ~Exists(invited_before),
        accepted_at__lte=before,
        rating=None,
        request__erased_at=None,
    )
    waiting = due.select_related("request", "invitation").in_bulk()
    return one_by_one(list(waiting), lambda pk: invite_rating(waiting[pk]))


def invite_rating(choice: Choice) -> bool:
    """Whether the invitation was written now; not where it was, or where there is a rating."""
    try:
        choice = hold(choice)
    except MovedOnError:
        return False
    request, kind = choice.request, MessageKind.RATING_INVITED
    if Rating.objects.filter(choice=choice).exists() or request.messages.filter(kind=kind).exists():
        return False
    outbox.tell_enterprise(request, kind, choice.invitation, event=str(choice.pk))
    return True
