"""A member's own pages of the back office: listings, pictures, figures."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from catalog.models import Evidence, ListingPage, SolutionPage
from providers.backoffice.copying import copy_listing
from providers.backoffice.deeds import deed, deeds_of
from providers.backoffice.figures import own_figures
from providers.backoffice.pictures import (
    PictureInUse,
    UploadForm,
    WordsForm,
    add_picture,
    change_words,
    delete_picture,
    own_pictures,
    uses,
)
from providers.backoffice.submitting import NotSubmitted, submit_listing
from providers.backoffice.task_list import ending_qualifications, task_list
from providers.models import ProviderPage

PICTURES_A_PAGE = 24


def provider_or_404(request: HttpRequest) -> ProviderPage:
    """The provider that the reader works for; for anybody else these pages do not exist."""
    provider = ProviderPage.objects.of_member(request.user).select_related("team").first()
    if provider is None:
        raise Http404
    return provider


def own_page_or_404(request: HttpRequest, pk: int, kind: type[ListingPage]) -> ListingPage:
    """One page of the reader's provider; 404 for another's, existing or not."""
    own = Page.objects.descendant_of(provider_or_404(request), inclusive=True)
    found = get_object_or_404(own, pk=pk).specific
    if not isinstance(found, kind):
        raise Http404
    return found


def page_of(title: str, icon: str, address: str) -> dict:
    """What the back office's frame needs for one of these pages."""
    return {
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": address, "label": title},
        ],
    }


# -- listings -------------------------------------------------------------------------------------


@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """All own pages as tasks."""
    provider = provider_or_404(request)
    rows = task_list(provider)
    context = page_of(_("My listings"), "folder-open-inverse", reverse("own_listings")) | {
        "rows": [{"listing": row, "deeds": deeds_of(row)} for row in rows],
        "qualifications": ending_qualifications(provider),
        "qualifications_deed": deed(_("My qualifications"), "qualifications"),
        "add_solution": deed(
            _("Add a solution"), "wagtailadmin_pages:add", "catalog", "solutionpage", provider.pk
        ),
        "add_case": deed(
            _("Nominate a case"), "wagtailadmin_pages:add", "cases", "casepage", provider.pk
        ),
    }
    return render(request, "desk/listings.html", context)


def copy(request: HttpRequest, page_id: int) -> HttpResponse:
    """Copy one own solution and open the copy."""
    found = own_page_or_404(request, page_id, SolutionPage)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    made = copy_listing(found, by=request.user)
    messages.success(
        request, _("Copied as a draft. Proofs are not copied: add those of the new one.")
    )
    return redirect("wagtailadmin_pages:edit", made.pk)


def submit(request: HttpRequest, page_id: int) -> HttpResponse:
    """Hand one own listing in for review."""
    found = own_page_or_404(request, page_id, ListingPage)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        submit_listing(found, by=request.user)
    except NotSubmitted as refused:
        reasons = " ".join(refused.reasons)
        messages.error(request, _("Not submitted: %(reasons)s") % {"reasons": reasons})
    else:
        messages.success(request, _("Submitted. You will be told what the review decides."))
    return redirect("own_listings")


# -- pictures and files ---------------------------------------------------------------------------


def pictures(request: HttpRequest) -> HttpResponse:
    """Own pictures with their use, a form for one more, and own proofs."""
    provider = provider_or_404(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        add_picture(form, provider, by=request.user)
        messages.success(request, _("The picture has been added."))
        return redirect("own_pictures")
    used = uses(provider)
    found = Paginator(own_pictures(provider).prefetch_renditions("max-320x240"), PICTURES_A_PAGE)
    shown = found.get_page(request.GET.get("p"))
    proofs = Evidence.objects.filter(page__path__startswith=provider.path).select_related("page")
    context = page_of(_("Pictures and files"), "image", reverse("own_pictures")) | {
        "form": form,
        "shown": shown,
        "rows": [{"picture": picture, "used_by": used.get(picture.pk, [])} for picture in shown],
        "proofs": [
            {"proof": proof, "deed": deed(_("Open"), "evidence_list", proof.page_id)}
            for proof in proofs
        ],
    }
    return render(request, "desk/pictures.html", context, status=422 if form.errors else 200)


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """One own picture: title and what it shows."""
    provider = provider_or_404(request)
    found = get_object_or_404(own_pictures(provider), pk=pk)
    form = WordsForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        change_words(form, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("own_pictures")
    context = page_of(_("Picture"), "image", reverse("own_pictures")) | {
        "form": form,
        "picture": found,
        "used_by": uses(provider).get(found.pk, []),
    }
    return render(request, "desk/picture.html", context, status=422 if form.errors else 200)


def picture_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one own picture that nothing shows."""
    provider = provider_or_404(request)
    found = get_object_or_404(own_pictures(provider), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        delete_picture(found, provider, by=request.user)
    except PictureInUse:
        messages.error(request, _("A listing shows this picture; take it out there first."))
    else:
        messages.success(request, _("The picture has been deleted."))
    return redirect("own_pictures")


# -- figures --------------------------------------------------------------------------------------


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Own figures, as a table."""
    provider = provider_or_404(request)
    context = page_of(_("Figures"), "table", reverse("own_figures")) | {
        "figures": own_figures(provider)
    }
    return render(request, "desk/figures.html", context)
