"""Forms of the bureau, the committee and the parties about notices and objections."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Objection, SubjectRecord
from cases.notices.page_form import check_day
from providers.matching.free_text import refuse_contact_data_beside_own
from providers.public_forms import DayInput, FreeTextField, OneLineField


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AdmissionForm(forms.Form):
    """Whether an objection is examined."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("objection", "Decision"),
        choices=[
            ("admit", _("admit it: it states facts within the notice period and can be examined")),
            ("refuse", _("do not admit it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose.")},
    )
    reason = FreeTextField(
        label=pgettext_lazy("objection", "Reason"),
        max_length=500,
        widget=area(3),
        help_text=_("Whoever filed it reads this."),
    )
    text_for_parties = FreeTextField(
        label=_("What the parties read"),
        max_length=2000,
        required=False,
        widget=area(8),
        help_text=_(
            "Only where it is admitted. Take out whatever tells who wrote it: names, positions, "
            "times and places that only one person knows."
        ),
    )

    def __init__(self, *args, objection: Objection, **kwargs) -> None:
        initial = {"text_for_parties": objection.text} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("decision") == "admit" and not cleaned.get("text_for_parties"):
            self.add_error("text_for_parties", _("Please say what the parties read."))
        return cleaned


class AnswerForm(forms.Form):
    """What came of an admitted objection."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("upheld", pgettext_lazy("objection", "upheld")),
            ("dismissed", pgettext_lazy("objection", "dismissed")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose.")},
    )
    fate = forms.ChoiceField(
        label=_("Where it is upheld: what becomes of the subject"),
        choices=[("", _("Please choose")), *SubjectRecord.Fate.choices],
        required=False,
        help_text=_("It is taken out of the notice in either case."),
    )
    answer = FreeTextField(label=_("Answer to whoever filed it"), max_length=1000, widget=area(5))
    public_answer = FreeTextField(
        label=_("Public sentence"),
        max_length=500,
        widget=area(3),
        help_text=_(
            "Stands in the result and is read by the parties; nothing that tells who filed it."
        ),
    )

    def __init__(self, *args, has_subject: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not has_subject:
            del self.fields["fate"]

    def clean(self) -> dict:
        cleaned = super().clean()
        is_upheld = cleaned.get("outcome") == "upheld"
        if is_upheld and "fate" in self.fields and not cleaned.get("fate"):
            self.add_error("fate", _("Please choose what becomes of it."))
        return cleaned


class StatementForm(forms.Form):
    """A provider's statement."""

    text = FreeTextField(
        label=_("Statement"),
        max_length=2000,
        widget=area(8),
        validators=[refuse_contact_data_beside_own],
        help_text=_("Facts and proofs; proofs as files go to the bureau directly."),
        error_messages={"required": _("Please write your statement.")},
    )


class PaperStatementForm(StatementForm):
    """What a party without an account has said, entered by the bureau."""

    party = OneLineField(
        label=_("Whose statement"),
        max_length=80,
        help_text=_("For example the enterprise, by letter of 3 December."),
    )

    field_order = ["party", "text"]


class ReasonForm(forms.Form):
    """A public reason."""

    reason = FreeTextField(
        label=pgettext_lazy("objection", "Reason"),
        max_length=500,
        widget=area(3),
        help_text=_("It is public."),
        error_messages={"required": _("Please give the reason.")},
    )


class TakeOutForm(ReasonForm):
    """A subject leaves the notice without an objection, for example at its own wish."""

    fate = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=SubjectRecord.Fate.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what becomes of it.")},
    )


class ResultForm(forms.Form):
    """The bureau's sentence beside the computed figures."""

    sentence = FreeTextField(
        label=_("What follows from it"),
        max_length=1000,
        widget=area(4),
        help_text=_("Public, and never changed afterwards."),
    )


class PutOnNoticeForm(forms.Form):
    """Which of the shortlisted cases a new notice is about, and from when."""

    cases = forms.MultipleChoiceField(
        label=_("Shortlisted cases"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one case.")},
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput(), validators=[check_day])
