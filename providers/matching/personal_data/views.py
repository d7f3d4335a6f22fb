"""An enterprise and the data held about it: receipts of consent, a copy, erasure."""

from __future__ import annotations

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from providers.abuse import within_limit_of
from providers.acts import posted
from providers.headers import private
from providers.matching.keys import access
from providers.matching.limits import EXPORTS_AN_HOUR
from providers.matching.models import MatchRequest
from providers.matching.own_page.frame import SHOWN, deed_page, head_of, too_late
from providers.matching.personal_data.exporting import export_of
from providers.matching.personal_data.receipts import receipts_of, receipts_text
from providers.matching.personal_data.retention import can_be_erased, erase_on_demand


def data_context(own: MatchRequest) -> dict[str, bool]:
    """What the request's page offers about its data."""
    return {"is_erased": own.erased_at is not None, "can_be_erased": can_be_erased(own)}


@private
@require_safe
def consents(request: HttpRequest, reference: str) -> HttpResponse:
    """Every consent with its text, to read and to print."""
    own = access.opened_request(request, reference)
    context = {**head_of(own), "receipts": receipts_of(own)}
    return render(request, "requests/consents.html", context)


@private
@require_safe
def consents_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a text file."""
    own = access.opened_request(request, reference)
    return download(
        receipts_text(own).encode(), "text/plain; charset=utf-8", f"{reference}-consents.txt"
    )


@private
@require_POST
def export(request: HttpRequest, reference: str) -> HttpResponse:
    """A copy of everything, as an archive."""
    own = access.opened_request(request, reference)
    if not within_limit_of(own.reference, "export", EXPORTS_AN_HOUR):
        context = {**head_of(own), "limit": EXPORTS_AN_HOUR}
        return render(request, "requests/too_many_exports.html", context, status=429)
    response = FileResponse(
        export_of(own),
        as_attachment=True,
        filename=f"{reference}.zip",
        content_type="application/zip",
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@private
@require_http_methods(SHOWN)
def erase(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST erases. An open request is withdrawn with it."""
    own = access.opened_request(request, reference)
    if own.erased_at and request.method != "POST":
        return too_late(request, own)
    return deed_page(
        request,
        own,
        forms.Form(**posted(request)),
        erase_on_demand,
        told=_("Your data have been erased."),
        title=_("Erase your data"),
        submit=_("Erase for good"),
        sentences=[
            _("Company, credit code, contact, files and everything written freely are erased."),
            _("A request that is still open is withdrawn; the providers are told."),
            _("Providers that knew who you are are told to delete it."),
            _("Dates, figures and the proof of your consents stay; they name nobody."),
            _("This cannot be undone. Take a copy of your data first if you want to keep them."),
        ],
        is_open=can_be_erased(own),
        is_grave=True,
    )
