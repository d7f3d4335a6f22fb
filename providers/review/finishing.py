"""What a finished review does. Wagtail imports this module while loading its own models."""


def publish_approved_revision(workflow_state, user=None) -> None:
    """Publish exactly the revision that the last step approved, not the latest one.

    Runs where ``WAGTAIL_FINISH_WORKFLOW_ACTION`` names it; the gate in the listing's ``save``
    stands behind it. An override carries its reason in the step that gave it.

    Raises:
        PublicationRefused: a step was neither passed nor skipped for this very version, or
            something is missing and nobody overrode it.
    """
    from django.utils.translation import gettext_lazy as _
    from wagtail.models import Task, TaskState

    from catalog.models import PublicationRefused, publish_revision

    last = workflow_state.current_task_state.specific
    passed = workflow_state.task_states.filter(
        revision=last.revision_id,
        status__in=[TaskState.STATUS_APPROVED, TaskState.STATUS_SKIPPED],
    )
    steps = Task.objects.filter(workflow_tasks__workflow=workflow_state.workflow_id, active=True)
    if (
        last.status != TaskState.STATUS_APPROVED
        or steps.exclude(pk__in=passed.values("task")).exists()
    ):
        raise PublicationRefused([_("Not every step of the review has approved this version.")])
    publish_revision(last.revision, by=user, override_reason=getattr(last, "override_reason", ""))
