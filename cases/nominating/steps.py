"""The steps of an enterprise's nomination, and whether what was typed in them holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Nomination, NominationFile
from cases.nominating.forms import (
    MAX_ROWS,
    CompanyForm,
    FigureFormSet,
    FigureRows,
    NeedsForm,
    PathForm,
    RepeatForm,
    ResultsForm,
)
from catalog.models import Indicator

if TYPE_CHECKING:
    from django import forms
    from django.db.models import QuerySet
    from django.http import QueryDict
    from django.utils.functional import Promise

COMPANY, NEEDS, PATH, RESULTS, REPEAT, FILES, SEND = (
    "company needs path results repeat files send".split()
)
LABELS: dict[str, Promise] = {
    COMPANY: gettext_lazy("The enterprise"),
    NEEDS: gettext_lazy("Needs and pain points"),
    PATH: gettext_lazy("Path and solutions"),
    RESULTS: gettext_lazy("Results"),
    REPEAT: gettext_lazy("What it takes to repeat it"),
    FILES: gettext_lazy("Pictures and proofs"),
    SEND: gettext_lazy("Check and send"),
}
NAMES = tuple(LABELS)
FORMS: dict[str, type[forms.Form]] = {
    COMPANY: CompanyForm,
    NEEDS: NeedsForm,
    PATH: PathForm,
    RESULTS: ResultsForm,
    REPEAT: RepeatForm,
}
# What one row of figures holds as typed.
ROW_FIELDS = ("indicator", "before", "after", "period", "source")
FIGURES = "figures"


@dataclass(frozen=True)
class StepMark:
    """One step in the line above the form."""

    name: str
    label: str
    # Empty while there is no nomination to go back into.
    url: str
    is_current: bool
    is_done: bool


class IncompleteError(Exception):
    """A step does not hold; ``step`` names the first one."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(step)


def next_step(name: str) -> str:
    return NAMES[min(NAMES.index(name) + 1, len(NAMES) - 1)]


def step_url(nomination: Nomination, name: str) -> str:
    return reverse("nomination_step", args=[nomination.reference, name])


def step_marks(current: str, nomination: Nomination | None) -> list[StepMark]:
    """Every step with where the reader stands; done are those that hold."""
    return [
        StepMark(
            name=name,
            label=str(label),
            url=step_url(nomination, name) if nomination else "",
            is_current=name == current,
            is_done=name != current and nomination is not None and holds(nomination, name),
        )
        for name, label in LABELS.items()
    ]


# -- answers as typed ---------------------------------------------------------------------------


def typed_rows(data: QueryDict) -> list[dict]:
    """What was typed into the rows of figures, right or wrong, cut to a bearable length."""
    return [
        {
            name: data.get(f"{FIGURES}-{row}-{name}", "")[:200].replace("\x00", "")
            for name in ROW_FIELDS
        }
        for row in range(MAX_ROWS)
    ]


def rows_as_data(rows: Iterable[dict]) -> dict:
    """Kept rows in the shape that their forms read."""
    kept = [*rows, *[{}] * MAX_ROWS][:MAX_ROWS]
    data = {
        f"{FIGURES}-{place}-{name}": row.get(name, "")
        for place, row in enumerate(kept)
        for name in ROW_FIELDS
    }
    management = {"TOTAL_FORMS": MAX_ROWS, "INITIAL_FORMS": 0}
    return data | {f"{FIGURES}-{key}": value for key, value in management.items()}


def figure_rows(rows: Iterable[dict]) -> FigureRows:
    """The rows of figures with what was kept, to be checked."""
    return FigureFormSet(
        rows_as_data(rows), prefix=FIGURES, form_kwargs={"indicators": offered_indicators()}
    )


def offered_indicators() -> QuerySet[Indicator]:
    return Indicator.objects.offered()


def form_of(nomination: Nomination, name: str) -> forms.Form:
    """A step's form with the kept answers as its data, to be checked."""
    return FORMS[name](nomination.answers.get(name, {}))


def rows_of(nomination: Nomination) -> FigureRows:
    return figure_rows(nomination.answers.get(RESULTS, {}).get(FIGURES, []))


# -- whether they hold --------------------------------------------------------------------------


def holds(nomination: Nomination, name: str) -> bool:
    """Whether a step says what has to be said."""
    if name == SEND:
        return not nomination.is_draft
    if name == FILES:
        return nomination.files.filter(kind=NominationFile.Kind.PICTURE).exists()
    if name not in nomination.answers or not form_of(nomination, name).is_valid():
        return False
    return name != RESULTS or bool(checked_figures(nomination))


def checked_figures(nomination: Nomination) -> list[dict]:
    """The figures, or none where a row is wrong."""
    rows = rows_of(nomination)
    return rows.figures() if rows.is_valid() else []


def first_gap(nomination: Nomination) -> str:
    """The first step before the last that does not hold; empty where all do."""
    return next((name for name in NAMES[:-1] if not holds(nomination, name)), "")


def cleaned_answers(nomination: Nomination) -> dict:
    """What all steps say, checked, in one dictionary, with ``figures``.

    Raises:
        IncompleteError: for the first step that does not hold.
    """
    if gap := first_gap(nomination):
        raise IncompleteError(gap)
    cleaned: dict = {FIGURES: checked_figures(nomination)}
    for name in FORMS:
        form = form_of(nomination, name)
        form.is_valid()
        cleaned |= form.cleaned_data
    return cleaned


# -- a summary ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    """One step as its author and the office read it: pairs of label and value."""

    name: str
    label: str
    url: str
    rows: list[tuple[str, str]]


def sections_of(nomination: Nomination) -> list[Section]:
    """Everything typed so far, step by step; what is wrong is left out."""
    return [
        Section(name, str(LABELS[name]), step_url(nomination, name), lines_of(nomination, name))
        for name in FORMS
    ]


def lines_of(nomination: Nomination, name: str) -> list[tuple[str, str]]:
    form = form_of(nomination, name)
    form.is_valid()
    lines = [
        (str(field.label), shown(form, key))
        for key, field in form.fields.items()
        if form.cleaned_data.get(key) not in (None, "", False) and shown(form, key)
    ]
    if name == RESULTS:
        lines += [
            (str(row["indicator"].name), figure_line(row)) for row in checked_figures(nomination)
        ]
    return lines


def figure_line(row: dict) -> str:
    after = "—" if row["after"] is None else row["after"]
    return _("%(before)s → %(after)s %(unit)s (%(period)s; %(source)s)") % {
        "before": row["before"],
        "after": after,
        "unit": row["indicator"].unit,
        "period": row["period"],
        "source": row["source"],
    }


def shown(form: forms.Form, key: str) -> str:
    """A checked value in words."""
    value = form.cleaned_data[key]
    if value is True:
        return _("Yes")
    choices = dict(getattr(form.fields[key], "choices", ()) if isinstance(value, str) else ())
    if choices:
        return str(choices.get(value, value))
    if isinstance(value, str):
        return value
    if hasattr(value, "all"):
        return _(", ").join(str(getattr(one, "name", one)) for one in value.all())
    return str(getattr(value, "name", value))
