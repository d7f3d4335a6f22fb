"""The steps of the review as Wagtail tasks of our own.

Stock group approval lets reviewers edit the item, takes a return without a message and does not
tie the task to the page it is posted for; these tasks do none of that.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.log_actions import log
from wagtail.models import Revision, Site, Task, TaskState, WorkflowState
from wagtail.signals import task_submitted

from providers.review import edits, recusal


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

    @classmethod
    def current(cls) -> ReviewSettings:
        """The periods of the one site that a deployment serves."""
        site = Site.objects.filter(is_default_site=True).first()
        return cls.for_site(site) if site else cls()


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


class ReviewTaskState(TaskState):
    """A step with what the review notes of it: why it was skipped, or overridden."""

    class Skip(models.TextChoices):
        """Why a step ended without a decision of its reviewers; the text is the log's."""

        COMPETES = "competes", _("competes with the lead provider")
        SMALL_EDIT = "small_edit", _("small edit")
        OVERDUE = "overdue", _("first review overdue")

    skipped_because = models.CharField(
        _("skipped because"), max_length=10, choices=Skip, blank=True, default=""
    )
    override_reason = models.TextField(_("published despite open points because"), blank=True)

    class Meta:
        verbose_name = _("state of a review step")
        verbose_name_plural = _("states of review steps")


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

    task_state_class = ReviewTaskState
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
        """What Wagtail's own lists name to a reviewer: nothing in which it has a part."""
        if not type(self).reviewed_by(user).filter(pk=self.pk).exists():
            return TaskState.objects.none()
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        reader = recusal.Reader.of(user)
        found = recusal.submissions(states.select_related("workflow_state"))
        return TaskState.objects.filter(
            pk__in=[each.state.pk for each in found if reader.may_decide(each)]
        )

    # -- beginning ------------------------------------------------------------------------------

    def start(self, workflow_state: WorkflowState, user=None) -> TaskState:
        """Begin this step on the latest version; skipped at once where it is not needed.

        A submission that comes again after a return begins at the first step, whichever returned
        it (wagtail.md: Review).
        """
        revision = workflow_state.content_object.get_latest_revision()
        first = first_open_task(workflow_state, revision)
        if first is not None and first.pk != self.pk:
            return first.specific.start(workflow_state, user)
        state = ReviewTaskState(workflow_state=workflow_state, task=self, revision=revision)
        if self.step == self.Step.LEAD and (skip := why_needless(revision)):
            return self.skip(state, *skip)
        state.save()
        task_submitted.send(sender=ReviewTaskState, instance=state, user=user)
        return state

    def skip(self, state: ReviewTaskState, because: str, reason: str, by=None) -> ReviewTaskState:
        """End a step without a decision, and log who did so, when and why."""
        with override(settings.LANGUAGE_CODE):
            reason = str(reason)  # what is kept speaks the site's language, not the reader's
        state.status = TaskState.STATUS_SKIPPED
        state.skipped_because = because
        state.comment = reason
        state.finished_at = timezone.now()
        state.finished_by = by
        state.save()
        log(
            instance=state.revision.content_object.specific,
            action="providers.review.skip",
            user=by,
            revision=state.revision,
            data={"step": self.name, "because": because, "reason": reason},
        )
        return state

    # -- deciding -------------------------------------------------------------------------------

    def reviewers_of(self, submission: recusal.Submission) -> models.QuerySet:
        """The groups that decide on it; the lead provider's own items go to others (recusal)."""
        if self.step == self.Step.LEAD and submission.is_leads_own:
            return self.recusal_groups.all()
        return self.groups.all()

    def on_action(self, task_state: TaskState, user, action_name: str, **kwargs) -> None:
        """Approve or return ``task_state``; see ``decisions`` for what is raised."""
        from providers.review import decisions  # it needs Wagtail's views, which need models

        decisions.decide(task_state, action_name, by=user, message=kwargs.get("comment", ""))


def first_open_task(workflow_state: WorkflowState, revision: Revision) -> Task | None:
    """The first step that this version has not passed since it was last returned."""
    states = workflow_state.task_states.filter(revision=revision)
    returned = states.filter(status=TaskState.STATUS_REJECTED).order_by("-pk").first()
    if returned:
        states = states.filter(pk__gt=returned.pk)
    passed = states.filter(status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED])
    return (
        Task.objects.filter(workflow_tasks__workflow=workflow_state.workflow_id, active=True)
        .exclude(pk__in=passed.values("task"))
        .order_by("workflow_tasks__sort_order")
        .first()
    )


def why_needless(revision: Revision) -> tuple[str, str] | None:
    """Why the lead step is not needed for this version: the code, and a sentence for the log."""
    skips = ReviewTaskState.Skip
    if edits.is_small(revision):
        return skips.SMALL_EDIT, edits.SMALL_EDIT_REASON
    if recusal.competes_with_lead(revision):
        return skips.COMPETES, recusal.COMPETES_REASON
    return None
