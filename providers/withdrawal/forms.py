"""What is asked before a listing leaves the site, or comes back."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.public_forms import DayInput

LONG = 2000


def reason_field(label, help_text="") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawalForm(forms.Form):
    """``with_all`` is asked only where the provider leaves something behind."""

    reason = forms.CharField(
        label=_("Reason (optional)"),
        help_text=_("For your colleagues and the bureau; the public does not see it."),
        max_length=300,
        required=False,
    )
    with_all = forms.BooleanField(
        label=_("Withdraw with all my listings"),
        help_text=_("Requests that wait for you stay with you and need their answer."),
        required=False,
    )

    def __init__(self, *args, asks_for_all: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_all:
            del self.fields["with_all"]


class SuspensionForm(forms.Form):
    reason = reason_field(_("Reason"), _("The provider's members read it."))
    until = forms.DateField(
        label=_("Announced until"),
        help_text=_("What the provider is told; the suspension ends only when it is lifted."),
        required=False,
        widget=DayInput(),
    )

    def clean_until(self) -> date | None:
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise ValidationError(_("This date has passed."))
        return until


class LiftForm(forms.Form):
    """The reason is asked only where points are open."""

    override_reason = reason_field(_("Show it again despite the open points, because"))

    def __init__(self, *args, has_open_points: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not has_open_points:
            del self.fields["override_reason"]


class RemovalForm(forms.Form):
    reason = reason_field(_("Reason"), _("The provider's members read it and may appeal."))
    understood = forms.BooleanField(
        label=_("I have read what cannot be undone"),
        error_messages={"required": _("Please confirm that you have read it.")},
    )


class AppealForm(forms.Form):
    text = reason_field(
        _("Why the removal is wrong"), _("You can appeal once; the bureau answers with reasons.")
    )


class AnswerForm(forms.Form):
    granted = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("yes", _("Granted: the removal is lifted")),
            ("no", _("Rejected: it stays removed")),
        ],
        widget=forms.RadioSelect,
    )
    answer = reason_field(_("Reasons"), _("The provider's members read them."))
