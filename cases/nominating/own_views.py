"""A nomination as its enterprise sees it: by the link where it stands, by the code the rest."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from cases.keyed_access import shown_code
from cases.models import Nomination
from cases.nominating.drafts import (
    DRAFT_LIFETIME,
    MovedOnError,
    erase_draft,
    start_from,
)
from cases.nominating.from_request import answers_from, may_become_case, nomination_of
from cases.nominating.limits import CODES_AN_HOUR
from cases.nominating.retention import erase_on_demand
from cases.nominating.steps import COMPANY, first_gap, sections_of, step_url
from cases.nominating.submitting import withdraw_nomination
from cases.nominating.views import DOOR, own_nomination, too_late
from cases.nominating.wording import next_words, state_words
from cases.permitting.asking import open_questions
from cases.permitting.views import DOOR as PERMISSIONS
from providers.abuse import within_limit
from providers.headers import private, secret_address
from providers.matching.keys import access
from providers.matching.keys.forms import CodeForm
from providers.private_access import CodeCheck, check_access_code


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note that this browser holds the link, and show where the nomination stands."""
    nomination = Nomination.by_token(token)
    if nomination is None:
        raise Http404
    DOOR.note_link(request, nomination)
    context = {"nomination": nomination, "state_words": state_words(nomination)}
    return render(request, "cases/nominating/link.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The nomination, or the question for the access code; a POST tries one."""
    nomination = DOOR.linked_row(request, Nomination.objects.all(), reference)
    if request.method == "POST":
        return enter(request, nomination)
    if not DOOR.is_open(request, nomination):
        return render_code(request, nomination, CodeForm())
    token = nomination.token
    context = {
        "nomination": nomination,
        "state_words": state_words(nomination),
        "next_words": next_words(nomination),
        "link": request.build_absolute_uri(reverse("nomination_link", args=[token]))
        if token
        else "",
        "code": shown_code(nomination),
        "sections": sections_of(nomination) if nomination.answers else [],
        "files": nomination.files.select_related("indicator"),
        "continue_url": step_url(nomination, first_gap(nomination) or COMPANY)
        if nomination.is_editable
        else "",
        "questions": open_questions(nomination),
        "lifetime": DRAFT_LIFETIME.days,
    }
    return render(request, "cases/nominating/page.html", context)


def enter(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """Try an access code."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render_code(request, nomination, form, status=422)
    if not within_limit(request, "nomination-code", CODES_AN_HOUR):
        form.add_error("code", _("Too many tries from this address. Please wait an hour."))
        return render_code(request, nomination, form, status=429)
    check = check_access_code(nomination, form.cleaned_data["code"])
    if check is CodeCheck.RIGHT:
        request.session.cycle_key()
        DOOR.open(request, nomination)
        return redirect("nomination_page", nomination.reference)
    said, status = WRONG_CODES[check]
    form.add_error("code", said)
    return render_code(request, nomination, form, status=status)


def render_code(
    request: HttpRequest, nomination: Nomination, form: CodeForm, status: int = 200
) -> HttpResponse:
    context = {"nomination": nomination, "form": form, "state_words": state_words(nomination)}
    return render(request, "cases/nominating/code.html", context, status=status)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST withdraws what was sent, or erases a draft."""
    nomination = own_nomination(request, reference)
    was_sent = not nomination.is_draft
    if not nomination.is_editable:
        return too_late(request, reference)
    if request.method != "POST":
        context = {"nomination": nomination, "was_sent": was_sent}
        return render(request, "cases/nominating/withdraw.html", context)
    try:
        (withdraw_nomination if was_sent else erase_draft)(nomination)
    except MovedOnError:
        return too_late(request, reference)
    if was_sent:
        messages.success(request, _("The nomination is withdrawn."))
        return redirect("nomination_page", reference)
    DOOR.close(request, nomination)
    messages.success(request, _("The draft and its files are erased."))
    return redirect("nomination_start")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST erases contact, answers and files."""
    nomination = own_nomination(request, reference)
    if nomination.is_draft or nomination.erased_at:
        return too_late(request, reference)
    if request.method != "POST":
        return render(request, "cases/nominating/erase.html", {"nomination": nomination})
    try:
        erase_on_demand(nomination)
    except MovedOnError:
        return too_late(request, reference)
    messages.success(request, _("Your data of this nomination are erased."))
    return redirect("nomination_page", reference)


@private
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the nomination in this browser."""
    DOOR.close(request, own_nomination(request, reference))
    messages.success(request, _("The nomination is closed in this browser."))
    return redirect("nomination_start")


@private
@require_POST
def question(request: HttpRequest, reference: str, pk: str) -> HttpResponse:
    """Open one question about its case in this browser, which has typed the nomination's code."""
    nomination = own_nomination(request, reference)
    permission = get_object_or_404(open_questions(nomination), pk=int(pk))
    PERMISSIONS.open(request, permission)
    return redirect("permission_page", permission.reference)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def from_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Make a finished request a case: opened by who has opened the request with its code."""
    own = access.opened_request(request, reference)
    nomination = nomination_of(own)
    if nomination is not None:
        DOOR.open(request, nomination)
        return redirect("nomination_page", nomination.reference)
    if not may_become_case(own):
        raise Http404
    if request.method != "POST":
        return render(request, "cases/nominating/from_request.html", {"own": own})
    nomination = start_from(own, answers_from(own))
    DOOR.open(request, nomination)
    return redirect(step_url(nomination, COMPANY))


WRONG_CODES = {
    CodeCheck.WRONG: (gettext_lazy("This is not the access code."), 422),
    CodeCheck.LOCKED: (
        gettext_lazy("Too many wrong codes. Please wait a quarter of an hour and try again."),
        429,
    ),
}
