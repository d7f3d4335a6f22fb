"""Who is told what of a review, in the transaction that makes it true."""

from __future__ import annotations

from django.dispatch import receiver
from django.urls import reverse
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from providers.models import NoticeKind, ProviderPage, ReviewTaskState
from providers.notices import tell_members, tell_reviewers, tell_user
from providers.review.recusal import submission_of


@receiver(task_submitted, sender=ReviewTaskState)
def tell_who_decides(sender, instance: TaskState, **kwargs) -> None:
    """The reviewers of the step that begins; on the lead's own items others than usual."""
    submission = submission_of(instance)
    if submission is None:
        return
    tell_reviewers(
        instance.task.specific.reviewers_of(submission),
        NoticeKind.REVIEW_WAITING,
        event=f"step{instance.pk}",
        page=submission.page,
        path=reverse("review_detail", args=[instance.pk]),
    )


@receiver(workflow_approved, sender=WorkflowState)
def tell_that_it_is_published(sender, instance: WorkflowState, **kwargs) -> None:
    tell_who_submitted(instance, NoticeKind.LISTING_PUBLISHED)


@receiver(workflow_rejected, sender=WorkflowState)
def tell_that_it_was_returned(sender, instance: WorkflowState, **kwargs) -> None:
    tell_who_submitted(instance, NoticeKind.LISTING_RETURNED)


def tell_who_submitted(review: WorkflowState, kind: NoticeKind) -> None:
    """The provider's members; where no provider stands above the page, who submitted it."""
    last = review.current_task_state
    submission = submission_of(last)
    if submission is None:
        return
    event, page = f"step{last.pk}", submission.page
    if submission.provider:
        provider = ProviderPage.objects.get(pk=submission.provider.pk)
        tell_members(provider, kind, event=event, page=page)
    elif review.requested_by:
        tell_user(review.requested_by, kind, event=event, page=page)
