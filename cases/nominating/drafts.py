"""What an enterprise has typed and sent along so far, kept on the server at every save."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from cases.models import Nomination, NominationFile
from cases.nominating.forms import FILE_LIMITS
from providers.matching.models import MatchRequest

# How long a draft waits that nobody has sent; the pages promise it.
DRAFT_LIFETIME = timedelta(days=90)


class MovedOnError(Exception):
    """The nomination was taken on, refused or withdrawn meanwhile; the act no longer fits."""


class TooManyFilesError(Exception):
    """There are as many files of this kind as are taken."""


def start_nomination() -> Nomination:
    """A new draft of an enterprise."""
    return Nomination.objects.create(side=Nomination.Side.ENTERPRISE)


def start_from(request: MatchRequest, answers: dict) -> Nomination:
    """The draft made of a request, with its first answers; of two clicks the first one makes it."""
    return Nomination.objects.get_or_create(
        request=request, defaults={"side": Nomination.Side.ENTERPRISE, "answers": answers}
    )[0]


def held(nomination: Nomination) -> Nomination:
    """The nomination as it is now, held until the transaction ends.

    Raises:
        MovedOnError: it was erased meanwhile.
    """
    row = Nomination.objects.select_for_update().filter(pk=nomination.pk).first()
    if row is None:
        raise MovedOnError
    return row


def held_editable(nomination: Nomination) -> Nomination:
    """As ``held``, and its enterprise may still change it."""
    row = held(nomination)
    if not row.is_editable:
        raise MovedOnError
    return row


@transaction.atomic
def keep(nomination: Nomination, step: str, answers: dict) -> None:
    """Store what was typed in a step, whether it is right or not; other steps stay as they are.

    Raises:
        MovedOnError: it can no longer be changed.
    """
    row = held_editable(nomination)
    row.answers = {**row.answers, step: answers}
    row.save(update_fields=["answers", "changed_at"])
    nomination.answers = row.answers


@transaction.atomic
def add_file(
    nomination: Nomination, kind: NominationFile.Kind, content: ContentFile, **described: object
) -> NominationFile:
    """Keep a checked file.

    Raises:
        MovedOnError: the nomination can no longer be changed.
        TooManyFilesError: no further one of this kind is taken.
    """
    row = held_editable(nomination)
    if row.files.filter(kind=kind).count() >= FILE_LIMITS[kind]:
        raise TooManyFilesError
    made = NominationFile(nomination=row, kind=kind, **described)
    made.file.save(content.name, content, save=False)
    made.save()
    row.save(update_fields=["changed_at"])
    return made


@transaction.atomic
def remove_files(nomination: Nomination, numbers: list[int]) -> None:
    """Take files back; numbers of others' files count for nothing.

    Raises:
        MovedOnError: the nomination can no longer be changed.
    """
    row = held_editable(nomination)
    for file in row.files.filter(pk__in=numbers):
        file.delete()


@transaction.atomic
def erase_draft(nomination: Nomination) -> None:
    """Remove a nomination that was never sent; its files go with it.

    Raises:
        MovedOnError: it was sent meanwhile.
    """
    row = held(nomination)
    if not row.is_draft:
        raise MovedOnError
    row.delete()


def stale_drafts(now: datetime) -> QuerySet[Nomination]:
    """Drafts of enterprises that nobody has touched for 90 days before ``now``."""
    drafts = Nomination.objects.filter(side=Nomination.Side.ENTERPRISE, submitted_at=None)
    return drafts.filter(changed_at__lte=now - DRAFT_LIFETIME)


def erase_if_stale(pk: int, now: datetime) -> bool:
    """Erase a draft unless somebody has touched it meanwhile; whether it was erased."""
    row = stale_drafts(now).filter(pk=pk).first()
    if row is None:
        return False
    erase_draft(row)
    return True
