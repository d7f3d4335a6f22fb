"""What reviewers and members do with a submission: each is one function that checks, changes, logs
and tells, and holds the step and the page until it is through.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import Page, TaskState, WorkflowState

from catalog.editing import take_for_writing
from providers.models import ProviderPage, ReviewComment, ReviewTask
from providers.review import queue, recusal
from providers.review.recusal import Reader, Submission

LEAD, BUREAU = ReviewTask.Step.LEAD, ReviewTask.Step.BUREAU


class DecisionRefused(PermissionDenied):
    """The act came too late or does not fit; the message is a sentence for who tried it."""


def decide(state: TaskState, action: str, *, by: AbstractBaseUser, message: str = "") -> None:
    """Approve ("approve"), return ("reject") or publish despite open points ("override").

    Raises:
        PermissionDenied: the user may not decide on this very item.
        DecisionRefused: somebody was faster.
        ValidationError: a return carries no message, an override no reason.
        PublicationRefused: the last approval meets open points.
    """
    acts = {"approve": approve, "reject": send_back, "override": publish_anyway}
    if action not in acts:
        raise PermissionDenied
    with transaction.atomic():
        submission = held(state)
        if not Reader.of(by).may_decide(submission):
            raise PermissionDenied
        acts[action](submission, by, message.strip())


def approve(submission: Submission, by: AbstractBaseUser, message: str) -> None:
    check_latest(submission)
    submission.state.approve(user=by, comment=message)


def send_back(submission: Submission, by: AbstractBaseUser, message: str) -> None:
    if not message:
        raise ValidationError(_("Tell the provider what to change."))
    submission.state.reject(user=by, comment=message)


def publish_anyway(submission: Submission, by: AbstractBaseUser, reason: str) -> None:
    """The bureau's override at the last step; its reason stays with the step and the log."""
    if submission.step != BUREAU:
        raise PermissionDenied
    if not reason:
        raise ValidationError(_("Say why it is published despite the open points."))
    check_latest(submission)
    state = submission.state
    listing = state.revision.as_object()
    open_points = [str(sentence) for sentence in listing.blockers()]
    if not open_points:
        raise ValidationError(_("No point is open: approve it instead."))
    state.override_reason = reason
    log(
        instance=listing,
        action="providers.review.override",
        user=by,
        revision=state.revision,
        data={"reason": reason, "open_points": open_points},
    )
    state.approve(user=by, comment=reason)


def check_latest(submission: Submission) -> None:
    """What is approved is what the provider means: nothing was saved after the submission."""
    if submission.page.latest_revision_id != submission.state.revision_id:
        raise DecisionRefused(
            _("A newer version was saved after this one was submitted. Please return it.")
        )


@transaction.atomic
def go_on_without_first_review(state: TaskState, *, by: AbstractBaseUser, reason: str) -> None:
    """End an overdue lead step as skipped, so that the bureau's begins (design: Review).

    Raises:
        PermissionDenied: the user is not of the bureau, or has a part in the item.
        DecisionRefused: the step was decided meanwhile, or its time is not over.
        ValidationError: no reason is given.
    """
    submission = held(state)
    if not queue.may_take_over(Reader.of(by), submission):
        raise PermissionDenied
    if not queue.is_overdue(submission, queue.Periods.current(), timezone.now()):
        raise DecisionRefused(_("The time for the first review is not over yet."))
    if not reason.strip():
        raise ValidationError(_("Say why you go on without the first review."))
    state = submission.state
    state.task.specific.skip(state, state.Skip.OVERDUE, reason.strip(), by=by)
    state.workflow_state.update(user=by)


@transaction.atomic
def comment(state: TaskState, *, by: AbstractBaseUser, text: str) -> ReviewComment:
    """Leave the lead provider's comment on a listing that competes with it; decides nothing.

    The page's history says that and not what was said: members of the provider read it.

    Raises:
        PermissionDenied: the user may not comment on this item.
        DecisionRefused: it was decided meanwhile.
        ValidationError: there is no text.
    """
    submission = held(state)
    if not queue.may_comment(Reader.of(by), submission):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError(_("Please write a comment."))
    left = ReviewComment.objects.create(
        workflow_state=submission.state.workflow_state, author=by, text=text.strip()
    )
    log(
        instance=submission.page.specific,
        action="providers.review.comment",
        user=by,
        revision=submission.state.revision,
        data={"comment": left.pk},
    )
    return left


@transaction.atomic
def recall(page: Page, *, by: AbstractBaseUser) -> None:
    """Take a submission back, so that it can be edited; a new one starts at the first step.

    Raises:
        PermissionDenied: the user neither submitted it nor belongs to its provider.
        DecisionRefused: it is not under review any more.
    """
    take_for_writing(page.pk)
    review = Page.objects.get(pk=page.pk).current_workflow_state
    if review is None or review.status != WorkflowState.STATUS_IN_PROGRESS:
        raise DecisionRefused(_("It is not under review any more."))
    if not may_recall(by, page, review):
        raise PermissionDenied
    review.cancel(user=by)


def may_recall(user: AbstractBaseUser, page: Page, review: WorkflowState) -> bool:
    """Who submitted it, or anybody of the provider that it lies under."""
    if user.pk == review.requested_by_id:
        return True
    own = ProviderPage.objects.of_member(user).values_list("path", flat=True)
    return any(page.path.startswith(path) for path in own)


def held(state: TaskState) -> Submission:
    """The step as it stands now, and the page, both held until the transaction ends.

    Raises:
        DecisionRefused: the step is over.
    """
    take_for_writing(int(state.workflow_state.object_id))
    state = TaskState.objects.get(pk=state.pk).specific
    if state.status != TaskState.STATUS_IN_PROGRESS:
        raise DecisionRefused(_("This step has been decided by someone else meanwhile."))
    submission = recusal.submission_of(state)
    if submission is None:
        raise PermissionDenied
    return submission
