"""What waits for a reviewer."""

from __future__ import annotations

from wagtail.models import TaskState

from providers.models import ReviewTask


def waiting_for(user) -> list[TaskState]:
    """Steps in progress that this user may decide now, oldest first."""
    states = (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, task__in=ReviewTask.reviewed_by(user)
        )
        .select_related("workflow_state__requested_by", "revision", "task")
        .order_by("started_at")
    )
    return [state for state in states if state.task.specific.may_decide(state, user)]
