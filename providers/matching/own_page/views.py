"""A request as its enterprise sees it: by the link its state, by the access code the rest."""

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
    require_safe,
)

from providers.abuse import within_limit
from providers.headers import private, secret_address
from providers.matching.advising.own_views import help_context
from providers.matching.answering.own_views import questions_of
from providers.matching.asking.attachments import attachment_links, attachment_response
from providers.matching.asking.progress import (
    CONTACT_TYPED,
    current_draft,
    resume_address,
    start_draft,
)
from providers.matching.choosing import comparison
from providers.matching.choosing.deciding import BREAKABLE, CANCELLABLE
from providers.matching.choosing.forms import read_mark
from providers.matching.choosing.widening import free_places
from providers.matching.keys import access
from providers.matching.keys.access import CodeCheck
from providers.matching.keys.forms import CodeForm, FindForm
from providers.matching.lifecycle import (
    WITHDRAWABLE,
    MovedOnError,
    give_consent,
    reopen,
    send_now,
    withdraw_consent,
    withdraw_request,
)
from providers.matching.limits import FINDS_AN_HOUR
from providers.matching.models import (
    Invitation,
    MatchRequest,
    RequestState,
    Turn,
)
from providers.matching.own_page.frame import act, head_of, too_late
from providers.matching.own_page.next_steps import next_steps
from providers.matching.own_page.timeline import timeline_of
from providers.matching.personal_data.views import data_context
from providers.matching.working.own_views import work_context


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The private link: reference and state, nothing more, whoever holds it."""
    own = MatchRequest.by_token(token)
    if own is None:
        raise Http404
    access.remember(request, own, access.LINKED)
    return render(request, "requests/link.html", head_of(own))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Open a request in this browser by its reference and access code."""
    if request.method != "POST":
        return render(request, "requests/find.html", {"form": FindForm()})
    form = FindForm(request.POST)
    status = 422
    if form.is_valid():
        if not within_limit(request, "find", FINDS_AN_HOUR):
            form.add_error(None, _("Too many tries from this address. Please wait an hour."))
            status = 429
        elif own := access.find_request(form.cleaned_data["reference"], form.cleaned_data["code"]):
            request.session.cycle_key()
            for name in (access.LINKED, access.OPENED):
                access.remember(request, own, name)
            return redirect("request_page", own.reference)
        else:
            form.add_error(None, NOT_FOUND)
    return render(request, "requests/find.html", {"form": form}, status=status)


NOT_FOUND = gettext_lazy(
    "No request has this reference and this code. After five wrong codes a request stays closed "
    "for a quarter of an hour; please try again then."
)


