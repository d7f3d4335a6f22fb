"""Copying a listing: a new draft of the same provider, with nothing that was decided about it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import Page

from catalog.models import SolutionPage
from catalog.slugs import free_slug

# Wagtail's own limit on titles.
TITLE_LENGTH = 255


@transaction.atomic
def copy_listing(listing: SolutionPage, *, by) -> SolutionPage:
    """A draft beside the original with the content of its latest version; the act is logged.

    Revisions, proofs, recognition and decisions stay with the original.

    Raises:
        PermissionDenied: the user may not add listings there.
    """
    parent = Page.objects.select_for_update().get(pk=listing.get_parent().pk).specific
    if not parent.permissions_for_user(by).can_add_subpage():
        raise PermissionDenied
    latest = listing.get_latest_revision_as_object()
    title = copied_title(latest.title)
    taken = set(parent.get_children().values_list("slug", flat=True))
    action = CopyPageAction(
        latest,
        to=parent,
        update_attrs={
            "title": title,
            "draft_title": title,
            "slug": free_slug(title, taken),
            "updated_on": None,
            "go_live_at": None,
            "expire_at": None,
            "expired": False,
            "locked": False,
            "locked_at": None,
            "locked_by": None,
        },
        exclude_fields=["wagtail_admin_comments"],
        recursive=False,
        copy_revisions=False,
        keep_live=False,
        user=by,
    )
    return action.execute(skip_permission_checks=True)


def copied_title(title: str) -> str:
    """The title with a mark behind it, within Wagtail's limit."""
    mark = _(" (copy)")
    return f"{title[: TITLE_LENGTH - len(mark)]}{mark}"
