"""What readers see of an issue: its frozen content in their language, and what is not shown now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.safestring import mark_safe

from cases.editions.languages import in_words
from cases.models import (
    CasePage,
    Change,
    CollectionIssue,
    IssuedCase,
    PublicationPermission,
)
from catalog.withdrawal import absence_of, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Rich texts; the editor let only harmless tags into them.
_HTML = ("profile", "needs", "path", "results", "next_steps")


@dataclass(frozen=True)
class Measure:
    """The definition of an indicator, as a chart and a table ask for it."""

    name: str
    unit: str


@dataclass(frozen=True)
class Figure:
    """A frozen indicator with the names that a case's own indicator has."""

    indicator: Measure
    before: Decimal
    after: Decimal | None
    period: str
    source: str
    change: Change


@dataclass(frozen=True)
class Part:
    """A case in its place. ``case`` is empty where it is not shown; then ``since`` may say when."""

    place: int
    case: dict[str, Any] | None
    since: date | None = None


@dataclass(frozen=True)
class Chapter:
    number: int
    title: str
    parts: list[Part]


# -- what is not shown any more --------------------------------------------------------------------


def shown_cases() -> Exists:
    """For a query of issued cases: whether the case is listed and its permission stands."""
    agreed = PublicationPermission.objects.standing().filter(
        case=OuterRef("case"), content_mark=OuterRef("content_mark")
    )
    listed = CasePage.objects.listed().filter(pk=OuterRef("case"))
    return Exists(listed) & Exists(agreed)


def absent_cases(issue: CollectionIssue) -> dict[int, date | None]:
    """By place: the cases that the public may not read any more, and since when."""
    gone = issue.cases.filter(~shown_cases()).select_related("case")
    return {row.place: absent_since(row) for row in gone}


def absent_since(row: IssuedCase) -> date | None:
    """The day on which the case left, in local time, where that is known."""
    if not CasePage.objects.listed().filter(pk=row.case_id).exists():
        return absence_of(row.case).since
    permissions = PublicationPermission.objects.filter(
        case=row.case_id, content_mark=row.content_mark, withdrawn_at__isnull=False
    )
    last = permissions.order_by("-withdrawn_at").first()
    return local_day(last.withdrawn_at) if last else None


def current_editions(cases: Iterable[int]) -> list[tuple[int, str]]:
    """Each of these cases with the slug of every edition that shows it to the public now."""
    issues = CollectionIssue.objects.readable().newest()
    rows = IssuedCase.objects.filter(shown_cases(), case__in=list(cases), issue__in=issues)
    return list(rows.values_list("case", "issue__collection__slug"))


# -- frozen content in words -----------------------------------------------------------------------


def edition_in_words(content: Mapping[str, Any]) -> dict[str, Any]:
    """The edition's own texts in the reader's language, ready for a template."""
    shown = in_words(dict(content))
    dated = date.fromisoformat(shown["dated_on"]) if shown["dated_on"] else None
    return shown | {"preface": mark_safe(shown["preface"]), "dated_on": dated}


def case_in_words(content: Mapping[str, Any]) -> dict[str, Any]:
    """A case's texts in the reader's language, its figures with their change."""
    shown = in_words(dict(content))
    shown |= {name: mark_safe(shown[name]) for name in _HTML if name in shown}
    if completed := shown.get("completed_on"):
        shown["completed_on"] = date.fromisoformat(completed)
    amounts = {name: shown.get(name) for name in ("software_wan", "hardware_wan")}
    shown |= {name: Decimal(amount) for name, amount in amounts.items() if amount is not None}
    return shown | {"figures": [figure_in_words(row) for row in shown["figures"]]}


def figure_in_words(row: Mapping[str, Any]) -> Figure:
    before = Decimal(row["before"])
    after = None if row["after"] is None else Decimal(row["after"])
    return Figure(
        indicator=Measure(row["name"], row["unit"]),
        before=before,
        after=after,
        period=row["period"],
        source=row["source"],
        change=Change(before, after, row["unit"], row["direction"]),
    )


def chapters_of(
    content: Mapping[str, Any],
    cases: Iterable[tuple[int, Mapping[str, Any]]],
    absent: Mapping[int, date | None],
) -> list[Chapter]:
    """The chapters with their cases, by place; those that are not shown keep their place."""
    contents = dict(cases)

    def part(place: int) -> Part:
        if place in absent:
            return Part(place, None, absent[place])
        return Part(place, case_in_words(contents[place]))

    return [
        Chapter(number, in_words(chapter["title"]), [part(place) for place in chapter["places"]])
        for number, chapter in enumerate(content["chapters"], 1)
    ]
