"""A nomination is sent: by an enterprise's form, or with a page that is handed in for review."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from wagtail.models import WorkflowState
from wagtail.signals import workflow_cancelled, workflow_submitted

from cases.models import CasePage, Nomination, NominationMessageKind
from cases.nominating.consent_text import TEXT_VERSION, notice_text
from cases.nominating.drafts import MovedOnError, held, held_editable
from cases.nominating.outbox import tell_enterprise
from cases.nominating.steps import cleaned_answers
from providers.models import NoticeKind, ProviderPage
from providers.notices import tell_bureau
from providers.review.recusal import providers_above

Side = Nomination.Side


class TooFastError(Exception):
    """Less time has passed since the first step than a person needs."""


@transaction.atomic
def submit_nomination(nomination: Nomination, sent: dict) -> Nomination:
    """An enterprise sends its case, for the first time or after a return.

    Args:
        sent: the checked answers of ``SendForm``; the other steps are checked here once more.

    Raises:
        MovedOnError: it was taken on, refused or withdrawn meanwhile.
        IncompleteError: a step does not hold.
        TooFastError: a robot's speed.
    """
    row = held_editable(nomination)
    now = timezone.now()
    if now - row.created_at < timedelta(seconds=settings.REQUEST_MIN_SECONDS):
        raise TooFastError
    cleaned = cleaned_answers(row)
    # What is sent again while it waits is the same nomination, with changes or by a second click.
    waits = row.submitted_at is not None and row.returned_at is None
    row.submitted_at, row.returned_at, row.message = now, None, ""
    row.company = cleaned["company"]
    row.contact_name, row.phone, row.email = sent["contact_name"], sent["phone"], sent["email"]
    row.notice_text, row.notice_version, row.notice_given_at = notice_text(), TEXT_VERSION, now
    row.save()
    tell_enterprise(row, NominationMessageKind.RECEIVED)
    if not waits:
        tell_bureau(
            NoticeKind.CASE_NOMINATED,
            event=f"{row.reference}:{now.isoformat()}",
            path=reverse("nomination_office", args=[row.reference]),
        )
    return row


@transaction.atomic
def withdraw_nomination(nomination: Nomination) -> None:
    """Its enterprise takes it back before the office has made a case of it.

    Raises:
        MovedOnError: it is too late, or it was never sent.
    """
    row = held(nomination)
    if row.is_draft or not row.is_editable:
        raise MovedOnError
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at", "changed_at"])


# -- pages that are handed in -------------------------------------------------------------------


@receiver(workflow_submitted, sender=WorkflowState)
def note_the_nomination(sender, instance: WorkflowState, user=None, **kwargs) -> None:
    """Whoever hands the draft of a case in for review nominates it, through whichever door."""
    case = case_of(instance)
    if case is None or case.live:
        return
    above = providers_above([case]).get(case.pk)
    row, is_new = Nomination.objects.get_or_create(
        case=case,
        defaults={
            # The committee edits no page; whoever else hands one in is the bureau.
            "side": Side.PROVIDER if above else Side.BUREAU,
            "by": user,
            "provider": ProviderPage.objects.filter(pk=above.pk).first() if above else None,
        },
    )
    if is_new or row.is_draft or row.is_over or row.returned_at:
        now = timezone.now()
        # Handed in again after a return, a refusal or a withdrawal: what was said then is answered.
        Nomination.objects.filter(pk=row.pk).update(
            submitted_at=now,
            changed_at=now,
            withdrawn_at=None,
            rejected_at=None,
            returned_at=None,
            message="",
        )


@receiver(workflow_cancelled, sender=WorkflowState)
def take_the_nomination_back(sender, instance: WorkflowState, **kwargs) -> None:
    """A recalled submission of a provider is a draft again."""
    case = case_of(instance)
    if case is None or case.live:
        return
    own = Nomination.objects.filter(case=case, side=Side.PROVIDER)
    own.filter(case__scoring_rounds=None).update(submitted_at=None)


def case_of(review: WorkflowState) -> CasePage | None:
    return CasePage.objects.filter(pk=review.object_id).first()
