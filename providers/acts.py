"""The page on which somebody confirms an act: what it does, what speaks against it, the form."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.models import Page

from catalog.models import ListingPage
from providers.models import ProviderPage
from providers.withdrawal.subtree import ActRefused

REFUSED = 422


def confirm_act(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict], str],
    *,
    back: str,
    title: str,
    icon: str,
    template: str = "desk/act.html",
    **context: object,
) -> HttpResponse:
    """Show the form, or carry the act out and go ``back`` with the sentence that it returns.

    Context for ``desk/act.html``: ``sentences`` (what it does), ``points`` (what speaks against
    it), ``submit``, ``is_grave`` (cannot be undone).
    """
    if request.method == "POST" and form.is_valid():
        try:
            said = act(form.cleaned_data)
        except ActRefused as refused:
            form.add_error(None, ValidationError([str(each) for each in refused.sentences]))
        else:
            messages.success(request, said)
            return redirect(back)
    context |= {"form": form, "back": back, "page_title": title, "header_icon": icon}
    status = REFUSED if request.method == "POST" else 200
    return render(request, template, context, status=status)


def posted(request: HttpRequest) -> dict:
    """What a form takes of the request: nothing unless it was sent."""
    if request.method != "POST":
        return {"data": None}
    return {"data": request.POST, "files": request.FILES}


def own_listing(user, page_id: int) -> ListingPage:
    """The listing, if the user belongs to the provider that it lies under; 404 otherwise."""
    own = ProviderPage.objects.of_member(user).values_list("path", flat=True)
    return listing_or_404(page_id, lambda page: any(page.path.startswith(path) for path in own))


def listing_or_404(page_id: int, may_see: Callable[[Page], bool] = lambda page: True):
    """The listing of this id in its own class; 404 where it is none or may not be seen."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None or not may_see(page):
        raise Http404
    listing = page.specific
    if not isinstance(listing, ListingPage):
        raise Http404
    return listing


def office_only(user, permission: str) -> None:
    """Raise 404 for everybody who does not hold the permission."""
    if not user.has_perm(permission):
        raise Http404
