"""Handing a listing in for review from the task list."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from catalog.editing import take_for_writing
from catalog.models import ListingPage


class NotSubmitted(Exception):
    """``reasons`` are sentences for the member."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@transaction.atomic
def submit_listing(listing: ListingPage, *, by) -> None:
    """Start the review of the latest version; a returned one starts at its first step again.

    Raises:
        NotSubmitted: it is under review already, is unchanged, or lacks something.
        PermissionDenied: the user may not submit it.
    """
    take_for_writing(listing.pk)
    page = type(listing).objects.get(pk=listing.pk)
    if not page.permissions_for_user(by).can_edit():
        raise PermissionDenied
    review = page.current_workflow_state
    if review is not None and review.status == WorkflowState.STATUS_IN_PROGRESS:
        raise NotSubmitted([_("This version is under review already.")])
    draft = page.get_latest_revision_as_object()
    if page.live and (not page.has_unpublished_changes or draft.says_the_same_as_public()):
        raise NotSubmitted([_("Nothing has changed since it was published.")])
    if missing := [str(sentence) for sentence in draft.missing()]:
        raise NotSubmitted(missing)
    if page.latest_revision_id is None:
        draft.save_revision(user=by)
        page.refresh_from_db()
    if review is not None:
        review.resume(by)
    else:
        page.get_workflow().start(page, by)
