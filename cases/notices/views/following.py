"""An objection as whoever filed it follows it; looking at a page changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.keyed_access import shown_code
from cases.models import Objection
from cases.notices.access import DOOR, has_receipt
from cases.notices.filing import withdraw_objection
from cases.notices.forms import ObjectionCodeForm, ObjectionFindForm
from cases.notices.limits import FINDS_AN_HOUR
from cases.notices.public_page import result_address
from providers.abuse import within_limit
from providers.headers import private, secret_address
from providers.private_access import CodeCheck, check_access_code, find_by_code

NOT_FOUND = gettext_lazy(
    "No objection has this reference and this code. After five wrong codes an objection stays "
    "closed for a quarter of an hour; please try again then."
)


def head_of(own: Objection) -> dict:
    """What every page of an objection says first."""
    return {"own": own, "state": own.state(), "notice": own.notice}


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: reference and state, nothing more, whoever holds it."""
    own = Objection.by_token(token)
    if own is None:
        raise Http404
    DOOR.note_link(request, own)
    return render(request, "cases/notices/link.html", head_of(own))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Open an objection in this browser by its reference and access code."""
    if request.method != "POST":
        return render(request, "cases/notices/find.html", {"form": ObjectionFindForm()})
    form = ObjectionFindForm(request.POST)
    status = 422
    if form.is_valid():
        typed = form.cleaned_data
        if not within_limit(request, "find_objection", FINDS_AN_HOUR):
            form.add_error(None, _("Too many tries from this address. Please wait an hour."))
            status = 429
        elif own := find_by_code(Objection.objects.all(), typed["reference"], typed["code"]):
            request.session.cycle_key()
            DOOR.open(request, own)
            return redirect("objection_page", own.reference)
        else:
            form.add_error(None, NOT_FOUND)
    return render(request, "cases/notices/find.html", {"form": form}, status=status)


@private
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The objection with what became of it, or the question for the access code."""
    own = DOOR.linked_row(request, Objection.objects.all(), reference)
    if not DOOR.is_open(request, own):
        return render_code(request, own, ObjectionCodeForm())
    context = head_of(own) | {
        "files": own.files.all(),
        "may_withdraw": own.is_open(),
        "result_url": result_address(own.notice, own.notice.state()),
    }
    return render(request, "cases/notices/own.html", context)


def render_code(
    request: HttpRequest, own: Objection, form: ObjectionCodeForm, status: int = 200
) -> HttpResponse:
    context = head_of(own) | {"form": form}
    return render(request, "cases/notices/code.html", context, status=status)


@private
@require_POST
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    """Try an access code."""
    own = DOOR.linked_row(request, Objection.objects.all(), reference)
    form = ObjectionCodeForm(request.POST)
    if not form.is_valid():
        return render_code(request, own, form, status=422)
    check = check_access_code(own, form.cleaned_data["code"])
    if check is CodeCheck.RIGHT:
        request.session.cycle_key()
        DOOR.open(request, own)
        return redirect("objection_page", own.reference)
    said = {
        CodeCheck.LOCKED: _(
            "Too many wrong codes. Please wait a quarter of an hour and try again."
        ),
        CodeCheck.WRONG: _("This is not the access code of this objection."),
    }
    form.add_error("code", said[check])
    return render_code(request, own, form, status=429 if check is CodeCheck.LOCKED else 422)


@private
@require_safe
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """After filing: reference, link and code, for half an hour and in this browser only."""
    own = DOOR.linked_row(request, Objection.objects.all(), reference)
    if not has_receipt(request, own):
        return redirect("objection_page", own.reference)
    link = request.build_absolute_uri(reverse("objection_link", args=[own.token]))
    context = head_of(own) | {"link": link, "code": shown_code(own)}
    return render(request, "cases/notices/done.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST takes the objection back."""
    own = DOOR.opened_row(request, Objection.objects.all(), reference)
    if request.method != "POST":
        if not own.is_open():
            return redirect("objection_page", own.reference)
        return render(request, "cases/notices/withdraw.html", head_of(own))
    if withdraw_objection(own):
        messages.success(request, _("The objection is withdrawn."))
    else:
        messages.error(request, _("The objection has moved on; this is no longer possible."))
    return redirect("objection_page", own.reference)


@private
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the objection in this browser."""
    DOOR.close(request, DOOR.linked_row(request, Objection.objects.all(), reference))
    messages.success(request, _("The objection is closed in this browser."))
    return redirect("objection_find")
