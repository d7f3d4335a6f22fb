"""What officers do beside a request: note, offer help, verify. Nothing of it assigns a provider."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from providers.acts import REFUSED, confirm_act, office_only, posted
from providers.matching.advising.forms import HelpForm, ResultForm
from providers.matching.advising.helping import finish_help, kinds_for, offer_help
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Intervention, MatchRequest
from providers.matching.office_frame import crumbs
from providers.matching.officers import ADVISES, SEES_ALL, side_of, visible_request
from providers.matching.oversight import verifying
from providers.matching.oversight.forms import NoteForm, ReasonForm
from providers.matching.oversight.notes import add_note
from providers.matching.oversight.request_page import page_context


@never_cache
@require_POST
def write_note(request: HttpRequest, reference: str) -> HttpResponse:
    row = visible_request(request, reference)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return show_again(request, row, note_form=form)
    text = form.cleaned_data["text"]
    return carry_out(
        request, row, lambda: add_note(row, by=request.user, text=text), _("The note is kept.")
    )


@never_cache
@require_POST
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the enterprise whether the office may do something."""
    row = visible_request(request, reference)
    form = HelpForm(request.POST, prefix="help", kinds=kinds_for(request.user))
    if not form.is_valid():
        return show_again(request, row, help_form=form)
    cleaned = form.cleaned_data
    told = _("The enterprise has been asked. Nothing is done before it agrees.")
    return carry_out(
        request,
        row,
        lambda: offer_help(row, by=request.user, kind=cleaned["kind"], text=cleaned["text"]),
        told,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, reference: str, offer_id: int) -> HttpResponse:
    """Write down what came of the help to which the enterprise agreed."""
    row = visible_request(request, reference)
    offers = row.interventions.filter(agreed_at__isnull=False, done_at=None)
    if not request.user.has_perm(SEES_ALL):
        offers = offers.filter(side=side_of(request.user))
    offered: Intervention = get_object_or_404(offers, pk=offer_id)

    def act(data: dict) -> str:
        try:
            finish_help(offered, by=request.user, result=data["result"])
        except MovedOnError:
            return _("The enterprise has taken its agreement back; nothing was noted.")
        return _("Noted beside the request; the enterprise reads it too.")

    return confirm_act(
        request,
        ResultForm(posted(request)["data"]),
        act,
        back=page_of(row),
        title=_("Help given: %(what)s") % {"what": offered.get_kind_display()},
        icon="check",
        submit=_("Write it down"),
        sentences=[offered.text],
    )


MARKS: dict[str, Callable[..., None]] = {
    "phone": verifying.verify_phone,
    "company": verifying.verify_company,
}
TAKINGS_BACK: dict[str, Callable[..., None]] = {
    "phone": verifying.take_back_phone,
    "company": verifying.take_back_company,
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """Mark phone or company as verified, or take the mark back with its reason."""
    office_only(request.user, ADVISES)
    row = visible_request(request, reference)
    if row.erased_at:
        raise Http404
    is_marked = getattr(row, f"{what}_verified_at") is not None

    def act(data: dict) -> str:
        how = {"by": request.user, **data}
        try:
            (TAKINGS_BACK if is_marked else MARKS)[what](row, **how)
        except MovedOnError:
            return _("The request has moved on; this is no longer possible.")
        return _("Noted.")

    return confirm_act(
        request,
        (ReasonForm if is_marked else forms.Form)(posted(request)["data"]),
        act,
        back=page_of(row),
        title=TITLES[what, is_marked](),
        icon="key",
        submit=_("Take back") if is_marked else _("Verified"),
        sentences=[NOTICES[what, is_marked]()],
    )


TITLES = {
    ("phone", False): lambda: _("Mark the phone as verified"),
    ("company", False): lambda: _("Mark the company as verified"),
    ("phone", True): lambda: _("Take the phone's verification back"),
    ("company", True): lambda: _("Take the company's verification back"),
}
NOTICES = {
    ("phone", False): lambda: _(
        "You have called the number, and somebody of the enterprise has answered. The providers "
        "asked see that it is verified, not the number."
    ),
    ("company", False): lambda: _(
        "The company exists under this name or code, and who asks belongs to it. The providers "
        "asked see that it is verified, not which company it is."
    ),
    ("phone", True): lambda: _("The providers asked then see it as not verified."),
    ("company", True): lambda: _("The providers asked then see it as not verified."),
}


def page_of(row: MatchRequest) -> str:
    return reverse("matching_request", args=[row.reference])


def carry_out(
    request: HttpRequest, row: MatchRequest, deed: Callable[[], object], told: str
) -> HttpResponse:
    """Do it and say so, or say that it is too late."""
    try:
        deed()
    except MovedOnError:
        messages.error(request, _("The request has moved on; this is no longer possible."))
    else:
        messages.success(request, told)
    return redirect(page_of(row))


def show_again(request: HttpRequest, row: MatchRequest, **forms_typed: forms.Form) -> HttpResponse:
    """The page with what was typed and what is wrong with it."""
    context = {
        **page_context(row, request.user),
        **forms_typed,
        "breadcrumbs_items": crumbs(reverse("matching_requests"), row.reference, _("All requests")),
        "header_title": row.reference,
        "header_icon": "mail",
    }
    return render(request, "requests/admin/oversight.html", context, status=REFUSED)
