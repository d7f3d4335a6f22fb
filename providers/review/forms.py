"""What reviewers write. The button that was pressed names the act."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


def text_field(label, help_text="", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionForm(forms.Form):
    """Approve, or return with a message that is not empty."""

    action = forms.ChoiceField(choices=[("approve", "approve"), ("reject", "reject")])
    comment = text_field(
        _("Message to the provider"), _("A return needs a message."), required=False
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("action") == "reject" and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Tell the provider what to change."))
        return cleaned


class OverrideForm(forms.Form):
    """The bureau publishes despite open points."""

    reason = text_field(
        _("Reason for publishing despite the open points"),
        _("It is kept with the decision and in the history of the page."),
    )


class TakeOverForm(forms.Form):
    """The bureau goes on where the first review is overdue."""

    reason = text_field(
        _("Reason for going on without the first review"),
        _("It is kept in the history of the page."),
    )


class CommentForm(forms.Form):
    """What the lead provider has to say on a listing that competes with it."""

    text = text_field(_("Comment for the bureau"), _("Only the bureau reads it."))
