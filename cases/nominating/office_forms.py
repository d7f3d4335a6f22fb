"""What the office types about nominations."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import IndustryChain
from providers.matching.models import Enterprise
from providers.public_forms import OneLineField, TermField


class MessageForm(forms.Form):
    """Words that the nominator reads."""

    message = forms.CharField(
        label=_("Message"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever nominated the case reads it."),
        error_messages={"required": _("Please write what is missing, or why not.")},
    )


class ProposalForm(forms.Form):
    """The zone committee puts a case forward; the bureau completes it."""

    title = OneLineField(label=_("Title of the case"), max_length=60)
    enterprise = forms.ModelChoiceField(
        label=_("Enterprise of the roster"),
        queryset=Enterprise.objects.order_by("name"),
        required=False,
        empty_label=_("Another enterprise"),
    )
    enterprise_name = OneLineField(
        label=_("Name, if it is not in the roster"), required=False, max_length=120
    )
    industry = TermField(label=_("Industry chain"), queryset=IndustryChain.objects.none())
    summary = OneLineField(
        label=_("In one sentence"),
        max_length=100,
        help_text=_("What was done and why it may serve others as an example."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = IndustryChain.objects.offered()

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("enterprise") and not cleaned.get("enterprise_name"):
            self.add_error("enterprise_name", _("Please name the enterprise."))
        return cleaned
