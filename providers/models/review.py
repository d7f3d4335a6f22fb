"""The steps of the review as Wagtail tasks of our own.

Stock group approval lets reviewers edit the item, takes a return without a message and does not
tie the task to the page it is posted for; these tasks do none of that.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Task, TaskState, WorkflowState

from catalog.models import line_of_paths
from providers.models.standing import ProviderStanding


@register_setting(icon="check")
class ReviewSettings(BaseSiteSetting):
    """How long the review takes, in working days."""

    lead_days = models.PositiveSmallIntegerField(
        _("first review within (working days)"),
        default=5,
        help_text=_("After that the bureau may go on without it."),
    )
    bureau_days = models.PositiveSmallIntegerField(
        _("bureau's review within (working days)"), default=5
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("appeal against a removal within (working days)"), default=15
    )

    panels = ["lead_days", "bureau_days", "appeal_days"]

    class Meta:
        verbose_name = _("review periods")


class ReviewComment(models.Model):
    """What somebody says who may not decide: the lead provider, on a listing that competes."""

    workflow_state = models.ForeignKey(
        WorkflowState, models.CASCADE, related_name="review_comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(_("comment"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment on a submission")
        verbose_name_plural = _("comments on submissions")

    def __str__(self) -> str:
        return self.text[:40]


class ReviewTask(Task):
    """One step of the review; members of its groups decide, on the review screen only."""

    class Step(models.TextChoices):
        LEAD = "lead", _("lead review")
        BUREAU = "bureau", _("bureau review")

    step = models.CharField(_("review step"), max_length=8, choices=Step)
    groups = models.ManyToManyField(
        Group, related_name="review_tasks", verbose_name=_("reviewing groups")
    )
    recusal_groups = models.ManyToManyField(
        Group,
        related_name="recusal_review_tasks",
        blank=True,
        verbose_name=_("groups that review the lead provider's own items"),
    )

    admin_form_fields = [*Task.admin_form_fields, "groups", "recusal_groups"]

    class Meta:
        verbose_name = _("review step")
        verbose_name_plural = _("review steps")

    @classmethod
    def reviewed_by(cls, user) -> models.QuerySet:
        """Steps in which the user may have a say."""
        groups = user.groups.values("pk")
        return cls.objects.filter(
            models.Q(groups__in=groups) | models.Q(recusal_groups__in=groups)
        ).distinct()

    def locked_for_user(self, obj, user) -> bool:
        """Nobody edits what is under review; the submitter may recall it."""
        return True

    def get_actions(self, obj, user) -> list:
        """None in the editor: decisions are taken where the open points are shown."""
        return []

    def get_task_states_user_can_moderate(self, user, **kwargs) -> models.QuerySet:
        if not type(self).reviewed_by(user).filter(pk=self.pk).exists():
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    def reviewers_of(self, listing) -> models.QuerySet:
        """The groups that decide on this listing; the lead's own items go to others (recusal)."""
        if self.step == self.Step.LEAD and is_leads_own(listing):
            return self.recusal_groups.all()
        return self.groups.all()

    def may_decide(self, task_state: TaskState, user) -> bool:
        """A reviewer of this step who neither wrote nor submitted what is reviewed.

        The second approver must differ from the first (design: Review).
        """
        workflow_state = task_state.workflow_state
        listing = workflow_state.content_object
        if task_state.task_id != self.pk or listing is None:
            return False
        if not self.reviewers_of(listing).filter(pk__in=user.groups.values("pk")).exists():
            return False
        revisions = listing.revisions.all()
        if listing.live_revision_id:
            revisions = revisions.filter(pk__gt=listing.live_revision_id)
        earlier_approvals = workflow_state.task_states.filter(status=TaskState.STATUS_APPROVED)
        excluded = {
            workflow_state.requested_by_id,
            *revisions.values_list("user_id", flat=True),
            *earlier_approvals.values_list("finished_by_id", flat=True),
        }
        return user.pk not in excluded

    @transaction.atomic
    def on_action(self, task_state: TaskState, user, action_name: str, **kwargs) -> None:
        """Approve or return ``task_state``.

        Raises:
            PermissionDenied: the user may not decide on this very item.
            ValidationError: a return carries no message.
        """
        task_state = TaskState.objects.select_for_update().get(pk=task_state.pk).specific
        if task_state.status != TaskState.STATUS_IN_PROGRESS:
            raise PermissionDenied
        if not self.may_decide(task_state, user):
            raise PermissionDenied
        comment = kwargs.get("comment", "").strip()
        if action_name == "reject" and not comment:
            raise ValidationError(_("Tell the provider what to change."))
        if action_name == "approve":
            task_state.approve(user=user, comment=comment)
        elif action_name == "reject":
            task_state.reject(user=user, comment=comment)
        else:
            raise PermissionDenied


def is_leads_own(listing) -> bool:
    """Whether the listing belongs to the lead provider or to a declared affiliate of it."""
    return ProviderStanding.objects.filter(
        models.Q(tier=ProviderStanding.Tier.LEAD) | models.Q(is_lead_affiliate=True),
        provider__path__in=line_of_paths(listing),
    ).exists()
