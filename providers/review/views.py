"""The review screen: what waits, what is missing, approve or return."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import TaskState

from catalog.models import PublicationRefused
from providers.models import ReviewTask
from providers.review.queue import waiting_for


class DecisionForm(forms.Form):
    """Approve, or return with a message that is not empty."""

    action = forms.ChoiceField(choices=[("approve", "approve"), ("reject", "reject")])
    comment = forms.CharField(
        label=gettext_lazy("Message to the provider"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("action") == "reject" and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Tell the provider what to change."))
        return cleaned


def state_for(user, pk: int) -> TaskState:
    """The step, if this user may decide it; 404 otherwise."""
    state = get_object_or_404(TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS), pk=pk)
    task = state.task.specific
    if not isinstance(task, ReviewTask) or not task.may_decide(state, user):
        raise Http404
    return state


def queue(request: HttpRequest) -> HttpResponse:
    """All that waits for the reader."""
    if not ReviewTask.reviewed_by(request.user).exists():
        raise Http404
    rows = [
        {"state": state, "listing": state.revision.as_object(), "step": step_name(state)}
        for state in waiting_for(request.user)
    ]
    context = {"rows": rows, "page_title": _("Review"), "header_icon": "check"}
    return render(request, "desk/review_queue.html", context)


def step_name(state: TaskState) -> str:
    return state.task.specific.get_step_display()


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One submission with its open points; a decision is a POST."""
    state = state_for(request.user, pk)
    listing = state.revision.as_object()
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and decide(request, state, form):
        return redirect("review_queue")
    context = {
        "state": state,
        "listing": listing,
        "step": step_name(state),
        "page_title": listing.title,
        "header_icon": "check",
        "blockers": listing.blockers(),
        "warnings": listing.warnings(),
        "form": form,
        "earlier": state.workflow_state.task_states.exclude(pk=state.pk).order_by("started_at"),
    }
    return render(request, "desk/review_detail.html", context)


def decide(request: HttpRequest, state: TaskState, form: DecisionForm) -> bool:
    """Carry out the decision; False, with the reason in the form, where it is refused."""
    action, comment = form.cleaned_data["action"], form.cleaned_data["comment"]
    try:
        state.task.specific.on_action(state, request.user, action, comment=comment)
    except PublicationRefused as refused:
        form.add_error(None, ValidationError([str(point) for point in refused.blockers]))
        return False
    except PermissionDenied:
        form.add_error(None, _("This step has been decided by someone else meanwhile."))
        return False
    done = _("Approved.") if action == "approve" else _("Returned to the provider.")
    messages.success(request, done)
    return True


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The submitted version as the public would see it."""
    listing = state_for(request.user, pk).revision.as_object()
    return listing.make_preview_request(request, listing.default_preview_mode)
