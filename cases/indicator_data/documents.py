"""The figures as data: what each column means, a row for each figure, the definitions."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from cases.indicator_data.figures import Figure, figures, indicators_in_use
from cases.models import CasePage
from catalog.models import Indicator, IndustryChain
from catalog.wording import plain

# The longest code or address that names anything.
MOST_SIGNS = 255


@dataclass(frozen=True)
class Column:
    """``about`` is English, for the description for programs, and translated for people."""

    name: str
    about: str
    kind: type = str


# Of both forms, in this order. Never renamed or taken out; new ones come last.
COLUMNS = (
    Column("indicator", gettext_noop("code of the indicator; never changes")),
    Column("name", gettext_noop("name of the indicator in Chinese")),
    Column("name_en", gettext_noop("its name in English; may be empty")),
    Column("unit", gettext_noop("unit of both figures")),
    Column("direction", gettext_noop("up: higher is better; down: lower is better")),
    Column("is_standard", gettext_noop("whether it is a standard indicator"), bool),
    Column("definition", gettext_noop("how it is measured; may be empty")),
    Column("before", gettext_noop("figure before, a decimal number")),
    Column("after", gettext_noop("figure afterwards, a decimal number")),
    Column(
        "change",
        gettext_noop("change with one decimal, in change_unit; empty where it was zero before"),
    ),
    Column(
        "change_unit", gettext_noop("percentage points for percentages, per cent for all others")
    ),
    Column("period", gettext_noop("period compared, in words")),
    Column("source", gettext_noop("source of the figures, in words")),
    Column("enterprise", gettext_noop("the enterprise as the case names it; may be anonymous")),
    Column("industries", gettext_noop("industry chains of the case"), list[str]),
    Column("level_before", gettext_noop("digital level before (L1 to L10); may be empty")),
    Column("level_after", gettext_noop("digital level reached; may be empty")),
    Column("case", gettext_noop("title of the case")),
    Column("url", gettext_noop("address of the case")),
    Column("change_text", gettext_noop("the change in words, as the pages tell it")),
    Column("is_better", gettext_noop("whether it changed for the better"), bool),
)
NAMES = tuple(column.name for column in COLUMNS)


@dataclass(frozen=True)
class Wanted:
    """Which figures are asked for; all of them where nothing is named."""

    case: CasePage | None = None
    indicator: Indicator | None = None
    industry: IndustryChain | None = None

    def figures(self) -> list[Figure]:
        return figures(
            case=self.case,
            indicator=self.indicator,
            industry=self.industry.pk if self.industry else "",
        )


def wanted_from(query: QueryDict) -> Wanted:
    """What an address asks for by ``case``, ``indicator`` and ``industry``.

    Raises:
        Http404: it names something that is not there; nobody takes all for a part of it.
    """
    asked = {name: query.get(name, "") for name in ("case", "indicator", "industry")}
    if any("\x00" in value or len(value) > MOST_SIGNS for value in asked.values()):
        raise Http404
    found = {
        "case": CasePage.objects.listed().filter(slug=asked["case"]),
        "indicator": Indicator.objects.filter(pk=asked["indicator"]),
        "industry": IndustryChain.objects.filter(pk=asked["industry"]),
    }
    named = {name: rows.first() for name, rows in found.items() if asked[name]}
    if None in named.values():
        raise Http404
    return Wanted(**named)


def row_of(figure: Figure, request: HttpRequest) -> dict[str, object]:
    """One figure as data, by the names of the columns."""
    indicator, case, change = figure.indicator, figure.case, figure.change
    return {
        **words_of(indicator),
        "before": plain(figure.before),
        "after": plain(figure.after),
        "change": "" if change.amount is None else plain(change.amount),
        "change_unit": "percentage points" if change.is_in_points else "%",
        "period": figure.period,
        "source": figure.source,
        "enterprise": figure.enterprise,
        "industries": figure.industries,
        "level_before": case.level_before_id or "",
        "level_after": case.level_after_id or "",
        "case": case.title,
        "url": case.get_full_url(request),
        # With its arrow, so that no cell begins with the sign of a formula.
        "change_text": f"{change.arrow} {change.text}".strip(),
        "is_better": change.is_better,
    }


def words_of(indicator: Indicator) -> dict[str, object]:
    """How an indicator is named and measured."""
    return {
        "indicator": indicator.pk,
        "name": indicator.label,
        "name_en": indicator.label_en,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "is_standard": indicator.is_standard,
        "definition": indicator.definition,
    }


def rows_of(wanted: Wanted, request: HttpRequest) -> list[dict[str, object]]:
    """The figures as data, in the language of the cases whatever the reader's is."""
    with override(settings.LANGUAGE_CODE):
        return [row_of(figure, request) for figure in wanted.figures()]


def document_of(wanted: Wanted, request: HttpRequest) -> dict[str, object]:
    """Columns, definitions and figures in one document."""
    rows = rows_of(wanted, request)
    given = {row["indicator"] for row in rows}
    with override(settings.LANGUAGE_CODE):
        return {
            "columns": list(NAMES),
            "definitions": [
                {**words_of(indicator), "cases": indicator.cases}
                for indicator in indicators_in_use()
                if indicator.pk in given
            ],
            "figures": rows,
            "licence": licence(),
        }


def licence() -> str:
    """How the data may be used, and that those of a demonstration are invented."""
    said = _("Free to use with the source named. Figures are the enterprises' own, as published.")
    if CasePage.objects.listed().filter(is_demo=True).exists():
        said = _("%(licence)s Demonstration data: enterprises and figures are invented.") % {
            "licence": said
        }
    return said
