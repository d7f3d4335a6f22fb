"""Indicators as open data, and one indicator compared across cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cases.indicator_data.figures import Figure, amount, figures, indicators_in_use
from cases.templatetags.indicator_chart import Pair, pair_of
from catalog.models import Indicator, IndustryChain
from providers.review.export import BYTE_ORDER_MARK, safe

FRESH = cache_control(public=True, max_age=300)
# The columns of both forms, in this order; new ones come last.
COLUMNS = (
    "indicator",
    "name",
    "name_en",
    "unit",
    "direction",
    "is_standard",
    "definition",
    "before",
    "after",
    "change",
    "change_unit",
    "period",
    "source",
    "enterprise",
    "industries",
    "level_before",
    "level_after",
    "case",
    "url",
)


def row_of(figure: Figure, request: HttpRequest) -> dict[str, object]:
    """One figure as data; ``change`` is empty where the figure was zero before."""
    indicator, case = figure.indicator, figure.case
    change = figure.change.amount
    return {
        "indicator": indicator.pk,
        "name": indicator.label,
        "name_en": indicator.label_en,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "is_standard": indicator.is_standard,
        "definition": indicator.definition,
        "before": amount(figure.before),
        "after": amount(figure.after),
        "change": "" if change is None else amount(change),
        "change_unit": "percentage points" if indicator.unit == "%" else "%",
        "period": figure.period,
        "source": figure.source,
        "enterprise": figure.enterprise,
        "industries": figure.industries,
        "level_before": case.level_before_id or "",
        "level_after": case.level_after_id or "",
        "case": case.title,
        "url": case.get_full_url(request),
    }


@FRESH
@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """Definitions and figures in one document."""
    with override("zh-hans"):
        rows = [row_of(figure, request) for figure in figures()]
        said = {
            "columns": COLUMNS,
            "definitions": [definition_of(indicator) for indicator in indicators_in_use()],
            "figures": rows,
            "note": note_of(rows),
        }
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def definition_of(indicator: Indicator) -> dict[str, object]:
    return {
        "indicator": indicator.pk,
        "name": indicator.label,
        "name_en": indicator.label_en,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "is_standard": indicator.is_standard,
        "definition": indicator.definition,
        "cases": indicator.cases,
    }


def note_of(rows: list[dict]) -> str:
    """How the data may be used, and that demonstration data are invented."""
    return _("Free to use with the source named. Figures are the enterprises' own, as published.")


@FRESH
@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The figures for a spreadsheet."""
    response = StreamingHttpResponse(lines(request), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="indicators.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def lines(request: HttpRequest) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield line(list(COLUMNS))
    with override("zh-hans"):
        for figure in figures():
            row = row_of(figure, request)
            row["industries"] = "、".join(figure.industries)
            yield line([row[name] for name in COLUMNS])


def line(cells: list[object]) -> str:
    """One line of the file; a number that begins with a minus stays a number."""
    written = io.StringIO()
    csv.writer(written).writerow([cell if is_number(cell) else safe(cell) for cell in cells])
    return written.getvalue()


def is_number(cell: object) -> bool:
    text = str(cell).removeprefix("-").replace(".", "", 1)
    return text.isascii() and text.isdigit()


# -- pages --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One case in the comparison, drawn on the scale of all."""

    figure: Figure
    pair: Pair


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator that a public case gives, with its definition."""
    return render(request, "cases/indicators/index.html", {"indicators": indicators_in_use()})


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator across cases, as a chart on one scale and as a table."""
    indicator = get_object_or_404(Indicator, pk=code)
    offered = list(IndustryChain.objects.filter(cases__in=cases_with(indicator)).distinct())
    asked = request.GET.get("industry", "")
    industry = next((term for term in offered if term.pk == asked), None)
    found = figures(indicator, industry.pk if industry else "")
    longest = max((max(abs(row.before), abs(row.after)) for row in found), default=None)
    context = {
        "indicator": indicator,
        "rows": [Compared(row, pair_of(row, longest)) for row in found],
        "industries": [
            {
                "term": term,
                "url": f"{reverse('indicator_compare', args=[code])}?industry={term.pk}",
                "is_chosen": term == industry,
            }
            for term in offered
        ],
        "industry": industry,
        "unknown": asked if asked and industry is None else "",
    }
    return render(request, "cases/indicators/compare.html", context)


def cases_with(indicator: Indicator) -> list[int]:
    """The listed cases that give the indicator."""
    return [figure.case.pk for figure in figures(indicator)]
