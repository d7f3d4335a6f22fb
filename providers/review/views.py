"""The review screens: the queue, one submission with all that is known of it, a recall."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import BaseListingView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page, TaskState

from catalog.models import ListingPage, PublicationRefused
from providers.acts import confirm_act
from providers.models import ReviewTask
from providers.office_lists import CountingPaginator
from providers.review import decisions, queue
from providers.review.checklist import checklist
from providers.review.difference import differences
from providers.review.export import queue_table
from providers.review.filters import QueueFilterSet
from providers.review.forms import CommentForm, DecisionForm, OverrideForm, TakeOverForm
from providers.review.queue import Role, Waiting
from providers.review.recusal import Reader, submission_of
from providers.withdrawal.subtree import ActRefused

REFUSED = 422

# -- the queue ----------------------------------------------------------------------------------


class DueColumn(Column):
    """The target day, with what is left of it in words."""

    cell_template_name = "desk/review_due_cell.html"


class SubmissionPaginator(CountingPaginator):
    """Counts submissions, not Wagtail's states of tasks."""

    counted = ngettext_lazy("%(count)s submission", "%(count)s submissions", "count")


class QueueView(BaseListingView):
    """All that waits for the reader, oldest first."""

    model = TaskState
    page_title = gettext_lazy("Review")
    header_icon = "check"
    index_url_name = "review_queue"
    index_results_url_name = "review_queue_results"
    filterset_class = QueueFilterSet
    template_name = "desk/review_queue.html"
    paginate_by = 50
    paginator_class = SubmissionPaginator
    default_ordering = ("started_at", "pk")
    verbose_name_plural = gettext_lazy("submissions")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not ReviewTask.reviewed_by(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def rows(self) -> dict[int, Waiting]:
        return {row.state.pk: row for row in queue.docket_shown(self.request)}

    @cached_property
    def columns(self) -> list[Column]:
        def of(name: str) -> Callable[[TaskState], object]:
            return lambda state: getattr(self.rows[state.pk], name)

        return [
            TitleColumn(
                "title",
                label=_("Title"),
                accessor=of("title"),
                get_url=lambda state: reverse("review_detail", args=[state.pk]),
            ),
            DueColumn(
                "started_at",
                label=_("Due"),
                accessor=lambda state: self.rows[state.pk],
                sort_key="started_at",
            ),
            Column("type", label=_("Type"), accessor=of("type_name")),
            Column("provider", label=_("Provider"), accessor=of("provider_name")),
            Column("step", label=_("Step"), accessor=of("step_name")),
            StatusTagColumn(
                "role",
                label=_("Your part"),
                accessor=lambda state: self.rows[state.pk].role.label,
                primary=lambda state: self.rows[state.pk].role == Role.DECIDE,
            ),
            Column("submitted", label=_("Submitted on, by"), accessor=of("submitted")),
        ]

    def get_base_queryset(self):
        return TaskState.objects.filter(pk__in=self.rows)

    def get_filterset_kwargs(self) -> dict:
        return {**super().get_filterset_kwargs(), "rows": list(self.rows.values())}

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        address, chosen = reverse("review_export"), self.request.GET.urlencode()
        return [
            HeaderButton(
                label=_("Export as CSV"),
                url=f"{address}?{chosen}" if chosen else address,
                icon_name="download",
            )
        ]


class QueueExport(QueueView):
    """The queue as it is filtered, whole, for a spreadsheet."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return queue_table(self.rows[state.pk] for state in self.get_queryset())


# -- one submission -----------------------------------------------------------------------------


def opened(request: HttpRequest, pk: int) -> Waiting | None:
    """The submission as it waits for the reader; ``None`` where it was decided meanwhile.

    Raises:
        Http404: it is none of the reader's business, or does not exist.
    """
    state = get_object_or_404(TaskState.objects.select_related("workflow_state", "task"), pk=pk)
    if state.status == TaskState.STATUS_IN_PROGRESS:
        row = next((row for row in queue.docket_shown(request) if row.state.pk == pk), None)
        if row is None:
            raise Http404
        return row
    submission = submission_of(state)
    reader = Reader.of(request.user)
    if submission is None or not (
        reader.groups & submission.groups and reader.has_no_part_in(submission)
    ):
        raise Http404
    return None


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission with all that speaks for and against it; a decision is a POST."""
    row = opened(request, pk)
    if row is None:
        messages.warning(request, _("This step has been decided by someone else meanwhile."))
        return redirect("review_queue")
    offered = forms_for(row, None)
    if request.method == "POST":
        action = request.POST.get("action", "")
        name = "decide" if action in ("approve", "reject") else action
        if name not in offered:
            raise Http404
        form = forms_for(row, request.POST)[name]
        if form.is_valid() and carry_out(request, row, action, form):
            return redirect("review_queue")
        offered[name] = form
    return show(request, row, offered)


def forms_for(row: Waiting, data) -> dict[str, forms.Form]:
    """What the reader may do, each act with its form."""
    if row.role == Role.COMMENT:
        return {"comment": CommentForm(data)}
    if row.role == Role.TAKE_OVER:
        return {"take_over": TakeOverForm(data)}
    found: dict[str, forms.Form] = {"decide": DecisionForm(data)}
    if row.submission.step == ReviewTask.Step.BUREAU:
        found["override"] = OverrideForm(data)
    return found


def carry_out(request: HttpRequest, row: Waiting, action: str, form: forms.Form) -> bool:
    """Do it and say so; False, with the reason in the form, where it is refused."""
    acts = {
        "approve": (decisions.decide, ("approve",), "message", _("Approved.")),
        "reject": (decisions.decide, ("reject",), "message", _("Returned to the provider.")),
        "override": (decisions.decide, ("override",), "message", _("Published.")),
        "take_over": (
            decisions.go_on_without_first_review,
            (),
            "reason",
            _("The bureau's review has begun."),
        ),
        "comment": (decisions.comment, (), "text", _("Your comment has been kept.")),
    }
    act, arguments, keyword, done = acts[action]
    written = next(value for name, value in form.cleaned_data.items() if name != "action")
    try:
        act(row.state, *arguments, by=request.user, **{keyword: written})
    except PublicationRefused as refused:
        form.add_error(None, ValidationError([str(point) for point in refused.blockers]))
    except decisions.DecisionRefused as refused:
        form.add_error(None, str(refused))
    except ValidationError as wrong:
        form.add_error(None, wrong)
    except PermissionDenied:
        form.add_error(None, _("This step has been decided by someone else meanwhile."))
    else:
        messages.success(request, done)
        return True
    return False


def show(request: HttpRequest, row: Waiting, offered: dict[str, forms.Form]) -> HttpResponse:
    state = row.state
    listing = state.revision.as_object()
    public = listing.live_revision.as_object() if listing.live and listing.live_revision else None
    decides = row.role != Role.COMMENT
    # Contacts and proofs are the office's; a rival's are nobody's business who only comments.
    with_internal = decides and row.submission.step == ReviewTask.Step.BUREAU
    fields = differences(public, listing, with_internal=with_internal, with_unnamed=decides)
    checks = checklist(listing)
    context = {
        "row": row,
        "state": state,
        "listing": listing,
        "public": public,
        "changed": [field for field in fields if field.is_changed or field.has_matches],
        "unchanged": [field for field in fields if not field.is_changed and not field.has_matches],
        "checks": checks,
        "is_blocked": any(check.blocks for check in checks),
        "shows_evidence": decides,
        "evidence": listing.proofs.all() if decides else (),
        "earlier": earlier_steps(state),
        "comments": comments_for(row),
        "forms": offered,
        "page_title": row.title,
        "header_title": row.title,
        "header_icon": "check",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("review_queue"), "label": _("Review")},
            {"url": "", "label": row.title},
        ],
    }
    status = REFUSED if any(form.errors for form in offered.values()) else 200
    return render(request, "desk/review_detail.html", context, status=status)


