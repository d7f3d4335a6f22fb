"""New keys for an enterprise that calls: an officer checks who calls and reads the code out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from providers.matching.keys.forms import CallerCheckForm
from providers.matching.keys.renewal import just_renewed_by, key_mark, renew_keys
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import MatchRequest
from providers.matching.office_frame import crumbs
from providers.matching.officers import ADVISES, side_of, visible_request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the check first; the answer to the POST shows the new code, once."""
    if not request.user.has_perm(ADVISES):
        raise Http404
    row = visible_request(request, reference)
    if row.erased_at:
        raise Http404
    form = CallerCheckForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else 422
        return page(request, row, {"form": form, "was": key_mark(row)}, status=status)
    session = request.session.session_key or ""
    try:
        row = renew_keys(
            row,
            side=side_of(request.user),
            by=request.user,
            was=request.POST.get("was") or "none",
            session=session,
        )
    except MovedOnError:
        row.refresh_from_db()
        if not just_renewed_by(row, session, request.user):
            messages.error(request, _("The keys have been made anew meanwhile."))
            return redirect("matching_request", row.reference)
    code = row.access_code
    return page(request, row, {"code": f"{code[:4]} {code[4:]}"})


def page(request: HttpRequest, row: MatchRequest, more: dict, status: int = 200) -> HttpResponse:
    back = reverse("matching_request", args=[row.reference])
    context = {
        "need": row,
        "back_url": back,
        "find_url": request.build_absolute_uri(reverse("request_find")),
        "breadcrumbs_items": crumbs(back, _("New link and code"), row.reference),
        "header_title": _("New link and code"),
        "header_icon": "key",
        **more,
    }
    return render(request, "requests/admin/renew_keys.html", context, status=status)
