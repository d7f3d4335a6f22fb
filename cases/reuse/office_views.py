"""The reuse of cases and editions in the back office: a list, one page by month, two exports."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cases.models import CaseCollectionPage, CaseIndexPage, CasePage
from cases.reuse.figures import Figures, use_of, uses
from providers.acts import office_only
from providers.review.export import BYTE_ORDER_MARK, safe

SEES = "cases.view_usecount"
COUNTED_PAGES = (CasePage, CaseCollectionPage, CaseIndexPage)


def this_month() -> date:
    return timezone.localdate().replace(day=1)


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way from the first page of the back office; the last step has no address."""
    home = (reverse("wagtailadmin_home"), _("Home"))
    return [{"url": url, "label": label} for url, label in (home, *steps)]


@never_cache
@require_safe
def reuse(request: HttpRequest) -> HttpResponse:
    """How often each case and edition was read, taken along, asked for and repeated."""
    office_only(request.user, SEES)
    title, month = _("Reuse of cases"), this_month()
    context = {
        "rows": [(use, use.total, use.of_month(month)) for use in uses()],
        "page_title": title,
        "header_title": title,
        "header_icon": "table",
        "breadcrumbs_items": trail(("", title)),
    }
    return render(request, "cases/reuse.html", context)


@never_cache
@require_safe
def months(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of one page month by month."""
    office_only(request.user, SEES)
    page = get_object_or_404(Page, pk=pk, live=True).specific
    if not isinstance(page, COUNTED_PAGES):
        raise Http404
    use, title = use_of(page), page.title
    context = {
        "use": use,
        "total": use.total,
        "page_title": title,
        "header_title": title,
        "header_icon": "table",
        "breadcrumbs_items": trail((reverse("case_reuse"), _("Reuse of cases")), ("", title)),
    }
    return render(request, "cases/reuse_months.html", context)


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The totals as CSV."""
    office_only(request.user, SEES)
    rows = ([use.page.title, use.kind, *cells(use.total)] for use in uses())
    return table("reuse", [_("Title"), _("Type"), *headings()], rows)


@never_cache
@require_safe
def export_months(request: HttpRequest) -> HttpResponse:
    """The figures month by month as CSV, one row a page and month."""
    office_only(request.user, SEES)
    rows = (
        [use.page.title, use.kind, f"{month:%Y-%m}", *cells(figures)]
        for use in uses()
        for month, figures in use.months.items()
    )
    return table("reuse-months", [_("Title"), _("Type"), _("Month"), *headings()], rows)


def headings() -> list[str]:
    return [
        _("Views"),
        _("Downloads as PDF"),
        _("Downloads as data"),
        _("Requests begun"),
        _("Adoptions reached"),
    ]


def cells(figures: Figures) -> list[int]:
    return [figures.views, figures.pdf, figures.data, figures.requests, figures.adoptions]


def table(name: str, head: list[str], rows: Iterable[list]) -> HttpResponse:
    """A CSV file in UTF-8 with a byte order mark, named after the day."""
    day = timezone.localdate()
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{day:%Y%m%d}.csv"'
    writer = csv.writer(response)
    writer.writerow(head)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return response
