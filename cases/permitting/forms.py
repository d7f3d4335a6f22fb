"""The enterprise's answer to whether its case may be published, and a signed paper instead."""

from __future__ import annotations

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.models import PublicationPermission
from catalog.uploads import clean_evidence
from providers.matching.free_text import refuse
from providers.public_forms import FreeTextField, OneLineField

Answer = PublicationPermission.Answer


def without_contact_data(value: str) -> None:
    """A provider reads it: nobody's number belongs here, and no field of this form takes one."""
    refuse(value, _("Please leave out phone numbers."))


def name_field() -> OneLineField:
    return OneLineField(
        label=_("Your name"),
        max_length=40,
        error_messages={"required": _("Please say who you are.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
    )


def role_field() -> OneLineField:
    return OneLineField(
        label=_("Your position in the enterprise"),
        max_length=40,
        error_messages={"required": _("Please name your position.")},
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("May this version be published?"),
        choices=[
            (Answer.AGREED, _("Yes, just as it is shown")),
            (Answer.ANONYMOUS_ONLY, _("Only without the name of our enterprise")),
            (Answer.REFUSED, _("No")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose an answer.")},
    )
    name = name_field()
    role = role_field()
    remark = FreeTextField(
        label=_("Remark"),
        required=False,
        max_length=500,
        help_text=_("For example what has to be changed. The bureau and the provider read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[without_contact_data],
    )


class PaperForm(forms.Form):
    """A paper signed and sealed by the enterprise, for the version saved last."""

    paper = forms.FileField(
        label=_("Signed paper"),
        help_text=_("PDF up to 20 MB, or a JPEG, PNG, WebP or HEIC picture up to 8 MB."),
        error_messages={"required": _("Please choose the file.")},
    )
    name = OneLineField(label=_("Signed by"), max_length=40)
    role = OneLineField(label=_("Position"), max_length=40)

    def clean_paper(self) -> ContentFile | UploadedFile:
        return clean_evidence(self.cleaned_data["paper"])
