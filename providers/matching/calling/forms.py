"""What an officer notes about a call."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from providers.matching.models import CallBack


class CallDoneForm(forms.Form):
    """How a call ended; a request comes of it only by making one."""

    ENDINGS = CallBack.Outcome
    OUTCOMES = {
        CallBack.Kind.CALL: [ENDINGS.ANSWERED, ENDINGS.UNREACHED, ENDINGS.UNWANTED],
        CallBack.Kind.VISIT: [
            ENDINGS.ARRANGED,
            ENDINGS.NO_VISIT,
            ENDINGS.UNREACHED,
            ENDINGS.UNWANTED,
        ],
    }
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose how the call ended.")},
    )

    def __init__(self, *args, kind: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        endings = self.OUTCOMES[CallBack.Kind(kind)]
        self.fields["outcome"].choices = [(ending.value, ending.label) for ending in endings]
