"""An objection to a line of the score, and what the office answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.matching.free_text import words_field
from providers.matching.score.fit import Criterion
from providers.matching.score.objections import OUTCOME_WORDS


class ObjectionForm(forms.Form):
    """A provider contests a fact in a line of its score."""

    criterion = forms.ChoiceField(
        label=_("Line"),
        error_messages={"required": _("Please choose a line.")},
    )
    text = words_field(
        _("What is wrong"),
        max_length=500,
        help_text=_(
            "Name the fact that is wrong and where the right one stands, such as a certificate in "
            "your back office."
        ),
        error_messages={"required": _("Please say what is wrong.")},
    )

    def __init__(self, *args, criteria: list[Criterion], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [
            ("", _("Please choose")),
            *((criterion.value, criterion.label) for criterion in criteria),
        ]


class ObjectionAnswerForm(forms.Form):
    """The office answers an objection."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=list(OUTCOME_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose an outcome.")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The provider reads it. Where you grant the objection, say where the fact is mended: "
            "in the listing, the case or the certificate."
        ),
        error_messages={"required": _("Please give your answer.")},
    )
