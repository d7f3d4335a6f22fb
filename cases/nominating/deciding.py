"""What the office does with a nomination: take it on, return it, refuse it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import WorkflowState

from cases.models import CasePage, Nomination
from cases.models import NominationMessageKind as MessageKind
from cases.nominating.drafts import MovedOnError, held
from cases.nominating.making import make_case
from cases.nominating.outbox import tell_enterprise
from cases.nominating.steps import cleaned_answers
from providers.models import NoticeKind
from providers.notices import tell_members, tell_user

# Who takes nominations on, returns and refuses them: the bureau.
DECIDES = "cases.change_nomination"


@transaction.atomic
def take_on(nomination: Nomination, *, by: AbstractBaseUser) -> CasePage:
    """Make an enterprise's nomination a draft below Cases, which the bureau completes.

    A second click finds the page of the first.

    Raises:
        MovedOnError: it is over, was returned, or was never sent.
        IncompleteError: what was chosen then is no longer offered.
    """
    row = held(nomination)
    if row.case_id:
        return row.case
    if row.is_draft or row.is_over or row.returned_at:
        raise MovedOnError
    page = make_case(row, cleaned_answers(row), by=by)
    row.case = page
    row.save(update_fields=["case", "changed_at"])
    log(instance=page, action="cases.take_on", user=by, data={"nomination": row.reference})
    return page


@transaction.atomic
def send_back(nomination: Nomination, *, by: AbstractBaseUser, message: str) -> None:
    """Ask the enterprise to complete it; ``message`` says what.

    Raises:
        MovedOnError: it is no longer in the enterprise's or the office's hands.
    """
    row = held(nomination)
    if row.is_draft or not row.is_editable:
        raise MovedOnError
    row.returned_at, row.message = timezone.now(), message
    row.save(update_fields=["returned_at", "message", "changed_at"])
    tell_enterprise(row, MessageKind.RETURNED, event=row.returned_at.isoformat())


@transaction.atomic
def refuse(nomination: Nomination, *, by: AbstractBaseUser, message: str) -> None:
    """Say that it becomes no case of the collection, and why; a running review ends with it.

    Raises:
        MovedOnError: it is over, or its case is public.
    """
    row = held(nomination)
    if row.is_over or (row.case and row.case.live):
        raise MovedOnError
    row.rejected_at, row.message = timezone.now(), message
    row.save(update_fields=["rejected_at", "message", "changed_at"])
    if row.case:
        end_review(row.case, by)
        log(instance=row.case, action="cases.refuse", user=by, data={"reason": message})
    tell_nominator(row, NoticeKind.CASE_REJECTED, event=f"nomination{row.pk}")


@transaction.atomic
def give_up(nomination: Nomination, *, by: AbstractBaseUser) -> None:
    """A provider, the committee or the bureau takes back what it nominated.

    Raises:
        MovedOnError: it is over, or its case is public.
    """
    row = held(nomination)
    if row.is_over or row.case is None or row.case.live:
        raise MovedOnError
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at", "changed_at"])
    end_review(row.case, by)
    log(instance=row.case, action="cases.give_up", user=by)


def end_review(case: CasePage, by: AbstractBaseUser) -> None:
    review = case.current_workflow_state
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        review.cancel(user=by)


def tell_nominator(row: Nomination, kind: NoticeKind, *, event: str) -> None:
    """Tell who nominated: an account in words of its own, an enterprise that something happened."""
    if row.side == Nomination.Side.ENTERPRISE:
        tell_enterprise(row, MessageKind.MOVED_ON, event=event)
    elif row.provider:
        path = reverse("own_cases")
        tell_members(row.provider, kind, event=event, page=row.case, path=path)
    elif row.by and row.case:
        path = reverse("case_file", args=[row.case_id])
        tell_user(row.by, kind, event=event, page=row.case, path=path)
