"""A member's listings as tasks: where each stands, what it lacks, what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, WorkflowState

from catalog.models import Evidence, ListingPage, Removal, Suspension, Withdrawal, line_of_paths
from providers.models import ProviderPage, Qualification, ReviewTask

# How long before its end a qualification or a listing stands in the list (design: Review).
WARNING_DAYS = 60


class Standing(TextChoices):
    """What the public sees of a listing."""

    UNPUBLISHED = "unpublished", _("not public yet")
    LIVE = "live", _("public")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUSPENDED = "suspended", _("suspended")
    REMOVED = "removed", _("removed")
    EXPIRED = "expired", _("expired")
    OFFLINE = "offline", _("taken off the site")


class Work(TextChoices):
    """Where the latest version stands, beside what is public."""

    NOTHING = "nothing", _("nothing to do")
    DRAFT = "draft", _("draft")
    REVIEWED = "reviewed", _("under review")
    RETURNED = "returned", _("returned")


@dataclass(frozen=True)
class OwnListing:
    """One page of the provider with all that its row says."""

    page: ListingPage
    title: str
    standing: Standing
    work: Work
    step: str = ""
    # Since when it is under review, was returned, or is out of the public's sight.
    since: datetime | None = None
    # The reviewer's words, or the bureau's reason.
    message: str = ""
    expires_on: date | None = None
    # What has to be there before it can be submitted.
    missing: list[str] = field(default_factory=list)
    removal: Removal | None = None
    proofs: int = 0

    @property
    def is_profile(self) -> bool:
        return isinstance(self.page, ProviderPage)

    @property
    def shows_standing(self) -> bool:
        """A first draft is told by its work alone."""
        return self.standing != Standing.UNPUBLISHED or self.work == Work.NOTHING

    @property
    def can_be_submitted(self) -> bool:
        open_work = self.work in (Work.DRAFT, Work.RETURNED)
        return open_work and not self.missing and self.standing != Standing.REMOVED

    @property
    def can_be_withdrawn(self) -> bool:
        return self.standing == Standing.LIVE

    @property
    def can_be_appealed(self) -> bool:
        """Whether the time for an objection to the removal of this very page still runs."""
        removal = self.removal
        own = removal is not None and removal.page_id == self.page.pk
        return own and removal.is_open_to_appeal()

    @property
    def can_be_compared(self) -> bool:
        """Whether there is a public version and a later one."""
        return self.page.live and self.work != Work.NOTHING


class Surroundings:
    """What lies beside the pages, read at once for all of them."""

    def __init__(self, pages: list[ListingPage]) -> None:
        ids = [page.pk for page in pages]
        lines = {path for page in pages for path in line_of_paths(page)}
        self.reviews = {
            int(review.object_id): review
            for review in WorkflowState.objects.active()
            .filter(
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id__in=[str(pk) for pk in ids],
            )
            .select_related("current_task_state")
        }
        self.steps = {task.pk: task.get_step_display() for task in ReviewTask.objects.all()}
        withdrawals = Withdrawal.objects.filter(page_id__in=ids, ended_at=None)
        self.withdrawals = {row.page_id: row for row in withdrawals}
        holds = Suspension.objects.in_force().filter(page__path__in=lines)
        self.suspensions = list(holds.select_related("page").order_by("starts_at"))
        removals = Removal.objects.in_force().filter(page__path__in=lines)
        self.removals = list(removals.select_related("page", "appeal").order_by("at"))
        counted = Evidence.objects.filter(page_id__in=ids).values("page_id").annotate(n=Count("pk"))
        self.proofs = {row["page_id"]: row["n"] for row in counted}
        self.latest = Revision.objects.in_bulk(
            [page.latest_revision_id for page in pages if page.latest_revision_id]
        )


def task_list(provider: ProviderPage) -> list[OwnListing]:
    """The provider's own page, then its solutions and cases, those with work to do first."""
    found = Page.objects.descendant_of(provider, inclusive=True).order_by("path").specific()
    pages = [page for page in found if isinstance(page, ListingPage)]
    around = Surroundings(pages)
    rows = [own_listing(page, around) for page in pages]
    order = [Work.RETURNED, Work.DRAFT, Work.REVIEWED, Work.NOTHING]
    return sorted(rows, key=lambda row: (not row.is_profile, order.index(row.work)))


def own_listing(page: ListingPage, around: Surroundings) -> OwnListing:
    standing, since, message, removal = standing_of(page, around)
    work, step, work_since, work_message = work_of(page, around)
    is_open = work in (Work.DRAFT, Work.RETURNED)
    return OwnListing(
        page=page,
        title=page.draft_title or page.title,
        standing=standing,
        work=work,
        step=step,
        since=work_since or since,
        message=work_message or message,
        expires_on=soon(page.expire_at.date() if page.expire_at else None),
        missing=missing_in(latest_draft(page, around)) if is_open else [],
        removal=removal,
        proofs=around.proofs.get(page.pk, 0),
    )


def standing_of(
    page: ListingPage, around: Surroundings
) -> tuple[Standing, datetime | None, str, Removal | None]:
    """The gravest of what keeps it from the public, since when and why."""
    if removal := holding(around.removals, page):
        return Standing.REMOVED, removal.at, removal.reason, removal
    if hold := holding(around.suspensions, page):
        return Standing.SUSPENDED, hold.starts_at, hold.reason, None
    if withdrawal := around.withdrawals.get(page.pk):
        return Standing.WITHDRAWN, withdrawal.at, withdrawal.reason, None
    if page.expire_at and page.expire_at <= timezone.now():
        return Standing.EXPIRED, page.expire_at, "", None
    if page.live:
        return Standing.LIVE, None, "", None
    return Standing.OFFLINE if page.first_published_at else Standing.UNPUBLISHED, None, "", None


def holding(rows: Iterable, page: ListingPage):
    """The first of the bureau's holds that lies on the page or on one above it."""
    return next((row for row in rows if page.path.startswith(row.page.path)), None)


def work_of(page: ListingPage, around: Surroundings) -> tuple[Work, str, datetime | None, str]:
    """What the latest version waits for: step, since when, the reviewer's message."""
    review = around.reviews.get(page.pk)
    state = review.current_task_state if review else None
    if state is not None and review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return Work.RETURNED, around.steps.get(state.task_id, ""), state.finished_at, state.comment
    if state is not None:
        return Work.REVIEWED, around.steps.get(state.task_id, ""), state.started_at, ""
    if page.has_unpublished_changes or not page.live:
        return Work.DRAFT, "", None, ""
    return Work.NOTHING, "", None, ""


def latest_draft(page: ListingPage, around: Surroundings) -> ListingPage:
    """The version that would be submitted."""
    revision = around.latest.get(page.latest_revision_id)
    return page.with_content_json(revision.content) if revision else page


def missing_in(draft: ListingPage) -> list[str]:
    return [str(sentence) for sentence in draft.missing()]


def soon(day: date | None) -> date | None:
    """The day itself, if it comes within the days of warning."""
    if day is None or day > timezone.localdate() + timedelta(days=WARNING_DAYS):
        return None
    return day


def ending_qualifications(provider: ProviderPage) -> list[Qualification]:
    """Those that end within the days of warning or have ended, the most urgent first."""
    limit = timezone.localdate() + timedelta(days=WARNING_DAYS)
    rows = Qualification.objects.filter(provider=provider, valid_to__lte=limit)
    return list(rows.select_related("type").order_by("valid_to", "pk"))
