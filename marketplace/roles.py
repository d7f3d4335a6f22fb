"""Groups of the office, what each may do, and the steps of the review (design: Roles).

No group holds *publish* on listings or cases: what the review approves becomes public. The bureau
publishes articles and notices itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cases.models import (
    Adoption,
    BenchmarkDecision,
    CaseIndexPage,
    CaseRules,
    CollectionIssue,
    Nomination,
    Objection,
    OutsideExpert,
    PublicationPermission,
    ScoreSheet,
    ScoringRound,
    ScoringScheme,
    UseCount,
)
from cases.models.experts import EXPERTS as EXPERTS_GROUP
from catalog.models import (
    VOCABULARIES,
    AdmissionRules,
    AdvertisingWord,
    Appeal,
    CalendarDay,
    Evidence,
    ProgrammeSettings,
    Recognition,
    Removal,
    RewardPolicy,
    Suspension,
    Synonym,
)
from marketplace.models import ArticleIndexPage, SiteFrame
from providers.matching.models import (
    Choice,
    Dispute,
    Enterprise,
    MatchRequest,
    PilotList,
    ScoreWeights,
)
from providers.models import (
    Application,
    ProviderIndexPage,
    ProviderStanding,
    Qualification,
    ReviewSettings,
    ReviewTask,
    Undertaking,
)

BUREAU = "bureau"
LEAD = "lead provider"
COMMITTEE = "zone committee"
TASK_FORCE = "task force"
# Named where accounts are put into it.
EXPERTS = EXPERTS_GROUP
# Shown in the editor's button "submit to …"; like the steps' names, the bureau may reword it.
REVIEW = "上架审核"

BUREAU_EDITS: tuple[type[models.Model], ...] = (
    *VOCABULARIES,
    Synonym,
    RewardPolicy,
    CalendarDay,
    AdvertisingWord,
    AdmissionRules,
    ReviewSettings,
    ProgrammeSettings,
    SiteFrame,
    Recognition,
    Suspension,
    Removal,
    Appeal,
    Evidence,
    BenchmarkDecision,
    CaseRules,
    ScoringScheme,
    ScoringRound,
    OutsideExpert,
    ProviderStanding,
    Qualification,
    Undertaking,
    Enterprise,
    PilotList,
    ScoreWeights,
)


def set_up_roles() -> None:
    """Create the office's groups and give each its permissions; repeatable."""
    remove_wagtail_defaults()
    groups = {
        name: Group.objects.get_or_create(name=name)[0]
        for name in (BUREAU, LEAD, COMMITTEE, TASK_FORCE, EXPERTS)
    }
    for group in groups.values():
        allow(group, Permission.objects.get(codename="access_admin"))
    allow_models(groups[BUREAU], BUREAU_EDITS, "add", "change", "view")
    # A day entered by mistake would shift deadlines for good.
    allow(groups[BUREAU], model_permission(CalendarDay, "delete"))
    # Applicants write applications; the bureau reads and decides them.
    allow_models(groups[BUREAU], (Application,), "change", "view")
    allow_models(groups[COMMITTEE], (Enterprise, PilotList), "view")
    for name in (BUREAU, COMMITTEE):
        allow(groups[name], model_permission(MatchRequest, "view"))
        # Both may be asked to score cases, and read what came of it.
        allow(groups[name], model_permission(ScoreSheet, "add"))
        allow(groups[name], model_permission(ScoringRound, "view"))
        allow(groups[name], model_permission(CollectionIssue, "view"))
    # Whoever edits an edition issues it; nobody publishes it from the editor.
    allow(groups[BUREAU], model_permission(CollectionIssue, "add"))
    # Both read what is nominated and may put a case forward; the bureau decides.
    allow_models(groups[BUREAU], (Nomination, PublicationPermission), "add", "change", "view")
    allow_models(groups[COMMITTEE], (Nomination,), "add", "view")
    allow_models(groups[COMMITTEE], (PublicationPermission,), "view")
    # Both read who did the same after a case; the bureau keeps that ledger, and counts the uses.
    allow_models(groups[BUREAU], (Adoption,), "add", "change", "delete", "view")
    allow_models(groups[COMMITTEE], (Adoption,), "view")
    allow(groups[BUREAU], model_permission(UseCount, "view"))
    # Who filed an objection is shown to the bureau alone, which decides.
    allow_models(groups[BUREAU], (Objection,), "change", "view")
    allow_models(groups[COMMITTEE], (Objection,), "view")
    # The bureau's officers do the service centre's work: advise, verify, call.
    allow(groups[BUREAU], model_permission(MatchRequest, "change"))
    # The bureau alone settles disputes and reads what was contracted.
    allow(groups[BUREAU], model_permission(Dispute, "change"))
    allow(groups[BUREAU], model_permission(Choice, "view"))
    allow(groups[LEAD], Permission.objects.get(codename="oversee_requests"))
    for section in ArticleIndexPage.objects.all():
        for action in ("add", "change", "publish"):
            allow_on_page(groups[BUREAU], section, action)
    for index in CaseIndexPage.objects.all():
        for action in ("add", "change"):
            allow_on_page(groups[BUREAU], index, action)
    # Pictures of articles, cases and covers; the folders of providers lie below.
    for action in ("add", "choose"):
        allow_pictures(groups[BUREAU], action)
    set_up_review(groups)


def remove_wagtail_defaults() -> None:
    """Wagtail's migrations leave two groups and a workflow that would let editors publish."""
    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    Workflow.objects.filter(name="Moderators approval").delete()
    Task.objects.filter(name="Moderators approval").delete()


def set_up_review(groups: dict[str, Group]) -> None:
    """The two steps that every listing and case takes: lead review, bureau review."""
    workflow, _created = Workflow.objects.get_or_create(name=REVIEW)
    steps = (
        (ReviewTask.Step.LEAD, "主导服务商初审", [LEAD], [COMMITTEE]),
        (ReviewTask.Step.BUREAU, "主管部门审核", [BUREAU], []),
    )
    for order, (step, name, reviewers, recusal) in enumerate(steps):
        task, _created = ReviewTask.objects.get_or_create(step=step, defaults={"name": name})
        task.groups.set([groups[reviewer] for reviewer in reviewers])
        task.recusal_groups.set([groups[reviewer] for reviewer in recusal])
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    for index in (*ProviderIndexPage.objects.all(), *CaseIndexPage.objects.all()):
        WorkflowPage.objects.get_or_create(page_id=index.pk, defaults={"workflow": workflow})


def model_permission(model: type[models.Model], action: str) -> Permission:
    return Permission.objects.get(
        content_type=ContentType.objects.get_for_model(model),
        codename=f"{action}_{model._meta.model_name}",
    )


def allow_models(group: Group, kinds: Iterable[type[models.Model]], *actions: str) -> None:
    for model in kinds:
        for action in actions:
            allow(group, model_permission(model, action))


def allow(group: Group, permission: Permission) -> None:
    group.permissions.add(permission)


def allow_on_page(group: Group, page: Page, action: str) -> None:
    GroupPagePermission.objects.get_or_create(
        group=group,
        page_id=page.pk,
        permission=Permission.objects.get(
            content_type=ContentType.objects.get_for_model(Page), codename=f"{action}_page"
        ),
    )


def allow_pictures(group: Group, action: str) -> None:
    """Let a group do this with every picture."""
    image = get_image_model()
    GroupCollectionPermission.objects.get_or_create(
        group=group,
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(
            content_type=ContentType.objects.get_for_model(image),
            codename=f"{action}_{image._meta.model_name}",
        ),
    )
