"""The ranking of all scored cases, for the bureau and the zone committee."""

from __future__ import annotations

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import ScoringScheme
from cases.scoring.arithmetic import shown
from cases.scoring.ranking import Ranking, Row, ranking, used_schemes, variant_rows, verdict
from cases.scoring.rounds import READS
from cases.scoring.views.frame import ICON, crumbs
from providers.acts import office_only
from providers.review.export import BYTE_ORDER_MARK, safe


def chosen_scheme(request: HttpRequest) -> ScoringScheme | None:
    """The version named by its day, or the newest that cases were scored by; 404 for no such one.

    None where nothing was scored yet.
    """
    schemes = list(used_schemes())
    day = request.GET.get("criteria", "")
    if not day:
        return schemes[0] if schemes else None
    found = [scheme for scheme in schemes if scheme.effective_on.isoformat() == day]
    if not found:
        raise Http404
    return found[0]


def address_of(name: str, scheme: ScoringScheme) -> str:
    return f"{reverse(name)}?criteria={scheme.effective_on.isoformat()}"


@never_cache
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The table, its line, and what every changed weight would do."""
    office_only(request.user, READS)
    scheme = chosen_scheme(request)
    context = {
        "page_title": _("Ranking"),
        "header_title": _("Ranking"),
        "header_icon": ICON,
        "breadcrumbs_items": crumbs(("", _("Ranking"))),
    }
    if scheme is not None:
        found = ranking(scheme)
        context |= {
            "table": found,
            "verdict": verdict(found),
            "variants": variant_rows(found),
            "export_url": address_of("scoring_ranking_export", scheme),
            "others": [
                (other, address_of("scoring_ranking", other))
                for other in used_schemes()
                if other != scheme
            ],
        }
    return render(request, "cases/scoring/ranking.html", context)


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet: the cases, then the changed weights."""
    office_only(request.user, READS)
    scheme = chosen_scheme(request)
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8")
    day = timezone.localdate()
    response["Content-Disposition"] = f'attachment; filename="case-ranking-{day:%Y%m%d}.csv"'
    if scheme is not None:
        writer = csv.writer(response)
        for row in table_rows(ranking(scheme)):
            writer.writerow([safe(cell) for cell in row])
    return response


def table_rows(found: Ranking) -> list[list[object]]:
    """Every line of the file."""
    names = [f"{each.name} ({each.weight})" for each in found.criteria]
    head = [_("Place"), _("Case"), _("Mean"), _("Spread"), *names, _("Reviewers"), _("Stage")]
    lines = [[*head, _("Benchmark"), _("Among the first %(line)s") % {"line": found.line}]]
    lines += [case_line(row) for row in (*found.rows, *found.ended)]
    lines += [[], *[[sentence] for sentence in verdict(found)], []]
    lines.append([_("Criterion"), _("Weight"), _("Pairs that change places"), _("At the line")])
    for each in variant_rows(found):
        swaps, moves = "; ".join(each.swaps), "; ".join(each.moves)
        lines.append([each.name, shown(each.weight), swaps, moves])
    return lines


def case_line(row: Row) -> list[object]:
    return [
        row.place or "–",
        row.case.draft_title,
        shown(row.result.mean),
        shown(row.result.spread),
        *[shown(value) for value in row.means],
        len(row.result.sheets),
        row.stage.label,
        _("yes") if row.is_benchmark else _("no"),
        _("yes") if row.is_above_line else _("no"),
    ]
