"""What the forms that anybody may fill in have in common."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.validation import normalize_credit_code, validate_credit_code, validate_phone

# How much of an answer is kept in a draft before it is checked.
KEPT_CHARACTERS = 2000
KEPT_CHOICES = 60


def typed(form_class: type[forms.Form], data) -> dict:
    """What was typed into a form's fields, right or wrong, cut to a bearable length."""
    answers = {}
    for name, field in form_class.base_fields.items():
        if isinstance(field, forms.FileField):
            continue
        if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
            answers[name] = [bearable(value, 200) for value in data.getlist(name)[:KEPT_CHOICES]]
        else:
            answers[name] = bearable(data.get(name, ""))
    return answers


def bearable(value: str, length: int = KEPT_CHARACTERS) -> str:
    return value.replace("\x00", "")[:length]


def written_phone(typed_number: str) -> str:
    """A phone number in one way of writing, however it was typed.

    Raises:
        ValidationError: it is no mainland number.
    """
    phone = "".join(unicodedata.normalize("NFKC", typed_number).split())
    phone = phone.replace("−", "-").replace("–", "-").removeprefix("+86").removeprefix("-")
    validate_phone(phone)
    return phone


# Signs that turn the direction of what follows, so that a text reads as another one.
TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


class FreeTextField(forms.CharField):
    """What somebody writes freely, without signs that turn the direction of reading."""

    def to_python(self, value) -> str:
        return super().to_python(value).translate(TURNS)


class OneLineField(FreeTextField):
    """A name as typed, full-width brackets included, with single spaces."""

    def clean(self, value) -> str:
        return " ".join(super().clean(value).split())


class CreditCodeField(forms.CharField):
    """A unified social credit code in its printed form (GB 32100-2015)."""

    def __init__(self, **kwargs) -> None:
        attributes = {"autocomplete": "off", "spellcheck": "false"}
        how = {
            "label": _("Unified social credit code"),
            # Typed with spaces or hyphens it is longer than the code.
            "max_length": 40,
            "help_text": _("18 characters, as on the licence."),
            "widget": forms.TextInput(attrs=attributes),
        }
        super().__init__(**how | kwargs)

    def clean(self, value) -> str:
        code = super().clean(value)
        if not code:
            return ""
        code = normalize_credit_code(code)
        validate_credit_code(code)
        return code


class PhoneField(forms.CharField):
    """A mainland number in one way of writing."""

    def __init__(self, **kwargs) -> None:
        attributes = {
            "type": "tel",
            "inputmode": "tel",
            "autocomplete": "tel",
            "class": "short",
        }
        how = {
            "label": _("Mobile or landline"),
            "max_length": 40,
            "help_text": _("For example 13800000000 or 0797-5300000."),
            "error_messages": {"required": _("Please fill in a mobile or landline number.")},
            "widget": forms.TextInput(attrs=attributes),
        }
        super().__init__(**how | kwargs)

    def clean(self, value) -> str:
        number = super().clean(value)
        return written_phone(number) if number else ""


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


class TermField(forms.ModelChoiceField):
    def label_from_instance(self, term) -> str:
        return term.name


class TermsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, term) -> str:
        return term.name


class TrappedForm(forms.Form):
    """A form with a field that people do not see; a robot that fills every field fills it too."""

    homepage = forms.CharField(
        required=False,
        label=_("Leave empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean(self) -> dict:
        if self.data.get("homepage"):
            raise ValidationError(
                _("A field that people do not see was filled in, so nothing was sent."),
                code="robot",
            )
        return super().clean()
