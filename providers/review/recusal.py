"""Who may not decide on what (design: Roles).

An organisation is a provider with its team. The lead provider's declared affiliates, and everybody
who reviews for the lead provider, belong to its organisation. Nobody decides on what their own
organisation offers, wrote or submitted; on a listing that competes with the lead provider's, its
review is a comment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision, TaskState

from catalog.models import SolutionPage, line_of_paths
from providers.models.pages import ProviderPage
from providers.models.standing import ProviderStanding, ProviderTeam

COMPETES_REASON = _(
    "It competes with solutions of the lead provider, which may comment but not decide."
)
# Receivers get `page_ids` and answer {page id: ids of providers that have a part in the page}.
involved_providers = Signal()


@dataclass(frozen=True)
class Provider:
    """What the review needs to know of the provider that a page lies under."""

    pk: int
    path: str
    title: str


@dataclass(frozen=True)
class Submission:
    """A step of the review with everybody who has a part in what is reviewed.

    ``parties`` are ids of providers, ``authors`` and ``approvers`` of users; ``groups`` are those
    that decide on the step.
    """

    state: TaskState
    step: str
    page: Page
    provider: Provider | None
    parties: frozenset[int]
    authors: frozenset[int]
    approvers: frozenset[int]
    is_leads_own: bool
    groups: frozenset[int]


@dataclass(frozen=True)
class Reader:
    """A user with the groups and organisations that decide what it may review.

    ``steps`` are the kinds of steps that the user's groups decide in the ordinary course.
    """

    pk: int | None
    groups: frozenset[int]
    steps: frozenset[str]
    organisations: frozenset[int]
    is_of_lead: bool

    @classmethod
    def of(cls, user) -> Reader:
        """One reader for all that is asked about a user in a request."""
        groups = frozenset(user.groups.values_list("pk", flat=True))
        teams = ProviderTeam.objects.filter(group__in=groups)
        own = frozenset(teams.values_list("provider_id", flat=True))
        lead = frozenset(lead_organisation().values_list("pk", flat=True))
        tasks = reviewing_groups().values()
        steps = frozenset(step for step, deciding, _recusal in tasks if deciding & groups)
        is_of_lead = bool(own & lead) or "lead" in steps
        organisations = own | lead if is_of_lead else own
        return cls(user.pk, groups, steps, organisations, is_of_lead)

    def may_decide(self, submission: Submission) -> bool:
        """A reviewer of the step who has no part in what is reviewed.

        The second approver must differ from the first (design: Review).
        """
        return bool(self.groups & submission.groups) and self.has_no_part_in(submission)

    def has_no_part_in(self, submission: Submission) -> bool:
        """Whether neither the reader nor its organisation wrote, offers or approved it."""
        if self.pk in submission.authors | submission.approvers:
            return False
        if self.is_of_lead and submission.is_leads_own:
            return False
        return not self.organisations & submission.parties


def lead_organisation() -> QuerySet:
    """The lead provider and its declared affiliates."""
    of_lead = Q(tier=ProviderStanding.Tier.LEAD) | Q(is_lead_affiliate=True)
    standings = ProviderStanding.objects.filter(of_lead)
    return ProviderPage.objects.filter(pk__in=standings.values("provider"))


def lead_groups() -> QuerySet:
    """The groups that review for the lead provider."""
    return Group.objects.filter(review_tasks__step="lead")


def submissions(states: Iterable[TaskState]) -> list[Submission]:
    """The facts of many steps in a fixed number of queries; steps without a page are left out."""
    states = list(states)
    tasks = reviewing_groups()
    states = [state for state in states if state.task_id in tasks]
    pages = Page.objects.in_bulk({int(state.workflow_state.object_id) for state in states})
    states = [state for state in states if int(state.workflow_state.object_id) in pages]
    facts = Facts(states, pages)
    return [facts.submission(state, *tasks[state.task_id]) for state in states]


def submission_of(state: TaskState) -> Submission | None:
    """The facts of one step; none where its page is gone or it is no step of this review."""
    return next(iter(submissions([state])), None)


def reviewing_groups() -> dict[int, tuple[str, frozenset[int], frozenset[int]]]:
    """By step: its kind, the groups that decide, and those that do on the lead's own items."""
    tasks = apps.get_model("providers", "ReviewTask").objects
    return {
        task.pk: (
            task.step,
            frozenset(group.pk for group in task.groups.all()),
            frozenset(group.pk for group in task.recusal_groups.all()),
        )
        for task in tasks.prefetch_related("groups", "recusal_groups")
    }


