"""Indicators as open data, and one indicator compared across cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cases.indicator_data.comparing import compared, sort_of, sorts
from cases.indicator_data.documents import (
    COLUMNS,
    NAMES,
    Wanted,
    document_of,
    licence,
    rows_of,
    wanted_from,
)
from cases.indicator_data.figures import figures, indicators_in_use
from cases.models import CaseIndexPage, UseCount
from cases.reuse.counting import count_use
from catalog.models import Indicator
from catalog.wording import section_name
from providers.public_forms import bearable
from providers.review.export import BYTE_ORDER_MARK, safe

FRESH = cache_control(public=True, max_age=300)
# How a list stands in one cell.
BETWEEN = "、"
MOST_SIGNS = 40


# -- open data ----------------------------------------------------------------------------------


@FRESH
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Definitions and figures in one document."""
    wanted = wanted_from(request.GET)
    response = JsonResponse(
        document_of(wanted, request), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    return taken_along(request, response, wanted)


@FRESH
@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """The figures for a spreadsheet."""
    wanted = wanted_from(request.GET)
    response = StreamingHttpResponse(
        lines(rows_of(wanted, request)), content_type="text/csv; charset=utf-8"
    )
    name = wanted.case.slug if wanted.case else "indicators"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return taken_along(request, response, wanted)


def taken_along(
    request: HttpRequest, response: HttpResponseBase, wanted: Wanted
) -> HttpResponseBase:
    """Any page may read them; they say what they mean; they are counted for their case."""
    response["Access-Control-Allow-Origin"] = "*"
    about = request.build_absolute_uri(reverse("indicators"))
    response["Link"] = f'<{about}>; rel="describedby", <{about}#licence>; rel="license"'
    page = wanted.case or CaseIndexPage.objects.first()
    if page is not None:
        count_use(request, response, page.pk, UseCount.What.DATA)
    return response


def lines(rows: Iterable[dict[str, object]]) -> Iterator[str]:
    """The lines of the file, with the mark by which Excel knows that it is UTF-8."""
    yield BYTE_ORDER_MARK + line(NAMES)
    for row in rows:
        yield line(cell(row[name]) for name in NAMES)


def line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(list(cells))
    return written.getvalue()


def cell(value: object) -> object:
    """What a spreadsheet reads as text or number, never as a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = BETWEEN.join(value)
    return value if is_number(value) else safe(value)


def is_number(value: object) -> bool:
    """Whether it is a number, which stays one although it begins with a minus."""
    text = str(value).removeprefix("-").replace(".", "", 1)
    return text.isascii() and text.isdigit()


# -- pages --------------------------------------------------------------------------------------


def trail(*steps: dict[str, str]) -> list[dict[str, str]]:
    """The way here from the list of cases."""
    cases = CaseIndexPage.objects.live().first()
    above = [{"title": section_name(cases), "url": cases.url}] if cases else []
    return [*above, {"title": _("Indicators of the cases"), "url": reverse("indicators")}, *steps]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator that a public case gives, with its definition; how to take all along."""
    context = {
        "indicators": indicators_in_use(),
        "columns": [(column.name, _(column.about)) for column in COLUMNS],
        "licence": licence(),
        "trail": trail(),
    }
    return render(request, "cases/indicators/index.html", context)


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator across cases: a chart on one scale, and the figures as a table."""
    indicator = get_object_or_404(Indicator, pk=code)
    everything = figures(indicator=indicator)
    if not everything and not indicator.is_active:
        raise Http404
    offered = {term.pk: term for row in everything for term in row.case.industries.all()}
    asked = bearable(request.GET.get("industry", ""), MOST_SIGNS)
    industry = offered.get(asked)
    sort = sort_of(bearable(request.GET.get("sort", ""), MOST_SIGNS))
    shown = [row for row in everything if industry is None or industry in row.case.industries.all()]
    here = reverse("indicator_compare", args=[code])
    chosen = {"industry": industry.pk} if industry else {}
    data = urlencode({"indicator": code, **chosen})
    context = {
        "indicator": indicator,
        "comparison": compared(shown, sort),
        "sorts": sorts(sort, here, chosen),
        "industries": [
            {
                "term": term,
                "url": f"{here}?{urlencode({'industry': term.pk, **usual(sort)})}",
                "is_chosen": term == industry,
            }
            for term in sorted(offered.values(), key=lambda term: (term.order, term.pk))
        ],
        "all_url": f"{here}?{urlencode(usual(sort))}" if usual(sort) else here,
        "industry": industry,
        "unknown": asked if asked and industry is None else "",
        "csv_url": f"{reverse('indicators_csv')}?{data}",
        "json_url": f"{reverse('indicators_json')}?{data}",
        "licence": licence(),
        "trail": trail({"title": indicator.name, "url": here}),
    }
    return render(request, "cases/indicators/compare.html", context)


def usual(sort: str) -> dict[str, str]:
    """The order as an address names it; the first one needs no naming."""
    return {} if sort == sort_of("") else {"sort": sort}
