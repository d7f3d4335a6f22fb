"""What officers write beside a request: a note, the reason why a mark is taken back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.public_forms import OneLineField

REASON_LENGTH = 300


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the office only; neither the enterprise nor a provider reads it."),
        error_messages={"required": _("Please write the note.")},
    )


class ReasonForm(forms.Form):
    reason = OneLineField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": _("Please give the reason.")},
    )
