"""The public forms: an objection, and the access code to follow it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import NoticePage, NoticeSubject
from cases.models.objections import MAX_FILES
from catalog.uploads import clean_evidence, plain_name
from providers.matching.asking.forms import FilesField, FilesInput
from providers.matching.free_text import refuse_contact_data_beside_own
from providers.matching.keys.forms import ReferenceField
from providers.public_forms import FreeTextField, OneLineField, PhoneField, TrappedForm

WHOLE = "whole"


class ObjectionForm(TrappedForm):
    """What is wrong and why, and how whoever says so can be answered."""

    subject = forms.ChoiceField(
        label=_("What do you object to?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you object to.")},
    )
    text = FreeTextField(
        label=_("Facts and reasons"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        validators=[refuse_contact_data_beside_own],
        help_text=_(
            "What is wrong, since when, and how you know. Please write nothing here that tells who "
            "you are; name and contact have their own fields."
        ),
        error_messages={"required": _("Please say what is wrong and why.")},
    )
    files = FilesField(
        label=_("Proofs"),
        required=False,
        help_text=format_lazy(
            _("Up to {most} files: pictures up to 8 MB, PDF up to 20 MB each."), most=MAX_FILES
        ),
        widget=FilesInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,application/pdf"}
        ),
    )
    name = OneLineField(
        label=_("Your name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
        help_text=_("Your real name, or the organisation and who speaks for it."),
        error_messages={"required": _("Please give your name.")},
    )
    phone = PhoneField(required=False)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=120,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("Use of your name and contact"),
        error_messages={"required": _("Without this consent the objection cannot be taken.")},
    )

    def __init__(self, *args, notice: NoticePage, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = {str(row.pk): row for row in open_subjects(notice)}
        self.fields["subject"].choices = [
            *((key, row.title) for key, row in self.subjects.items()),
            (WHOLE, _("The notice as a whole")),
        ]
        if not self.subjects:
            self.fields["subject"].initial = WHOLE

    def clean_subject(self) -> NoticeSubject | None:
        return self.subjects.get(self.cleaned_data["subject"])

    def clean_files(self) -> list[tuple[str, ContentFile]]:
        """Each file's shown name and checked content; every sentence names its file."""
        sent = self.cleaned_data["files"]
        if len(sent) > MAX_FILES:
            raise ValidationError(
                format_lazy(_("Please choose {most} files at the most."), most=MAX_FILES)
            )
        kept, wrong = [], []
        for upload in sent:
            shown = plain_name(upload.name or "")
            try:
                kept.append((shown, clean_evidence(upload)))
            except ValidationError as error:
                wrong += [f"{shown}: {sentence}" for sentence in error.messages]
        if wrong:
            raise ValidationError(wrong)
        return kept

    def clean(self) -> dict:
        cleaned = super().clean()
        has_contact = cleaned.get("phone") or cleaned.get("email")
        if not has_contact and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", _("Please give a phone number or an e-mail address."))
        if self.errors and cleaned.get("files"):
            # A browser fills no file in again.
            self.add_error("files", _("Please choose the files again."))
        return cleaned


def open_subjects(notice: NoticePage) -> list[NoticeSubject]:
    """What of the notice can be objected to: all that was not taken out."""
    rows = NoticeSubject.objects.filter(notice=notice).select_related("record", "page")
    return [row for row in rows if getattr(row, "record", None) and not row.record.taken_out_at]


class ObjectionCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Access code"),
        max_length=40,
        help_text=_("Eight digits, shown when the objection was filed."),
        error_messages={"required": _("Please type the access code.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}
        ),
    )


class ObjectionFindForm(ObjectionCodeForm):
    reference = ReferenceField(label=pgettext_lazy("objection", "Reference"))

    field_order = ["reference", "code"]
