"""The filters beside a result: every facet with every value, its count and its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from search.facets import Facet, facets_of
from search.labels import Catalogue, FacetValue
from search.question import Answer
from search.words import fold

# A facet with more values shows the chosen ones and so many others; a box finds the rest.
SHOWN_VALUES = 20
# Facets that stand open without a choice; the others open when something in them is chosen.
_OPEN = frozenset({"industry", "scenario", "kind", "price"})


@dataclass(frozen=True)
class Option:
    code: str
    label: str
    group: str
    count: int
    selected: bool

    @property
    def disabled(self) -> bool:
        """A value that would find nothing is shown, but cannot be chosen."""
        return not self.count and not self.selected


@dataclass(frozen=True)
class FacetPanel:
    """``groups`` holds (label of the group or nothing, options); ``hidden`` values are left out."""

    key: str
    label: str
    groups: list[tuple[str, list[Option]]]
    chosen: int
    is_open: bool
    is_flag: bool
    has_box: bool
    box_text: str
    hidden: int

    @property
    def box_name(self) -> str:
        """The parameter of the box that finds values by their label."""
        return f"facet_q_{self.key}"


def options_of(facet: Facet, answer: Answer, catalogue: Catalogue) -> list[Option]:
    """All values of a facet in their order, zero counts included."""
    counts = answer.facets.get(facet.key, {})
    chosen = answer.question.chosen.get(facet.key, ())
    values: Mapping[str, FacetValue] = catalogue.of(facet.key)
    return [
        Option(code, value.label, value.group, counts.get(code, 0), code in chosen)
        for code, value in values.items()
        if value.is_active or counts.get(code) or code in chosen
    ]


def panels_of(
    answer: Answer, catalogue: Catalogue, box_texts: Mapping[str, str]
) -> list[FacetPanel]:
    """The panels of the question's kind; ``box_texts`` holds what was typed into their boxes."""
    return [
        _panel(facet, answer, catalogue, box_texts.get(f"facet_q_{facet.key}", ""))
        for facet in facets_of(answer.question.kind)
    ]


def _panel(facet: Facet, answer: Answer, catalogue: Catalogue, typed: str) -> FacetPanel:
    options = options_of(facet, answer, catalogue)
    chosen = sum(option.selected for option in options)
    has_box = len(options) > SHOWN_VALUES
    hidden = 0
    box_text = typed.strip()[:40] if has_box else ""
    if has_box:
        wanted = fold(box_text)
        # The most frequent first; equal ones in their own order.
        fitting = sorted(
            (o for o in options if not o.selected and (not wanted or wanted in fold(o.label))),
            key=lambda option: -option.count,
        )
        shown = {option.code for option in fitting[:SHOWN_VALUES]}
        hidden = len(fitting) - len(shown)
        options = [option for option in options if option.selected or option.code in shown]
    return FacetPanel(
        key=facet.key,
        label=str(facet.label_for(answer.question.kind)),
        groups=_grouped(options),
        chosen=chosen,
        is_open=bool(chosen or box_text) or facet.key in _OPEN,
        is_flag=facet.is_flag,
        has_box=has_box,
        box_text=box_text,
        hidden=hidden,
    )


def _grouped(options: Iterable[Option]) -> list[tuple[str, list[Option]]]:
    by_group = groupby(options, key=lambda option: option.group)
    return [(group, list(members)) for group, members in by_group]
