"""What waits for a reviewer, oldest first, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import TaskState, WorkflowState

from catalog.workdays import WorkCalendar
from providers.models import ReviewSettings, ReviewTask, ReviewTaskState
from providers.once import once_a_request
from providers.review.recusal import Reader, Submission, submissions

LEAD, BUREAU = ReviewTask.Step.LEAD, ReviewTask.Step.BUREAU


class Role(models.TextChoices):
    """What the reader may do with a submission."""

    DECIDE = "decide", _("to decide")
    COMMENT = "comment", _("for comment")
    TAKE_OVER = "take_over", _("first review overdue")


@dataclass(frozen=True)
class Waiting:
    """A submission as it stands in a reader's queue."""

    submission: Submission
    role: Role
    due: datetime
    days_left: int

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> TaskState:
        return self.submission.state

    @property
    def title(self) -> str:
        return self.submission.page.draft_title or self.submission.page.title

    @cached_property
    def type_name(self) -> str:
        model = ContentType.objects.get_for_id(self.type_id).model_class()
        return capfirst(model._meta.verbose_name) if model else ""

    @property
    def type_id(self) -> int:
        return self.submission.page.content_type_id

    @property
    def step_name(self) -> str:
        return ReviewTask.Step(self.submission.step).label

    @property
    def provider_name(self) -> str:
        return self.submission.provider.title if self.submission.provider else ""

    @property
    def submitter(self) -> str:
        user = self.state.workflow_state.requested_by
        return (user.get_full_name() or user.get_username()) if user else ""

    @property
    def submitted(self) -> str:
        """The day on which this version came in, and by whom."""
        day = timezone.localdate(self.state.started_at).isoformat()
        return f"{day} {self.submitter}".strip()

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def days_overdue(self) -> int:
        return -self.days_left


def in_progress() -> models.QuerySet:
    """Steps that somebody has to decide, oldest first."""
    return (
        TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .select_related("workflow_state__requested_by", "task")
        .order_by("started_at", "pk")
    )


def docket(user, at: datetime | None = None) -> list[Waiting]:
    """All that the user may decide, comment on or take over, in a fixed number of queries."""
    if not ReviewTask.reviewed_by(user).exists():
        return []
    reader = Reader.of(user)
    now, periods = at or timezone.now(), Periods.current()
    found = submissions(in_progress())
    advisory = competing(found)
    return [
        waiting(each, role, periods, now)
        for each in found
        if (role := role_of(reader, each, advisory, periods, now))
    ]


def docket_shown(request: HttpRequest) -> list[Waiting]:
    """The reader's docket, computed once for menu, first page and queue of the same request."""
    return once_a_request(request, "docket", lambda: docket(request.user))


def count_to_decide(request: HttpRequest) -> int:
    """How many steps the reader may decide now."""
    return sum(row.role == Role.DECIDE for row in docket_shown(request))


def waiting(each: Submission, role: Role, periods: Periods, now: datetime) -> Waiting:
    due = due_at(each, periods)
    left = working_days(timezone.localdate(now), due, periods.calendar)
    return Waiting(each, role, due, left)


def role_of(
    reader: Reader,
    each: Submission,
    advisory: set[int],
    periods: Periods,
    now: datetime,
) -> Role | None:
    if reader.may_decide(each):
        return Role.DECIDE
    if each.state.pk in advisory and comments_on(reader, each):
        return Role.COMMENT
    if may_take_over(reader, each) and is_overdue(each, periods, now):
        return Role.TAKE_OVER
    return None


# -- the lead provider's comment ----------------------------------------------------------------


def may_comment(reader: Reader, each: Submission) -> bool:
    """Whether the reader reviews for the lead provider, and may only comment on this one."""
    return comments_on(reader, each) and each.state.pk in competing([each])


def comments_on(reader: Reader, each: Submission) -> bool:
    return LEAD in reader.steps and reader.has_no_part_in(each) and not reader.may_decide(each)


def competing(found: Iterable[Submission]) -> set[int]:
    """Ids of the bureau's steps whose lead step was skipped because the listing competes."""
    of_bureau = [each.state for each in found if each.step == BUREAU]
    skipped = set(
        ReviewTaskState.objects.filter(
            workflow_state__in={state.workflow_state_id for state in of_bureau},
            skipped_because=ReviewTaskState.Skip.COMPETES,
        ).values_list("workflow_state_id", "revision_id")
    )
    return {
        state.pk for state in of_bureau if (state.workflow_state_id, state.revision_id) in skipped
    }


# -- periods ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Periods:
    """The target days of both steps and the calendar that counts them, read once for a list."""

    settings: ReviewSettings
    calendar: WorkCalendar

    @classmethod
    def current(cls) -> Periods:
        return cls(ReviewSettings.current(), WorkCalendar.current())


def due_at(each: Submission, periods: Periods) -> datetime:
    """The end of the step's target time."""
    settings = periods.settings
    days = settings.lead_days if each.step == LEAD else settings.bureau_days
    return periods.calendar.deadline(each.state.started_at, days)


def working_days(today: date, due: datetime, calendar: WorkCalendar) -> int:
    """Working days left until the day of ``due``; negative once it is over."""
    last = timezone.localdate(due)
    left = calendar.between(today, last)
    return left if left or today <= last else -1


def is_overdue(each: Submission, periods: Periods, now: datetime) -> bool:
    """Whether the step's target time is over."""
    return due_at(each, periods) < now


def may_take_over(reader: Reader, each: Submission) -> bool:
    """Whether the reader is of the bureau and has no part in a submission at its first step."""
    return each.step == LEAD and BUREAU in reader.steps and reader.has_no_part_in(each)


def overdue_lead_steps(now: datetime | None = None) -> list[TaskState]:
    """First reviews whose time is over; the bureau may go on without them."""
    at, periods = now or timezone.now(), Periods.current()
    return [
        each.state
        for each in submissions(in_progress())
        if each.step == LEAD and is_overdue(each, periods, at)
    ]
