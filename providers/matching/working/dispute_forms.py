"""What both sides write about a dispute, what its handler recommends, how the bureau settles it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.matching.free_text import refuse_name_of, words_field
from providers.matching.models import Dispute, MatchRequest


class DisputeForm(forms.Form):
    """A side calls the office, or says how it sees what the other one has brought up."""

    text = words_field(
        _("What it is about"),
        max_length=Dispute._meta.get_field("text").max_length,
        min_length=10,
        rows=6,
        help_text=_(
            "What was agreed, what has happened, and what you want. Please name no company and "
            "nobody: the other side, the lead provider or the zone committee, and the bureau "
            "read it."
        ),
        error_messages={"required": _("Please say what it is about.")},
    )

    def __init__(self, *args, need: MatchRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(refuse_name_of(need))


class ViewForm(DisputeForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("How you see it")
        self.fields["text"].error_messages["required"] = _("Please say how you see it.")


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
