"""All that is due by the clock, for ``run_due``. Each job may be done twice, late, or at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from cases.editions.building import build_waiting
from cases.nominating import drafts as nomination_drafts
from cases.nominating import outbox as nomination_messages
from cases.nominating import retention as nomination_retention
from cases.notices import outbox as objection_messages
from cases.notices.clock import erase_objectors, remind_of_objections, tell_ended_notices
from cases.scoring.experts import due_to_end, end_due
from cases.scoring.reminders import remind_reviewers
from catalog.batches import PartlyDone, one_by_one
from providers import notices
from providers.delivery.returned.reading import read_returned
from providers.joining.drafts import erase_if_stale, stale_drafts
from providers.joining.retention import erase_personal_data, to_erase
from providers.matching.calling.callbacks import calls_to_erase, erase_call
from providers.matching.lifecycle import announce_due_requests
from providers.matching.personal_data.retention import (
    erase_request,
    expired_drafts,
    expired_requests,
    remove_draft,
)
from providers.matching.rating.ratings import invite_ratings
from providers.matching.telling import outbox
from providers.matching.telling.reminders import remind_of_quotes, remind_to_answer, tell_unanswered
from providers.matching.working.carrying_out import close_silent
from providers.matching.working.contracts import remind_to_confirm
from providers.messages import robots
from providers.messages.robot_keeping import close_keys_anew
from providers.models import NoticeKind
from providers.notices import tell_bureau
from providers.qualifications.reminders import ending, remind_of
from providers.review.queue import overdue_lead_steps
from providers.withdrawal.suspending import beyond_announced_end, remind_of_end
from search.indexing.clock import read_what_is_due

logger = logging.getLogger(__name__)


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


def tell_overdue_suspensions(now: datetime) -> int:
    """Tell members and bureau of holds that outlast the day they were announced until; once."""
    today = timezone.localtime(now).date()
    found = list(beyond_announced_end(today).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: remind_of_end(pk, today))


def end_experts(now: datetime) -> int:
    """Accounts of outside experts whose last day is over."""
    today = timezone.localtime(now).date()
    return one_by_one(due_to_end(now), lambda pk: end_due(pk, today))


def erase_applications(now: datetime) -> int:
    """Applications to join that were left lying as drafts."""
    found = list(stale_drafts(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: erase_if_stale(pk, now))


def erase_ended_applications(now: datetime) -> int:
    """Personal data of applications that were refused or withdrawn long ago."""
    found = list(to_erase(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: erase_personal_data(pk, now))


def erase_nomination_drafts(now: datetime) -> int:
    """Nominations of enterprises that were left lying as drafts."""
    found = list(nomination_drafts.stale_drafts(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: nomination_drafts.erase_if_stale(pk, now))


def erase_nominations(now: datetime) -> int:
    """Contacts of nominations that ended, or whose case was published, long ago."""
    found = list(nomination_retention.to_erase(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: nomination_retention.erase_contact(pk, now))


def remove_drafts(now: datetime) -> int:
    """Drafts of requests that were left lying."""
    return one_by_one(list(expired_drafts()), lambda draft: remove_draft(draft) is None)


def erase_calls(now: datetime) -> int:
    """Numbers and sentences of calls that were made, or wanted, long ago."""
    found = list(calls_to_erase(now).values_list("pk", flat=True))
    return one_by_one(found, lambda pk: erase_call(pk, now))


def erase_requests(now: datetime) -> int:
    """Contact data of requests long ended."""
    return one_by_one(list(expired_requests()), lambda request: erase_request(request) is None)


JOBS = (
    Job("requests announced", announce_due_requests),
    Job("providers reminded to answer", remind_to_answer),
    Job("providers reminded of quotes", remind_of_quotes),
    Job("requests that nobody takes on told", tell_unanswered),
    Job("chosen providers reminded to confirm", remind_to_confirm),
    Job("silent hand-overs reminded of or closed", close_silent),
    Job("ratings invited", invite_ratings),
    Job("pages expired", expire_pages),
    Job("scheduled versions published", publish_scheduled),
    Job("reminders of qualifications", remind),
    Job("overdue first reviews told", tell_overdue_reviews),
    Job("suspensions beyond their announced end told", tell_overdue_suspensions),
    Job("reviewers of cases reminded", remind_reviewers),
    Job("accounts of experts ended", end_experts),
    Job("objections to be handled told", remind_of_objections),
    Job("public notices that ended told", tell_ended_notices),
    Job("data of people who objected erased", erase_objectors),
    Job("stale applications erased", erase_applications),
    Job("data of ended applications erased", erase_ended_applications),
    Job("stale drafts of nominations erased", erase_nomination_drafts),
    Job("data of ended nominations erased", erase_nominations),
    # Two jobs: a draft that cannot go holds up no request.
    Job("expired drafts of requests erased", remove_drafts),
    Job("expired requests erased", erase_requests),
    Job("numbers of calls erased", erase_calls),
    Job("keys of chat robots closed anew", close_keys_anew),
    Job("returned mail noted", read_returned),
    Job("index entries read again", lambda now: read_what_is_due()),
    # After all others, so that what these have written goes out too.
    Job("messages delivered", lambda now: outbox.deliver_waiting()),
    Job("objectors told", lambda now: objection_messages.deliver_waiting()),
    Job("nominating enterprises told", lambda now: nomination_messages.deliver_waiting()),
    Job("notices delivered", lambda now: notices.deliver_waiting()),
    Job("chat robots told", lambda now: robots.deliver_waiting()),
    # After the messages, since one may take a minute.
    Job("booklets built", build_waiting),
)
