"""A rating, the provider's answer to it, and whether the office lets its text be read."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.matching.free_text import refuse_name_of, words_field
from providers.matching.models import MatchRequest, Rating

# A rating in words says something, or is left out.
RATING_WORDS = 20


class ReplyForm(forms.Form):
    """The provider's one answer to a rating; the public reads it."""

    text = words_field(
        _("Your answer"),
        max_length=Rating._meta.get_field("reply").max_length,
        rows=4,
        help_text=_("Everybody reads it beside the rating. You can answer once."),
        error_messages={"required": _("Please write your answer.")},
    )

    def __init__(self, *args, need: MatchRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(refuse_name_of(need))


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("Stars"),
        choices=[
            (5, _("5 – very good")),
            (4, _("4 – good")),
            (3, _("3 – satisfactory")),
            (2, _("2 – poor")),
            (1, _("1 – very poor")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one to five stars.")},
    )
    text = words_field(
        _("In your words"),
        max_length=Rating._meta.get_field("text").max_length,
        rows=4,
        min_length=RATING_WORDS,
        required=False,
        help_text=_(
            "At least 20 characters, or nothing. Everybody reads it once the office has; your "
            "company is not named."
        ),
    )

    def __init__(self, *args, need: MatchRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(refuse_name_of(need))


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
