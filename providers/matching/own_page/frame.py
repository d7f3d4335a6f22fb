"""What every page of a request shares: its head, and the answer to a deed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from providers.matching.lifecycle import MovedOnError
from providers.matching.models import MatchRequest
from providers.matching.own_page.next_steps import state_words

SHOWN = ["GET", "HEAD", "POST"]
Deed = Callable[[MatchRequest], object]


def head_of(own: MatchRequest) -> dict:
    """What every page of a request says first: the reference and where it stands, in words."""
    return {"own": own, "state": own.state(), "state_words": state_words(own)}


def act(request: HttpRequest, own: MatchRequest, deed: Deed, told: str) -> HttpResponse:
    """Do it and say so, or say that it is too late; then back to the request's page.

    Args:
        deed: takes the request; raises ``MovedOnError`` where the state no longer fits.
        told: the sentence that says what was done, translated.
    """
    try:
        deed(own)
    except MovedOnError:
        return too_late(request, own)
    messages.success(request, told)
    return redirect("request_page", own.reference)


def deed_page(
    request: HttpRequest,
    own: MatchRequest,
    form: forms.Form,
    deed: Deed,
    *,
    told: str,
    title: str,
    submit: str,
    sentences: Iterable[str] = (),
    is_open: bool = True,
    is_grave: bool = False,
    template: str = "requests/deed.html",
    **context: object,
) -> HttpResponse:
    """Say what a deed does and ask for what it needs; a valid POST does it.

    Args:
        sentences: what it does, each translated.
        is_open: whether it still fits. Asking for it where it does not leads back; a POST is tried
            all the same, since a second click is answered as the first.
        is_grave: it cannot be undone.
    """
    if request.method == "POST" and form.is_valid():
        return act(request, own, deed, told)
    if request.method != "POST" and not is_open:
        return too_late(request, own)
    context |= {
        **head_of(own),
        "form": form,
        "title": title,
        "submit": submit,
        "sentences": sentences,
        "is_grave": is_grave,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)


def too_late(request: HttpRequest, own: MatchRequest) -> HttpResponse:
    messages.error(request, _("The request has moved on; this is no longer possible."))
    return redirect("request_page", own.reference)
