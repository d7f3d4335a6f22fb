"""What an applicant does with an application: check, change, note, tell, in one transaction."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from providers.joining.drafts import MovedOnError, locked, locked_editable
from providers.joining.steps import COMPANY, FILES, OFFER, cleaned_answers
from providers.joining.undertakings import TEXT_VERSION
from providers.models import Application, ApplicationEvent, NoticeKind, ProviderPage
from providers.notices import tell_applicant, tell_bureau

State = Application.State
OPEN_STATES = (State.SUBMITTED, State.RETURNED)


class TooFastError(Exception):
    """Less time has passed since the first step than a person needs."""


class CodeKnownError(Exception):
    """A provider, or another open application, has this credit code."""


def is_code_known(uscc: str, *, own: int | None = None) -> bool:
    """Whether a provider or an open application other than ``own`` has the credit code."""
    if ProviderPage.objects.filter(uscc=uscc).exists():
        return True
    return Application.objects.filter(uscc=uscc, state__in=OPEN_STATES).exclude(pk=own).exists()


@transaction.atomic
def submit_application(application: Application, sent: dict) -> Application:
    """Send an application, for the first time or after a return.

    Args:
        sent: the checked answers of ``SendForm``; the other steps are checked here once more.

    Raises:
        MovedOnError: it was sent, decided or withdrawn meanwhile.
        IncompleteError: a step does not hold.
        CodeKnownError: the organisation is registered, or has applied.
        TooFastError: a robot's speed.
    """
    row = locked_editable(application)
    now = timezone.now()
    if now - row.created_at < timedelta(seconds=settings.REQUEST_MIN_SECONDS):
        raise TooFastError
    cleaned = cleaned_answers(row, COMPANY, OFFER, FILES)
    if is_code_known(cleaned["uscc"], own=row.pk):
        raise CodeKnownError
    row.state, row.submitted_at = State.SUBMITTED, now
    row.company, row.uscc, row.email = cleaned["company"], cleaned["uscc"], sent["email"]
    row.undertaking_version, row.signed_by = TEXT_VERSION, sent["signed_by"]
    try:
        # Two applications of one organisation in the same moment: the database takes one.
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise CodeKnownError from error
    event = note(row, State.SUBMITTED)
    tell_applicant(row, NoticeKind.APPLICATION_RECEIVED, event=str(event.pk))
    tell_bureau(
        NoticeKind.APPLICATION_SUBMITTED,
        event=str(event.pk),
        path=reverse("application_detail", args=[row.reference]),
    )
    return row


@transaction.atomic
def withdraw_application(application: Application) -> None:
    """End an application that was sent and not decided.

    Raises:
        MovedOnError: it was decided or withdrawn meanwhile, or never sent.
    """
    row = locked(application)
    if row.state not in OPEN_STATES:
        raise MovedOnError
    row.state = State.WITHDRAWN
    row.save(update_fields=["state", "changed_at"])
    note(row, State.WITHDRAWN)


def note(application: Application, state: State, *, by=None, message: str = "") -> ApplicationEvent:
    """Add a step to the application's history; ``by`` is empty for the applicant."""
    return ApplicationEvent.objects.create(
        application=application, state=state, by=by, message=message
    )
