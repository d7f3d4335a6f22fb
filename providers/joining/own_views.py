"""An application as its applicant sees it, by the private link."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from providers.headers import private, secret_address
from providers.joining import access
from providers.joining.drafts import DRAFT_LIFETIME, MovedOnError, erase
from providers.joining.steps import CONTACT, step_url
from providers.joining.submission import OPEN_STATES, withdraw_application
from providers.joining.summary import (
    answer_sections,
    last_message,
    next_step_words,
    retention_words,
)
from providers.joining.views import any_visit, first_gap
from providers.models import Application

BADGES = {
    Application.State.DRAFT: "",
    Application.State.SUBMITTED: "badge--accent",
    Application.State.RETURNED: "badge--warn",
    Application.State.APPROVED: "badge--good",
    Application.State.REFUSED: "badge--bad",
    Application.State.WITHDRAWN: "badge--off",
}


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note that this browser holds the link, and go where the address tells nothing."""
    application = Application.objects.by_token(token)
    if application is None:
        raise Http404
    access.remember(request, application)
    return redirect("join_page", application.reference)


@private
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where it stands, what the office said, what to do next, and all that was answered."""
    application = access.opened_application(request, reference)
    token = application.token
    context = {
        "application": application,
        "badge": BADGES[application.state],
        "next_words": next_step_words(application),
        "retention_words": retention_words(application),
        "events": application.events.all(),
        "said": last_message(application),
        "sections": answer_sections(application),
        "files": application.files.select_related("type"),
        "link": request.build_absolute_uri(reverse("join_application", args=[token]))
        if token
        else "",
        "continue_url": step_url(application, first_gap(application) or CONTACT)
        if application.is_editable()
        else "",
        "can_withdraw": application.state in OPEN_STATES,
        "can_erase": application.submitted_at is None,
        "lifetime": DRAFT_LIFETIME.days,
    }
    return render(request, "joining/page.html", context)


@private
@any_visit
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST withdraws what was sent, or erases what was not."""
    application = access.opened_application(request, reference)
    was_sent = application.submitted_at is not None
    if not application.is_open():
        return too_late(request, reference)
    if request.method != "POST":
        context = {"application": application, "was_sent": was_sent}
        return render(request, "joining/withdraw.html", context)
    try:
        if was_sent:
            withdraw_application(application)
        else:
            erase(application)
    except MovedOnError:
        return too_late(request, reference)
    if was_sent:
        messages.success(request, _("The application is withdrawn."))
        return redirect("join_page", reference)
    access.forget(request, application)
    messages.success(request, _("The draft and its files are erased."))
    return redirect("join_start")


def too_late(request: HttpRequest, reference: str) -> HttpResponse:
    messages.error(request, _("The application has moved on; this is no longer possible."))
    return redirect("join_page", reference)


@private
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the application in this browser."""
    access.forget(request, access.opened_application(request, reference))
    messages.success(request, _("The application is closed in this browser."))
    return redirect("join_start")
