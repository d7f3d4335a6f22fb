"""What a provider's member is told at the top of the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from catalog.withdrawal import active_suspension

if TYPE_CHECKING:
    from catalog.models import ListingPage


def suspension_notice(page: ListingPage) -> str:
    """That the bureau holds the page, since when and why; empty while it does not."""
    hold = active_suspension(page)
    if hold is None:
        return ""
    said = _("Not shown to the public since %(day)s. Reason: %(reason)s") % {
        "day": day(hold.starts_at),
        "reason": hold.reason,
    }
    if hold.until:
        said += " " + _("Announced until %(day)s.") % {"day": format_date(hold.until, "Y-m-d")}
    return said


def return_notice(page: ListingPage) -> str:
    """The reviewer's message while a returned submission waits for its author."""
    review = page.current_workflow_state
    if review is None or review.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    state = review.current_task_state
    return _("Returned on %(day)s. Please change: %(message)s") % {
        "day": day(state.finished_at),
        "message": state.comment,
    }


def day(moment) -> str:
    return format_date(timezone.localtime(moment), "Y-m-d")
