"""An application in words: what was answered, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from providers.joining.retention import ENDED, RETENTION_MONTHS
from providers.joining.steps import COMPANY, CONTACT, LABELS, OFFER, form_of, step_url
from providers.models import Application

State = Application.State


@dataclass(frozen=True)
class Section:
    """What one step says; ``lines`` are (label, value), values as typed where they are wrong."""

    step: str
    title: str
    lines: list[tuple[str, str]]
    # Where the applicant may change it; empty when it can no longer be changed.
    url: str = ""


def answer_sections(application: Application) -> list[Section]:
    """Everything that was answered, step by step; files stand apart. Nothing once it is erased."""
    if application.erased_at:
        return []
    return [
        Section(
            name,
            str(LABELS[name]),
            lines_of(form_of(application, name)),
            step_url(application, name) if application.is_editable() else "",
        )
        for name in (COMPANY, OFFER, CONTACT)
    ]


def lines_of(form: forms.Form) -> list[tuple[str, str]]:
    form.is_valid()
    return [
        (str(field.label), written(form, field.name))
        for field in form
        # The trap is no question.
        if field.name != "homepage"
    ]


def written(form: forms.Form, name: str) -> str:
    """One answer as people read it; empty where there is none."""
    if name not in form.cleaned_data:
        raw = form[name].value()
        return _(", ").join(map(str, raw)) if isinstance(raw, list) else str(raw or "")
    value = form.cleaned_data[name]
    if isinstance(value, QuerySet):
        return _(", ").join(term.name for term in value)
    if isinstance(value, Model):
        return value.name
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return value.isoformat()
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices)[value])
    return "" if value is None else str(value)


def last_message(application: Application) -> str:
    """What the office said with its decision, as long as that stands."""
    event = application.events.last()
    return event.message if event and event.state == application.state else ""


def next_step_words(application: Application) -> str:
    """What the applicant does, or waits for."""
    words = {
        State.DRAFT: _("It is not sent yet. Complete the steps and send it in the last one."),
        State.SUBMITTED: _(
            "The office reads it. The answer comes by e-mail and stands here; there is nothing "
            "for you to do now."
        ),
        State.RETURNED: _(
            "Please do what the message asks for, then send the application once more in the "
            "last step."
        ),
        State.APPROVED: _(
            "An invitation to the back office was sent to the contact's e-mail address. It is "
            "valid for 14 days; there you complete profile and solutions and submit them for "
            "review."
        ),
        State.REFUSED: _(
            "The application has ended. If the reason no longer holds you may apply again."
        ),
        State.WITHDRAWN: _("You have withdrawn the application. You may apply again."),
    }
    return words[State(application.state)]


def retention_words(application: Application) -> str:
    """What becomes of the personal data of an application that came to nothing; else empty."""
    if application.erased_at:
        return _(
            "Contact, answers and files were erased on %(day)s. Organisation, credit code, "
            "decision and reason stay on record."
        ) % {"day": timezone.localdate(application.erased_at).isoformat()}
    if application.state not in ENDED:
        return ""
    return _(
        "Contact, answers and files are erased %(months)s months after the end. Organisation, "
        "credit code, decision and reason stay on record."
    ) % {"months": RETENTION_MONTHS}
