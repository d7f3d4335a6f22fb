"""The steps of an application, and whether what was typed in them holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from providers.joining.forms import CompanyForm, ContactForm, FilesForm, OfferForm
from providers.models import Application, ApplicationFile

if TYPE_CHECKING:
    from django import forms
    from django.utils.functional import Promise

COMPANY, OFFER, FILES, CONTACT = "company", "offer", "files", "contact"
LABELS: dict[str, Promise] = {
    COMPANY: _("The organisation"),
    OFFER: _("What you offer"),
    FILES: _("Licence and certificates"),
    CONTACT: _("Contact and undertakings"),
}
NAMES = tuple(LABELS)


@dataclass(frozen=True)
class StepMark:
    """One step in the line above the form."""

    name: str
    label: str
    # Empty while there is no application to go back into.
    url: str
    is_current: bool
    is_done: bool


class IncompleteError(Exception):
    """A step does not hold; ``step`` names the first one, ``sentences`` say why."""

    def __init__(self, step: str, sentences: list[str]) -> None:
        self.step = step
        self.sentences = sentences
        super().__init__(f"{step}: {' '.join(sentences)}")


def next_step(name: str) -> str:
    """The step after this one; the last one has none, so it is its own."""
    return NAMES[min(NAMES.index(name) + 1, len(NAMES) - 1)]


def step_url(application: Application, name: str) -> str:
    return reverse(f"join_{name}", args=[application.reference])


def step_marks(current: str, application: Application | None) -> list[StepMark]:
    """Every step with where the reader stands; done are those that hold."""
    return [
        StepMark(
            name=name,
            label=str(label),
            url=step_url(application, name) if application else "",
            is_current=name == current,
            is_done=name != current and application is not None and holds(application, name),
        )
        for name, label in LABELS.items()
    ]


def form_of(application: Application, name: str) -> forms.Form:
    """A step's form with the kept answers as its data, to be checked."""
    answers = application.answers.get(name, {})
    if name == OFFER:
        return OfferForm(answers, headcount=headcount_of(application))
    classes = {COMPANY: CompanyForm, FILES: FilesForm, CONTACT: ContactForm}
    return classes[name](answers)


def headcount_of(application: Application) -> int | None:
    """How many people the first step says there are; none while it says no number."""
    form = CompanyForm(application.answers.get(COMPANY, {}))
    form.is_valid()
    return form.cleaned_data.get("headcount")


def has_licence(application: Application) -> bool:
    return application.files.filter(kind=ApplicationFile.Kind.LICENCE).exists()


def holds(application: Application, name: str) -> bool:
    """Whether a step is complete and right."""
    if name == FILES:
        return has_licence(application)
    return form_of(application, name).is_valid()


def cleaned_answers(application: Application, *names: str) -> dict:
    """What the named steps say, checked, in one dictionary.

    Raises:
        IncompleteError: for the first step that does not hold.
    """
    cleaned: dict = {}
    for name in names:
        if name == FILES:
            if not has_licence(application):
                raise IncompleteError(FILES, [str(_("The business licence is missing."))])
            continue
        form = form_of(application, name)
        if not form.is_valid():
            sentences = [
                f"{form[field].label if field in form.fields else ''} {error}".strip()
                for field, errors in form.errors.items()
                for error in errors
            ]
            raise IncompleteError(name, sentences)
        cleaned |= form.cleaned_data
    return cleaned
