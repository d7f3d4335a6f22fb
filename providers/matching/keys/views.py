"""Link and code: made anew by the enterprise, or found again when they are lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from providers.abuse import within_limit
from providers.headers import private
from providers.matching.asking.copying import copy_request, is_copy_of
from providers.matching.asking.progress import (
    CONTACT_TYPED,
    current_draft,
    resume_address,
    start_draft,
)
from providers.matching.keys import access, recovery
from providers.matching.keys.forms import LostForm, OneTimeCodeForm
from providers.matching.keys.renewal import key_mark, renew_keys
from providers.matching.lifecycle import MovedOnError
from providers.matching.limits import DRAFTS_AN_HOUR, RECOVERIES_AN_HOUR
from providers.matching.models import MatchRequest, Side
from providers.matching.own_page.frame import head_of, too_late

# Key of the session: the secret of the one-time code that this browser asked for.
RECOVERY = "request_recovery"


# -- made anew ----------------------------------------------------------------------------------


@private
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST makes link and code anew and shows them in this browser."""
    own = access.opened_request(request, reference)
    if request.method != "POST":
        context = {**head_of(own), "was": key_mark(own)}
        return render(request, "requests/renew_keys.html", context)
    session = request.session.session_key or ""
    was = request.POST.get("was", "")
    try:
        made = renew_keys(own, side=Side.ENTERPRISE, was=was or "none", session=session)
    except MovedOnError:
        # A second click finds what the first one made.
        own.refresh_from_db()
        return to_receipt(own) if access.has_receipt(request, own) else too_late(request, own)
    access.hand_over(request, made)
    return to_receipt(made)


def to_receipt(own: MatchRequest) -> HttpResponse:
    return redirect("request_done", own.reference)


# -- the same again -----------------------------------------------------------------------------


@private
@require_POST
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin a new request with the need of this one.

    It asks before it takes the place of another draft that this browser has not sent.
    """
    own = access.opened_request(request, reference)
    here = current_draft(request)
    if here and is_copy_of(here, own):
        return redirect("request_new")
    if here and "replace" not in request.POST:
        context = {**head_of(own), "here": here, "here_url": resume_address(request)}
        return render(request, "requests/choose_copy.html", context, status=409)
    if not within_limit(request, "draft", DRAFTS_AN_HOUR):
        messages.error(request, _("Too many requests were begun from this address. Please wait."))
        return redirect("request_page", own.reference)
    draft = start_draft(request)
    copy_request(own, draft)
    request.session[CONTACT_TYPED] = draft.reference
    messages.success(
        request, _("This is a new request. The need is filled in; please check it and go on.")
    )
    return redirect("request_new")


# -- lost ---------------------------------------------------------------------------------------


class AnswerFirst(HttpResponseRedirect):
    """A redirect that does something once it has gone out, so that its duration tells nobody."""

    def __init__(self, address: str, after: Callable[[], object]) -> None:
        super().__init__(address)
        self._after: Callable[[], object] | None = after

    def close(self) -> None:
        after, self._after = self._after, None
        try:
            if after is not None:
                after()
        finally:
            super().close()


@private
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: HttpRequest) -> HttpResponse:
    """Reference and phone, for a one-time code; where none can be sent, whom to call."""
    if not recovery.can_send():
        return render(request, "requests/lost.html", {"form": None})
    if request.method != "POST":
        return render(request, "requests/lost.html", {"form": LostForm()})
    form = LostForm(request.POST)
    status = 422
    if form.is_valid():
        if within_limit(request, "recover", RECOVERIES_AN_HOUR):
            return ask_for_code(request, **form.sought())
        form.add_error(None, _("Too many tries from this address. Please wait an hour."))
        status = 429
    return render(request, "requests/lost.html", {"form": form}, status=status)


def ask_for_code(request: HttpRequest, reference: str, phone: str) -> HttpResponse:
    """Go on to the next page, whatever was typed; the code is sent after that."""
    secret = secrets.token_hex(20)
    request.session[RECOVERY] = secret
    language = translation.get_language()

    def send() -> None:
        with translation.override(language):
            recovery.start_recovery(reference, phone, secret)

    return AnswerFirst(reverse("request_lost_code"), send)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def lost_code(request: HttpRequest) -> HttpResponse:
    """Try the one-time code; a right one opens the request in this browser."""
    secret = request.session.get(RECOVERY)
    if not secret:
        return redirect("request_lost")
    if request.method != "POST":
        return render(request, "requests/lost_code.html", {"form": OneTimeCodeForm()})
    form = OneTimeCodeForm(request.POST)
    if form.is_valid():
        own = recovery.finish_recovery(secret, form.cleaned_data["code"])
        if own is not None:
            request.session.cycle_key()
            request.session.pop(RECOVERY)
            for name in (access.LINKED, access.OPENED):
                access.remember(request, own, name)
            messages.success(request, _("The request is open in this browser."))
            return redirect("request_keys", own.reference)
        form.add_error("code", NOT_RIGHT)
    return render(request, "requests/lost_code.html", {"form": form}, status=422)


NOT_RIGHT = gettext_lazy(
    "This code is wrong, older than ten minutes, used, or tried five times. Please ask for a new "
    "one if need be."
)
