"""The access code; a lost one found again by phone, or made anew by an officer who reads it out."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.public_forms import PhoneField, TrappedForm


class ReferenceField(forms.CharField):
    """A reference as it is stored, however it was typed."""

    def __init__(self, **kwargs) -> None:
        how = {
            "label": _("Reference"),
            "max_length": 40,
            "help_text": _("Eight letters and digits, such as X7K2-9QF4."),
            "error_messages": {"required": _("Please type the reference.")},
            "widget": forms.TextInput(
                attrs={"autocomplete": "off", "spellcheck": "false", "class": "short"}
            ),
        }
        super().__init__(**how | kwargs)

    def clean(self, value) -> str:
        typed = unicodedata.normalize("NFKC", super().clean(value)).upper()
        signs = "".join(sign for sign in typed if sign.isascii() and sign.isalnum())
        return f"{signs[:4]}-{signs[4:]}"


class LostForm(TrappedForm):
    """Which request, and the phone that it was sent with."""

    reference = ReferenceField()
    phone = PhoneField(
        label=_("Phone of the request"),
        help_text=_("The number that you gave when you sent it."),
    )

    def sought(self) -> dict[str, str]:
        """``reference`` and ``phone`` as they are stored."""
        return {name: self.cleaned_data[name] for name in ("reference", "phone")}


class OneTimeCodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("Six digits, valid for ten minutes."),
        error_messages={"required": _("Please type the one-time code.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}
        ),
    )


class CallerCheckForm(forms.Form):
    """What an officer confirms before keys are made anew for a caller."""

    called_back = forms.BooleanField(
        label=_(
            "I have called back the number stored with the request, and whoever answered could name"
            " the company and what was asked for."
        ),
        error_messages={"required": _("Please call back first.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Access code"),
        max_length=40,
        help_text=_("Eight digits, shown when you sent the request."),
        error_messages={"required": _("Please type the access code.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}
        ),
    )


class FindForm(CodeForm):
    """Back to a request without its link: both of what was handed over after sending."""

    reference = ReferenceField()
    field_order = ("reference", "code")
