"""The centre's call list in the back office, and what officers do with its lines."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page

from catalog.models import SolutionPage
from providers.acts import confirm_act, office_only, posted
from providers.matching.asking.progress import (
    CONTACT_TYPED,
    current_draft,
    resume_address,
    start_draft,
)
from providers.matching.calling import assisting
from providers.matching.calling.call_list import call_count, call_list
from providers.matching.calling.callbacks import count_try, finish_call, take_call, tell_by_phone
from providers.matching.calling.forms import CallDoneForm
from providers.matching.keys import access
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import CallBack
from providers.matching.office_frame import crumbs
from providers.matching.officers import ADVISES, visible_request
from providers.matching.score.offers import case_model, offer_key
from providers.models import ProviderPage
from providers.once import once_a_request

MOST_TRIES = 32767


def calls_shown(request: HttpRequest) -> int:
    """How many are to be called, counted once for menu and first page."""
    return once_a_request(request, "calls_to_make", call_count)


@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    office_only(request.user, ADVISES)
    context = {
        "rows": call_list(),
        "breadcrumbs_items": crumbs(reverse("matching_calls"), "", _("Calls to make"))[:2],
        "header_title": _("Calls to make"),
        "header_icon": "mobile-alt",
    }
    return render(request, "requests/admin/calls.html", context)


def open_call(request: HttpRequest, call_id: uuid.UUID) -> CallBack:
    office_only(request.user, ADVISES)
    return get_object_or_404(CallBack, public_id=call_id)


@never_cache
@require_POST
def call_deed(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Take a call, or count a try at which nobody answered."""
    call = open_call(request, call_id)
    deed = request.POST.get("deed")
    try:
        if deed == "take":
            take_call(call, by=request.user)
            messages.success(request, _("The call is yours."))
        elif deed == "try":
            count_try(call, by=request.user, seen=tries_seen(request))
            messages.success(request, _("Noted: nobody answered."))
        else:
            raise Http404
    except MovedOnError:
        messages.error(request, _("This call is done already."))
    return redirect("matching_calls")


def tries_seen(request: HttpRequest) -> int:
    """How many tries the list showed, so that a second click counts none."""
    typed = request.POST.get("tries", "")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST_TRIES))
    return int(typed) if is_number else -1


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_done(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Take a call off the list with its outcome."""
    call = open_call(request, call_id)

    def act(data: dict) -> str:
        try:
            finish_call(call, by=request.user, outcome=data["outcome"])
        except MovedOnError:
            return _("This call was done by somebody else meanwhile.")
        return _("The call is done. What was left for it is erased in 30 days.")

    return confirm_act(
        request,
        CallDoneForm(posted(request)["data"], kind=call.kind),
        act,
        back=reverse("matching_calls"),
        title=_("Call done"),
        icon="check",
        submit=_("Done"),
        sentences=[call.sentence] if call.sentence else [],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_request(request: HttpRequest, call_id: uuid.UUID) -> HttpResponse:
    """Fill in a request together: opens the three steps in this browser, once confirmed."""
    call = open_call(request, call_id)
    if call.done_at:
        messages.error(request, _("This call is done already."))
        return redirect("matching_calls")
    here = current_draft(request)
    if here and assisting.assisted(request, here.reference):
        noted = request.session[assisting.ASSISTED]
        if noted["call"] == str(call.public_id):
            return redirect("request_new")
    if request.method == "POST":
        draft = start_draft(request)
        assisting.begin_for(request, call, draft)
        # The officer has the number on the screen already.
        request.session[CONTACT_TYPED] = draft.reference
        return redirect(form_address(call.page))
    sentences = [
        _("The three steps open in this browser, filled in with the number and the sentence."),
        _("Read every consent aloud and tick it only when the enterprise has said yes."),
    ]
    if here:
        sentences.append(
            _("An unsent draft of this browser is put aside; this link opens it again: %(link)s")
            % {"link": resume_address(request)}
        )
    return confirm_act(
        request,
        forms.Form(),
        lambda data: "",
        back=reverse("matching_calls"),
        title=_("Make a request together"),
        icon="form",
        submit=_("Open the form"),
        sentences=sentences,
    )


def form_address(page: Page | None) -> str:
    """The first step, filled in from the page on which the call was wished."""
    address = reverse("request_new")
    specific = page.specific if page and page.live else None
    if isinstance(specific, SolutionPage):
        about = {"solution": offer_key(specific.provider, specific)}
    elif isinstance(specific, ProviderPage):
        about = {"provider": specific.slug}
    elif isinstance(specific, case_model()):
        about = {"case": specific.slug}
    else:
        return address
    return f"{address}?{urlencode(about)}"


@never_cache
@require_POST
def call_handed(request: HttpRequest, reference: str) -> HttpResponse:
    """Reference and code were read out: close the request in the officer's browser."""
    office_only(request.user, ADVISES)
    own = access.linked_request(request, reference)
    access.forget(request, own)
    assisting.stop(request)
    messages.success(request, _("The request is sent and closed in this browser."))
    return redirect("matching_calls")


@never_cache
@require_POST
def told_by_phone(request: HttpRequest, reference: str) -> HttpResponse:
    """The enterprise was told by phone what no message brought it, or nobody answered."""
    office_only(request.user, ADVISES)
    row = visible_request(request, reference)
    outcome = request.POST.get("outcome")
    if outcome not in ("reached", "unreached"):
        raise Http404
    tell_by_phone(row, by=request.user, reached=outcome == "reached")
    messages.success(request, _("Noted beside the request."))
    return redirect("matching_calls")