class Facts:
    """Who offers, wrote, submitted and approved what a set of steps is about."""

    def __init__(self, states: list[TaskState], pages: dict[int, Page]) -> None:
        self.pages = pages
        self.lead = set(lead_organisation().values_list("pk", flat=True))
        self.providers = providers_above(pages.values())
        self.involved = involved_in(pages)
        self.authors = authors_of(pages)
        people = {pk for authors in self.authors.values() for pk in authors}
        people |= {state.workflow_state.requested_by_id for state in states} - {None}
        self.teams = teams_of(people)
        self.lead_reviewers = set(
            lead_groups().filter(user__in=people).values_list("user", flat=True)
        )
        self.approvals = approvals_in(states)

    def submission(
        self, state: TaskState, step: str, groups: frozenset[int], recusal: frozenset[int]
    ) -> Submission:
        page = self.pages[int(state.workflow_state.object_id)]
        provider = self.providers.get(page.pk)
        authors = self.authors[page.pk] | ({state.workflow_state.requested_by_id} - {None})
        parties = self.involved[page.pk] | {provider.pk} if provider else self.involved[page.pk]
        parties = parties.union(*(self.teams[author] for author in authors))
        is_leads_own = bool(parties & self.lead or authors & self.lead_reviewers)
        return Submission(
            state=state,
            step=step,
            page=page,
            provider=provider,
            parties=frozenset(parties),
            authors=frozenset(authors),
            approvers=frozenset(
                approver
                for workflow, revision, task, approver in self.approvals
                if workflow == state.workflow_state_id
                and revision == state.revision_id
                and task != state.task_id
            ),
            is_leads_own=is_leads_own,
            groups=recusal if step == "lead" and is_leads_own else groups,
        )


def providers_above(pages: Iterable[Page]) -> dict[int, Provider]:
    """The provider that each page is or lies under, by the page's id."""
    lines = {page.pk: line_of_paths(page) for page in pages}
    paths = {path for line in lines.values() for path in line}
    rows = ProviderPage.objects.filter(path__in=paths).values_list("pk", "path", "title")
    by_path = {row[1]: Provider(*row) for row in rows}
    return {pk: by_path[path] for pk, line in lines.items() for path in line if path in by_path}


def involved_in(page_ids: Collection[int]) -> dict[int, set[int]]:
    """Providers that have a part in a page though it does not lie under them."""
    found: dict[int, set[int]] = defaultdict(set)
    for _receiver, answer in involved_providers.send(sender=None, page_ids=list(page_ids)):
        for page_id, provider_ids in answer.items():
            found[page_id] |= set(provider_ids)
    return found


def authors_of(pages: dict[int, Page]) -> dict[int, set[int]]:
    """Everybody who wrote at a page since its public version, not only who submitted it."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Revision.page_revisions.filter(
        object_id__in=[str(pk) for pk in pages], user__isnull=False
    ).values_list("object_id", "pk", "user_id")
    for object_id, revision, user in rows:
        if revision > (pages[int(object_id)].live_revision_id or 0):
            found[int(object_id)].add(user)
    return found


def teams_of(users: Collection[int]) -> dict[int, set[int]]:
    """The providers that each user works for."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = ProviderTeam.objects.filter(group__user__in=users)
    for user, provider in rows.values_list("group__user", "provider_id"):
        found[user].add(provider)
    return found


def approvals_in(states: list[TaskState]) -> list[tuple]:
    """Who approved which version at which step of these reviews."""
    approved = TaskState.objects.filter(
        workflow_state__in={state.workflow_state_id for state in states},
        status=TaskState.STATUS_APPROVED,
    )
    return list(
        approved.values_list("workflow_state_id", "revision_id", "task_id", "finished_by_id")
    )


def competes_with_lead(revision: Revision) -> bool:
    """Whether a solution shares scenario and industry with a live one of the lead's organisation.

    An edit is judged by what is public now too, so that it cannot change sides by itself.
    """
    page = revision.content_object
    if page.specific_class is not SolutionPage:
        return False
    lead_paths = list(lead_organisation().values_list("path", flat=True))
    if not lead_paths or any(page.path.startswith(path) for path in lead_paths):
        return False
    versions = [revision.content]
    if page.live_revision_id:
        versions.append(page.live_revision.content)
    under_lead = Q()
    for path in lead_paths:
        under_lead |= Q(path__startswith=path)
    rivals = SolutionPage.objects.listed().filter(under_lead)
    return any(rivals.filter(overlap(content)).exists() for content in versions)


def overlap(content: dict) -> Q:
    """Solutions with a scenario and an industry of this content; "all" meets every industry."""
    same_scenario = Q(scenarios__in=content.get("scenarios") or [])
    if content.get("all_industries"):
        return same_scenario
    return same_scenario & (Q(all_industries=True) | Q(industries__in=content["industries"]))
