"""A provider's certificates and proofs as its members send them."""

from __future__ import annotations

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Evidence, Indicator, QualificationType
from catalog.uploads import clean_evidence
from providers.models import Qualification
from providers.public_forms import DayInput

FILE_HELP = _("PDF up to 20 MB, or a JPEG, PNG, WebP or HEIC picture up to 8 MB.")


class JudgedFile:
    """Mixed into a form with a field ``file``: an upload is judged by content and made safe."""

    def clean_file(self) -> ContentFile | object:
        sent = self.cleaned_data.get("file")
        return clean_evidence(sent) if isinstance(sent, UploadedFile) else sent


class QualificationForm(JudgedFile, forms.ModelForm):
    """All that the provider says; who checked it is the bureau's and no field of the form."""

    # Which version the fields were filled with; a colleague's later one is not written over.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    class Meta:
        model = Qualification
        fields = ["type", "level", "number", "issuer", "valid_from", "valid_to", "file"]
        widgets = {
            "valid_from": DayInput(),
            "valid_to": DayInput(),
            # No link and no "clear": the file is private, and another one replaces it.
            "file": forms.FileInput,
        }
        help_texts = {"file": FILE_HELP}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = QualificationType.objects.offered()
        if self.instance.type_id:
            offered |= QualificationType.objects.filter(pk=self.instance.type_id)
        self.fields["type"].queryset = offered
        self.fields["type"].empty_label = _("Please choose")


class EvidenceForm(JudgedFile, forms.ModelForm):
    class Meta:
        model = Evidence
        fields = ["name", "kind", "indicator", "file"]
        widgets = {"file": forms.FileInput}
        help_texts = {
            "file": FILE_HELP,
            "indicator": _("Of a case: the figure whose numbers this file proves."),
        }

    def __init__(self, *args, indicators: QuerySet[Indicator], **kwargs) -> None:
        """``indicators`` are those that the listing gives figures for; none, and none is asked."""
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators
        self.fields["indicator"].empty_label = _("None")
        if not indicators.exists():
            del self.fields["indicator"]


class CheckForm(forms.Form):
    """Confirming a certificate, or taking the check back with a reason."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The provider's members read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