@private
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The request with its answers, or the question for the access code."""
    own = access.linked_request(request, reference)
    if not access.is_opened(request, own):
        return render_code(request, own, CodeForm())
    sort = comparison.sort_of(request.GET.get("sort", ""))
    replies = comparison.replies_to(own, sort)
    for reply in replies:
        # A consent given from this page is one to the sentence that stands on it.
        reply.invitation.read_mark = read_mark(reply.invitation.provider)
    state, turn = own.state(), own.turn()
    places = free_places(own)
    context = {
        **head_of(own),
        "data": data_context(own),
        "scenarios": own.scenarios.all(),
        "pain_points": own.pain_points.all(),
        "attachments": attachment_links(
            own.attachments.all(),
            lambda row: reverse("request_file", args=[own.reference, row.public_id]),
        ),
        "next_steps": next_steps(own, [reply.invitation for reply in replies]),
        "next_look": NEXT_LOOKS.get(turn or state, ""),
        "has_no_taker": turn == Turn.NOBODY,
        "offers": [reply for reply in replies if reply.is_reply],
        "others": [reply for reply in replies if not reply.is_reply],
        "sorts": sort_links(sort) if sum(reply.is_reply for reply in replies) > 1 else [],
        "questions": questions_of(own),
        "help": help_context(own),
        "work": work_context(own),
        "timeline": timeline_of(own),
        "free_places": places,
        "can_widen": places > 0,
        "can_change": own.in_grace(),
        "can_find_none_suitable": state == RequestState.SENT and turn == Turn.ENTERPRISE,
        "can_cancel": state in CANCELLABLE,
        "can_withdraw": state in WITHDRAWABLE,
        "can_break": state in BREAKABLE,
        "is_sent": own.is_sent(),
        "is_over": own.is_over(),
    }
    return render(request, "requests/page.html", context)


NEXT_LOOKS = {
    Turn.NOBODY: "notice--warn",
    Turn.OFFICE: "notice--warn",
    RequestState.CONFIRMED: "notice--good",
    RequestState.UNCONFIRMED: "notice--warn",
    RequestState.ENDED: "notice--warn",
}
SORT_LABELS = {
    comparison.SCORE: gettext_lazy("Most points first"),
    comparison.PRICE: gettext_lazy("Lowest price first"),
    comparison.DAYS: gettext_lazy("Fastest first"),
}


def sort_links(current: str) -> list[dict]:
    """The orders that the answers can stand in, as links to the same page."""
    return [
        {"label": label, "url": f"?sort={sort}", "is_current": sort == current}
        for sort, label in SORT_LABELS.items()
    ]


@private
@require_POST
def enter(request: HttpRequest, reference: str) -> HttpResponse:
    """Try an access code."""
    own = access.linked_request(request, reference)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render_code(request, own, form, status=422)
    check = access.check_access_code(own, form.cleaned_data["code"])
    if check is CodeCheck.LOCKED:
        form.add_error(
            "code", _("Too many wrong codes. Please wait a quarter of an hour and try again.")
        )
        return render_code(request, own, form, status=429)
    if check is CodeCheck.WRONG:
        form.add_error("code", _("This is not the access code of this request."))
        return render_code(request, own, form, status=422)
    request.session.cycle_key()
    access.remember(request, own, access.OPENED)
    return redirect("request_page", own.reference)


def render_code(
    request: HttpRequest, own: MatchRequest, form: CodeForm, status: int = 200
) -> HttpResponse:
    context = {**head_of(own), "form": form}
    return render(request, "requests/code.html", context, status=status)


@private
@require_safe
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """After sending: reference, link and code, for half an hour and in this browser only."""
    own = access.linked_request(request, reference)
    if not access.has_receipt(request, own):
        return redirect("request_page", own.reference)
    link = request.build_absolute_uri(reverse("request_link", args=[own.token]))
    code = own.access_code
    context = {**head_of(own), "link": link, "code": f"{code[:4]} {code[4:]}"}
    return render(request, "requests/done.html", context)


@private
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Close the request in this browser."""
    access.forget(request, access.linked_request(request, reference))
    messages.success(request, _("The request is closed in this browser."))
    return redirect("request_new")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST withdraws."""
    own = access.opened_request(request, reference)
    if request.method != "POST":
        return render(request, "requests/withdraw.html", {"own": own, "is_sent": own.is_sent()})
    return act(request, own, withdraw_request, _("The request is withdrawn."))


@private
@require_POST
def send_at_once(request: HttpRequest, reference: str) -> HttpResponse:
    own = access.opened_request(request, reference)
    return act(request, own, send_now, _("The request has been sent."))


@private
@require_POST
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Back into the three steps, within the grace period.

    It asks before it takes the place of another draft that this browser has not sent.
    """
    own = access.opened_request(request, reference)
    here = current_draft(request)
    if here and own.in_grace():
        if here.edits_id == own.pk and own.state() == RequestState.DRAFT:
            return redirect("request_new")
        if "replace" not in request.POST:
            context = {"own": own, "here": here, "here_url": resume_address(request)}
            return render(request, "requests/choose_edit.html", context, status=409)
    draft = start_draft(request)
    try:
        reopen(own, draft)
    except MovedOnError:
        draft.delete()
        return too_late(request, own)
    request.session[CONTACT_TYPED] = own.reference
    return redirect("request_new")


@private
@require_POST
def consent(request: HttpRequest, reference: str, invitation: str) -> HttpResponse:
    """Give or withdraw the consent for one provider; it is given to the sentence that was read."""
    own = access.opened_request(request, reference)
    asked = get_object_or_404(
        Invitation.objects.select_related("provider"), request=own, public_id=invitation
    )
    decision = request.POST.get("decision")
    if decision == "give":
        if request.POST.get("read") != read_mark(asked.provider):
            messages.error(request, _("The provider's contact has changed. Please read it again."))
            return redirect("request_page", own.reference)
        done_text = _("%(provider)s may now see who you are.")
        deed = give_consent
    elif decision == "withdraw":
        done_text = _("%(provider)s no longer sees who you are and was told to delete it.")
        deed = withdraw_consent
    else:
        raise Http404
    told = done_text % {"provider": asked.provider.title}
    return act(request, own, lambda row: deed(row, asked), told)


@private
@require_safe
def file(request: HttpRequest, reference: str, attachment: str) -> HttpResponse:
    """One of the request's own photos or PDFs."""
    own = access.opened_request(request, reference)
    return attachment_response(get_object_or_404(own.attachments, public_id=attachment))
