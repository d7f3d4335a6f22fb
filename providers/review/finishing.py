"""What a finished review does. Wagtail imports this module while loading its own models."""


def publish_approved_revision(workflow_state, user=None) -> None:
    """Publish exactly the revision that the last step approved, not the latest one.

    Runs where ``WAGTAIL_FINISH_WORKFLOW_ACTION`` names it; the gate in the listing's ``save``
    stands behind it.
    """
    from catalog.models import publish_revision

    approved = workflow_state.current_task_state.revision
    publish_revision(approved, by=user)
