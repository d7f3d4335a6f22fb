"""What both sides and the office type about the work of a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.models import ProvincialLevel
from catalog.uploads import clean_evidence, plain_name
from providers.matching.free_text import refuse_contact_data, words_field
from providers.matching.models import (
    AcceptanceDocument,
    Choice,
    FallReason,
    HandOver,
    Milestone,
)
from providers.matching.working.acceptance_documents import MAX_DOCUMENTS
from providers.matching.working.carrying_out import MAX_MILESTONES, PlannedStep
from providers.matching.working.contracts import CRITERION_LENGTH, MAX_CONTRACTED_WAN, MAX_CRITERIA
from providers.public_forms import DayInput, TermField


class SeenForm(forms.Form):
    """Says which version of a list was read: of the acceptance criteria, of the milestones."""

    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


# -- the provider -------------------------------------------------------------------------------


class ContractForm(forms.Form):
    contracted_wan = forms.DecimalField(
        label=_("Contracted price (10,000 yuan)"),
        min_value=Decimal(0),
        max_value=MAX_CONTRACTED_WAN,
        max_digits=10,
        decimal_places=2,
        help_text=_(
            "As the signed contract says, tax included. The enterprise and the bureau read it; "
            "nobody else."
        ),
        error_messages={"required": _("Please fill in the price of the contract.")},
    )


class FallForm(forms.Form):
    """The provider lets the choice fall through."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=FallReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )
    note = words_field(
        _("In your words"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("The enterprise reads it."),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("reason") == FallReason.OTHER and not cleaned.get("note"):
            self.add_error("note", _("Please say which."))
        return cleaned


class MilestoneForm(forms.Form):
    pk = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Milestone"),
        max_length=Milestone._meta.get_field("title").max_length,
        validators=[refuse_contact_data],
    )
    due_on = forms.DateField(
        label=_("Due on"),
        widget=DayInput(),
        error_messages={"required": _("Please name the day.")},
    )
    is_reached = forms.BooleanField(label=_("Reached"), required=False)

    def clean_due_on(self) -> date:
        day = self.cleaned_data["due_on"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Please check the year."))
        return day


def row_values(row: Milestone) -> dict:
    """A stored milestone as the form shows it."""
    return {
        "pk": row.pk,
        "title": row.title,
        "due_on": row.due_on,
        "is_reached": bool(row.reached_at),
    }


class MilestonesFormSet(
    forms.formset_factory(
        MilestoneForm,
        extra=2,
        max_num=MAX_MILESTONES,
        validate_max=True,
        absolute_max=MAX_MILESTONES + 2,
        can_delete=True,
    )
):
    """The steps of the work; rows left empty count for nothing."""

    def __init__(self, *args, mark: str = "", is_changed: bool = False, **kwargs) -> None:
        """``mark`` is that of the rows shown; ``is_changed`` says that they are not what is stored.

        Then the page shows the stored ones as well.
        """
        super().__init__(*args, **kwargs)
        self.is_changed = is_changed
        data = self.data if self.is_bound else None
        self.seen_form = SeenForm(data, prefix=self.prefix, initial={"seen": mark})

    def seen(self) -> str:
        """The mark of the rows that were edited; empty where none was sent, or an odd one."""
        return self.seen_form.cleaned_data["seen"] if self.seen_form.is_valid() else ""

    def typed_beside(self, rows: Iterable[Milestone]) -> list[dict]:
        """What was typed and is valid, as initial values, with the stored rows that it lacks.

        So what a colleague has added goes only when somebody takes it away, and what a colleague
        has taken away comes back as a new row.
        """
        stored = {row.pk: row for row in rows}
        typed = [form.cleaned_data for form in self.forms if form.cleaned_data.get("title")]
        kept = [
            {**row, "pk": row["pk"] if row["pk"] in stored else None}
            for row in typed
            if row["pk"] in stored or not row.get("DELETE")
        ]
        known = {row["pk"] for row in kept}
        return kept + [row_values(row) for pk, row in stored.items() if pk not in known]

    def steps(self) -> list[PlannedStep]:
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("title") and not form.cleaned_data.get("DELETE")
        ]
        return [
            PlannedStep(row["title"], row["due_on"], row["is_reached"], row["pk"]) for row in kept
        ]


class HandOverForm(forms.Form):
    message = words_field(
        _("What was delivered"),
        max_length=HandOver._meta.get_field("message").max_length,
        rows=4,
        min_length=5,
        help_text=_("For example: which functions run where, who was trained, what was handed in."),
        error_messages={"required": _("Please say what was delivered.")},
    )


# -- both sides ---------------------------------------------------------------------------------


class CriteriaForm(SeenForm):
    lines = forms.CharField(
        label=_("Acceptance criteria"),
        max_length=MAX_CRITERIA * (CRITERION_LENGTH + 2),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line, each so that anybody can say whether it is met."),
        error_messages={"required": _("Please write at least one criterion.")},
    )

    def clean_lines(self) -> list[str]:
        typed = (line.strip() for line in self.cleaned_data["lines"].splitlines())
        lines = list(dict.fromkeys(line for line in typed if line))
        if len(lines) > MAX_CRITERIA:
            raise ValidationError(
                ngettext_lazy(
                    "Please write %(count)s criterion at most.",
                    "Please write %(count)s criteria at most.",
                    MAX_CRITERIA,
                )
                % {"count": MAX_CRITERIA}
            )
        for line in lines:
            if len(line) > CRITERION_LENGTH:
                raise ValidationError(
                    _("A criterion has %(length)s characters at most: “%(start)s…”")
                    % {"length": CRITERION_LENGTH, "start": line[:20]}
                )
            refuse_contact_data(line)
        return lines


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Document"),
        choices=AcceptanceDocument.Kind.choices,
        error_messages={"required": _("Please choose which document it is.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF up to 20 MB or a photo up to 8 MB. Both sides and the bureau see it."),
        widget=forms.FileInput(
            attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp,image/heic"}
        ),
        error_messages={"required": _("Please choose a file.")},
    )

    def __init__(self, *args, choice: Choice, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.choice = choice

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.choice.documents.count() >= MAX_DOCUMENTS:
            raise ValidationError(
                _("%(count)s files are stored; no more are taken.") % {"count": MAX_DOCUMENTS}
            )
        return cleaned

    def clean_file(self) -> ContentFile:
        """The file as it is stored, judged by its content; its plain name goes with it."""
        upload = self.cleaned_data["file"]
        self.cleaned_data["name"] = plain_name(upload.name or "")
        return clean_evidence(upload)


# -- the enterprise -----------------------------------------------------------------------------


class ConfirmForm(forms.Form):
    level_reached = TermField(
        label=_("Digital level reached"),
        queryset=ProvincialLevel.objects.none(),
        required=False,
        empty_label=_("Not known yet"),
        help_text=_("If an assessment has found it. The reward depends on it."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level_reached"].queryset = ProvincialLevel.objects.offered()


class RefusalForm(forms.Form):
    refusal = words_field(
        _("What is missing"),
        max_length=HandOver._meta.get_field("refusal").max_length,
        rows=4,
        min_length=5,
        help_text=_("Please go by the acceptance criteria. The provider reads it and works on."),
        error_messages={"required": _("Please say what is missing.")},
    )