def earlier_steps(state: TaskState):
    steps = state.workflow_state.task_states.exclude(pk=state.pk).order_by("started_at", "pk")
    return steps.select_related("task", "finished_by")


def comments_for(row: Waiting):
    """The bureau reads all comments; who comments reads what its own organisation wrote."""
    comments = row.state.workflow_state.review_comments.select_related("author")
    if row.role == Role.COMMENT:
        return comments.filter(author__groups__review_tasks__step="lead").distinct()
    if row.submission.step == ReviewTask.Step.BUREAU:
        return comments
    return comments.none()


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The submitted version as the public would see it."""
    row = opened(request, pk)
    if row is None:
        raise Http404
    listing = row.state.revision.as_object()
    return listing.make_preview_request(request, listing.default_preview_mode)


# -- taking a submission back -------------------------------------------------------------------


def recall(request: HttpRequest, page_id: int) -> HttpResponse:
    """A member takes its own submission back; 404 for another's page, existing or not."""
    page = get_object_or_404(Page, pk=page_id)
    review = page.current_workflow_state
    own = review and decisions.may_recall(request.user, page, review)
    if not own or not issubclass(page.specific_class, ListingPage):
        raise Http404

    def act(_cleaned: dict) -> str:
        try:
            decisions.recall(page, by=request.user)
        except decisions.DecisionRefused as refused:
            raise ActRefused([refused]) from refused
        return _("The submission was taken back. You can edit it again.")

    return confirm_act(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        act,
        back=reverse("wagtailadmin_pages:edit", args=[page.pk]),
        title=_("Recall “%(title)s”") % {"title": page.draft_title},
        icon="undo",
        sentences=[
            _("Submitted on %(day)s.")
            % {"day": f"{timezone.localtime(review.created_at):%Y-%m-%d}"},
            _("After the recall you can edit it. A new submission starts at the first step."),
        ],
        submit=_("Recall the submission"),
    )
