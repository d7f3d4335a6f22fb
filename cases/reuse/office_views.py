"""The reuse of cases and editions as a table, and for a spreadsheet."""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.reuse.figures import uses
from providers.acts import office_only
from providers.review.export import BYTE_ORDER_MARK, safe

SEES = "cases.view_nomination"


@never_cache
@require_safe
def reuse(request: HttpRequest) -> HttpResponse:
    """How often each case and edition was read, taken along, asked for and repeated."""
    office_only(request.user, SEES)
    title = _("Reuse of cases")
    context = {
        "uses": uses(),
        "page_title": title,
        "header_title": title,
        "header_icon": "table",
        "export_url": reverse("case_reuse_export"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "cases/reuse.html", context)


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV."""
    office_only(request.user, SEES)
    day = timezone.localdate()
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reuse-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Title"),
            _("Type"),
            _("Views"),
            _("Views in 30 days"),
            _("Downloads"),
            _("Downloads in 30 days"),
            _("Requests begun"),
            _("Adoptions reached"),
        ]
    )
    for row in uses():
        cells = [
            row.title,
            row.kind,
            row.views,
            row.recent_views,
            row.downloads,
            row.recent_downloads,
            row.requests,
            row.adoptions,
        ]
        writer.writerow([safe(cell) for cell in cells])
    return response
