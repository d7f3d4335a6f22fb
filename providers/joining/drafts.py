"""What an applicant has typed and sent along so far, kept on the server at every save."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from catalog.uploads import plain_name
from providers.models import Application, ApplicationFile

# How long a draft waits that nobody has sent; the pages promise it.
DRAFT_LIFETIME = timedelta(days=90)
MAX_CERTIFICATES = 10


class MovedOnError(Exception):
    """The application was sent, decided or withdrawn meanwhile; the act no longer fits."""


class TooManyFilesError(Exception):
    """There are as many certificates as are taken."""


def start_application() -> Application:
    return Application.objects.create()


def locked(application: Application) -> Application:
    """The application as it is now, held until the transaction ends.

    Raises:
        MovedOnError: it was erased meanwhile.
    """
    row = Application.objects.select_for_update().filter(pk=application.pk).first()
    if row is None:
        raise MovedOnError
    return row


def locked_editable(application: Application) -> Application:
    """As ``locked``, and the applicant may still change it."""
    row = locked(application)
    if not row.is_editable():
        raise MovedOnError
    return row


@transaction.atomic
def keep(application: Application, step: str, answers: dict) -> None:
    """Store what was typed in a step, whether it is right or not; other steps stay as they are.

    Raises:
        MovedOnError: it can no longer be changed.
    """
    row = locked_editable(application)
    row.answers = {**row.answers, step: answers}
    row.save(update_fields=["answers", "changed_at"])
    application.answers, application.changed_at = row.answers, row.changed_at


@transaction.atomic
def add_file(
    application: Application,
    kind: ApplicationFile.Kind,
    content: ContentFile,
    *,
    name: str,
    described: dict | None = None,
) -> ApplicationFile:
    """Keep a checked file; a licence takes the place of the one before.

    Raises:
        MovedOnError: the application can no longer be changed.
        TooManyFilesError: no further certificate is taken.
    """
    row = locked_editable(application)
    present = row.files.filter(kind=kind)
    if kind == ApplicationFile.Kind.LICENCE:
        for old in present:
            remove_file(row, old)
    elif present.count() >= MAX_CERTIFICATES:
        raise TooManyFilesError
    made = ApplicationFile(application=row, kind=kind, name=plain_name(name), **(described or {}))
    made.file.save(content.name, content, save=False)
    made.save()
    row.save(update_fields=["changed_at"])
    return made


@transaction.atomic
def remove_file(application: Application, file: ApplicationFile) -> None:
    """Take a file back.

    Raises:
        MovedOnError: the application can no longer be changed.
    """
    locked_editable(application)
    file.delete()


@transaction.atomic
def erase(application: Application) -> None:
    """Remove an application that was never sent; its files go with it.

    Raises:
        MovedOnError: it was sent meanwhile.
    """
    row = locked(application)
    if row.submitted_at is not None:
        raise MovedOnError
    row.delete()


def stale_drafts(now: datetime) -> QuerySet[Application]:
    """Drafts that nobody has touched for 90 days before ``now``.

    What was sent once is the office's record and stays.
    """
    return Application.objects.filter(
        state=Application.State.DRAFT,
        submitted_at=None,
        changed_at__lte=now - DRAFT_LIFETIME,
    )


def erase_if_stale(pk: int, now: datetime) -> bool:
    """Erase a draft unless somebody has touched it meanwhile; whether it was erased."""
    row = stale_drafts(now).select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    erase(row)
    return True
