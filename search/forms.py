"""A request's parameters become a question; what cannot be asked is named and dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search.facets import FACETS, KIND_FACETS
from search.question import KIND_SORTS, SORTS, TEXT_LENGTH, Ignored, Question

if TYPE_CHECKING:
    from django.http import QueryDict

    from search.labels import Catalogue

# At most so many values of one facet are taken, and so many dropped ones named.
_MOST_VALUES = 50
_MOST_NAMED = 5


class SearchText(forms.CharField):
    """The text as it was typed, cut at its stated length; control characters part words."""

    def clean(self, value: str | None) -> str:
        text = "".join(char if char.isprintable() else " " for char in value or "")
        return text.strip()[:TEXT_LENGTH].strip()


class SearchForm(forms.Form):
    """The parameters that every list understands; facets are read by ``read_question``."""

    q = SearchText(required=False)
    sort = forms.ChoiceField(choices=list(SORTS.items()), required=False)
    page = forms.IntegerField(min_value=1, required=False)


def read_question(
    data: QueryDict, kind: str | None, catalogue: Catalogue
) -> tuple[Question, forms.Form]:
    """The question that the parameters ask, and the form with the errors of page and sort."""
    form = SearchForm(data)
    form.is_valid()
    cleaned = form.cleaned_data
    ignored: list[Ignored] = []
    if len(data.get("q", "").strip()) > TEXT_LENGTH:
        sentence = ngettext(
            "Only the first %(number)d character was searched.",
            "Only the first %(number)d characters were searched.",
            TEXT_LENGTH,
        )
        ignored.append(Ignored("q", "", sentence % {"number": TEXT_LENGTH}))
    if "sort" in form.errors:
        value = _shortened(data.get("sort", ""))
        sentence = _("There is no order “%(value)s”.") % {"value": value}
        ignored.append(Ignored("sort", value, sentence))
    chosen = _chosen(data, kind, catalogue, ignored)
    question = Question(
        text=cleaned.get("q", ""),
        kind=kind,
        chosen=chosen,
        sort=cleaned.get("sort") or "relevance",
        page=cleaned.get("page") or 1,
        ignored=tuple(ignored),
        synonyms=catalogue.synonyms,
    )
    return question, form


def sorts_of(question: Question) -> list[tuple[str, str]]:
    """The orders offered for the question's kind, and the one it asks for."""
    offered = KIND_SORTS[question.kind]
    return [
        (code, str(label))
        for code, label in SORTS.items()
        if code in offered or code == question.sort
    ]


def _chosen(
    data: QueryDict, kind: str | None, catalogue: Catalogue, ignored: list[Ignored]
) -> dict[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    # In the order of the registry, so that the same choice always has the same address.
    for key in FACETS:
        # An empty value is what a form sends for "no choice".
        asked = [code for code in dict.fromkeys(data.getlist(key)) if code]
        if not asked:
            continue
        if key not in KIND_FACETS[kind]:
            sentence = _("This list has no filter “%(label)s”.") % {"label": FACETS[key].label}
            ignored.append(Ignored(key, "", sentence))
            continue
        known = [code for code in asked if code in catalogue.of(key)]
        unknown = [code for code in asked if code not in catalogue.of(key)]
        label = FACETS[key].label_for(kind)
        for value in map(_shortened, unknown[:_MOST_NAMED]):
            sentence = _("The filter “%(label)s” has no value “%(value)s”.")
            ignored.append(Ignored(key, value, sentence % {"label": label, "value": value}))
        if known:
            chosen[key] = tuple(known[:_MOST_VALUES])
    return chosen


def _shortened(value: str) -> str:
    printable = "".join(char if char.isprintable() else "�" for char in value)
    return printable if len(printable) <= 40 else f"{printable[:40]}…"
