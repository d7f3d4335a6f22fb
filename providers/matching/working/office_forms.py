"""What the office says about the work: a recommendation, a settlement, a rating read."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.matching.models import Dispute, Rating
from providers.matching.working.forms import words_field


class RecommendForm(forms.Form):
    text = words_field(
        _("Recommendation"),
        max_length=Dispute._meta.get_field("recommendation").max_length,
        rows=6,
        help_text=_("The bureau reads it before it settles; both sides read it afterwards."),
        error_messages={"required": _("Please write your recommendation.")},
    )


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Dispute.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose an outcome.")},
    )
    decision = words_field(
        _("Decision with its reason"),
        max_length=Dispute._meta.get_field("decision").max_length,
        rows=6,
        help_text=_("Both sides read it."),
        error_messages={"required": _("Please give the reason.")},
    )


class ModerateForm(forms.Form):
    """Publish the text of a rating, or say why not."""

    PUBLISH, WITHHOLD = "publish", "withhold"

    decision = forms.ChoiceField(
        choices=[(PUBLISH, PUBLISH), (WITHHOLD, WITHHOLD)], widget=forms.HiddenInput
    )
    refusal = forms.CharField(
        label=_("Reason why the text is not shown"),
        required=False,
        max_length=Rating._meta.get_field("refusal").max_length,
        help_text=_("Only if you do not publish it. Both sides read the reason."),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("decision") == self.WITHHOLD and not cleaned.get("refusal"):
            self.add_error("refusal", _("Please give the reason."))
        return cleaned

    def reason(self) -> str:
        """Why the text is not shown; empty where it is."""
        withheld = self.cleaned_data["decision"] == self.WITHHOLD
        return self.cleaned_data["refusal"] if withheld else ""
