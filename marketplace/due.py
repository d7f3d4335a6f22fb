"""All that is due by the clock, for ``run_due``. Each job may be done twice, late, or at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from providers import notices
from providers.joining.drafts import erase_if_stale, stale_drafts
from providers.matching import outbox
from providers.matching.lifecycle import announce_due_requests
from providers.matching.retention import (
    erase_request,
    expired_drafts,
    expired_requests,
    remove_draft,
)
from providers.models import NoticeKind
from providers.notices import tell_bureau
from providers.qualifications.reminders import ending, remind_of
from providers.review.queue import overdue_lead_steps
from search.indexing.clock import read_what_is_due

logger = logging.getLogger(__name__)


class PartlyDone(Exception):
    """Some of a job could not be done; ``count`` was, and ``refused`` says what was not and why."""

    def __init__(self, count: int, refused: list[str]) -> None:
        self.count = count
        self.refused = refused
        super().__init__("; ".join(refused))


@dataclass(frozen=True)
class Job:
    """``work`` does what is due at a moment and answers how much that was.

    It raises ``PartlyDone`` where single items failed, and anything where it failed as a whole.
    """

    label: str
    work: Callable[[datetime], int]


@dataclass(frozen=True)
class Outcome:
    """What became of one job; ``problems`` is empty where all went well."""

    label: str
    count: int
    problems: tuple[str, ...] = ()


def run(job: Job, now: datetime) -> Outcome:
    """Do one job; what it raises is logged and told, and holds up no other job."""
    try:
        return Outcome(job.label, job.work(now))
    except PartlyDone as partly:
        for problem in partly.refused:
            logger.warning("%s: %s", job.label, problem)
        return Outcome(job.label, partly.count, tuple(partly.refused))
    except Exception as error:
        logger.exception("%s failed", job.label)
        return Outcome(job.label, 0, (type(error).__name__,))


def one_by_one(items: list, do: Callable[[object], bool]) -> int:
    """Do each item in a savepoint of its own; the number done.

    Raises:
        PartlyDone: after all were tried, where some failed.
    """
    done, refused = 0, []
    for item in items:
        try:
            with transaction.atomic():
                done += bool(do(item))
        except Exception as error:
            # Whatever the item's own rules or data raise, the others must still have their turn.
            refused.append(f"No. {item}: {type(error).__name__}: {error}")
    if refused:
        raise PartlyDone(done, refused)
    return done


def expire_pages(now: datetime) -> int:
    """Unpublish pages whose time is over, each with a line in its log."""

    def expire(pk: int) -> bool:
        page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lte=now).first()
        if page is None:
            return False
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
        return True

    due = Page.objects.filter(live=True, expire_at__lte=now).order_by("expire_at", "pk")
    return one_by_one(list(due.values_list("pk", flat=True)), expire)


def publish_scheduled(now: datetime) -> int:
    """Publish the versions whose date has come; the gate of a listing is asked again now."""

    def publish(pk: int) -> bool:
        due = Revision.objects.select_for_update().filter(pk=pk, approved_go_live_at__lte=now)
        revision = due.first()
        if revision is None:
            return False
        revision.publish(log_action="wagtail.publish.scheduled")
        return True

    due = Revision.objects.filter(approved_go_live_at__lte=now)
    return one_by_one(
        list(due.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)), publish
    )


def remind(now: datetime) -> int:
    """Tell the members about each certificate that ends; the number told."""
    today = timezone.localtime(now).date()
    found = ending(today).in_bulk()
    return one_by_one(list(found), lambda pk: remind_of(found[pk], today))


def tell_overdue_reviews(now: datetime) -> int:
    """Tell the bureau of first reviews that it may now go on without; each once."""
    steps = {step.pk: step for step in overdue_lead_steps(now)}

    def tell(pk: int) -> bool:
        told = tell_bureau(
            NoticeKind.REVIEW_OVERDUE,
            event=f"step{pk}",
            page=steps[pk].revision.content_object,
            path=reverse("review_detail", args=[pk]),
        )
        return told > 0

    return one_by_one(list(steps), tell)


def erase_applications(now: datetime) -> int:
    """Applications to join that were left lying as drafts."""
    found = list(stale_drafts(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: erase_if_stale(pk, now))


def remove_drafts(now: datetime) -> int:
    """Drafts of requests that were left lying."""
    return one_by_one(list(expired_drafts()), lambda draft: remove_draft(draft) is None)


def erase_requests(now: datetime) -> int:
    """Contact data of requests long ended."""
    return one_by_one(list(expired_requests()), lambda request: erase_request(request) is None)


JOBS = (
    Job("requests announced", lambda now: announce_due_requests()),
    Job("pages expired", expire_pages),
    Job("scheduled versions published", publish_scheduled),
    Job("reminders of qualifications", remind),
    Job("overdue first reviews told", tell_overdue_reviews),
    Job("stale applications erased", erase_applications),
    # Two jobs: a draft that cannot go holds up no request.
    Job("expired drafts of requests erased", remove_drafts),
    Job("expired requests erased", erase_requests),
    Job("index entries read again", lambda now: read_what_is_due()),
    # Last, so that what the others have written goes out too.
    Job("messages delivered", lambda now: outbox.deliver_waiting()),
    Job("notices delivered", lambda now: notices.deliver_waiting()),
)
