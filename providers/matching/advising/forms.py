"""What officers write when they propose providers or offer the centre's help."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from providers.matching.advising.proposing import Mix, Pick
from providers.matching.lifecycle import MAX_PROVIDERS
from providers.matching.models import Intervention
from providers.matching.score.offers import Proposal
from providers.public_forms import OneLineField

REASON_LENGTH = 300


class HelpForm(forms.Form):
    """What the office would do, in words that the enterprise reads."""

    kind = forms.ChoiceField(label=_("What the office offers"))
    text = forms.CharField(
        label=_("What is to be done and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The enterprise reads it and agrees or not; nothing is done before."),
        error_messages={"required": _("Please say what is to be done.")},
    )

    def __init__(self, *args, kinds: Iterable[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds) or Intervention.Kind.choices


class ResultForm(forms.Form):
    result = forms.CharField(
        label=_("What came of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The enterprise reads it too."),
        error_messages={"required": _("Please say what came of it.")},
    )


class AdviceForm(forms.Form):
    """Which of the ranked offers the centre proposes, each with a reason.

    ``offered`` are the proposals by key, ``mix`` is what a diagnosis visit must propose,
    ``waiting`` how many earlier proposals the enterprise has not answered.
    """

    propose = forms.MultipleChoiceField(label=_("Propose"), required=False)
    shortage = OneLineField(
        label=_("Why fewer than three are proposed"), required=False, max_length=REASON_LENGTH
    )

    def __init__(
        self, *args, offered: dict[str, Proposal], mix: Mix | None, waiting: int = 0, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered, self.mix, self.waiting = offered, mix, waiting
        self.fields["propose"].choices = [(key, item.title) for key, item in offered.items()]
        self.fields["propose"].error_messages["invalid_choice"] = _(
            "A proposal is no longer offered. Please choose again."
        )
        if mix is None or not mix.is_short:
            del self.fields["shortage"]

    def reason_name(self, key: str) -> str:
        return f"reason-{key}"

    def reason(self, key: str) -> str:
        """What was typed as the reason of an offer, on one line and without what no text holds."""
        return " ".join(self.data.get(self.reason_name(key), "").replace("\x00", "").split())

    def clean_propose(self) -> list[str]:
        keys = self.cleaned_data["propose"]
        providers = {self.offered[key].provider.pk for key in keys}
        if not keys:
            raise ValidationError(_("Choose at least one provider."))
        if len(providers) != len(keys):
            raise ValidationError(_("Propose one offer of each provider."))
        if len(keys) + self.waiting > MAX_PROVIDERS:
            raise ValidationError(
                _("At most %(count)s proposals can wait for the enterprise's answer."),
                params={"count": MAX_PROVIDERS},
            )
        self.check_mix(providers)
        self.check_reasons(keys)
        return keys

    def check_mix(self, providers: set[int]) -> None:
        mix = self.mix
        if mix is not None and not mix.fits(providers):
            raise ValidationError(
                _(
                    "A diagnosis visit proposes %(partners)s partner of the lead provider and "
                    "%(unrelated)s unrelated providers."
                ),
                params={"partners": mix.partners, "unrelated": mix.unrelated},
            )

    def check_reasons(self, keys: list[str]) -> None:
        """One sentence for each, since the enterprise reads why."""
        reasons = {key: self.reason(key) for key in keys}
        if missing := [key for key, text in reasons.items() if not text]:
            names = [self.offered[key].provider.title for key in missing]
            raise ValidationError(
                _("Say why you propose: %(names)s."), params={"names": gettext(", ").join(names)}
            )
        if any(len(text) > REASON_LENGTH for text in reasons.values()):
            raise ValidationError(
                _("A reason has %(most)s characters at most."), params={"most": REASON_LENGTH}
            )

    def clean_shortage(self) -> str:
        text = self.cleaned_data["shortage"]
        if not text:
            raise ValidationError(_("Please say why fewer than three are proposed."))
        return text

    def picks(self) -> list[Pick]:
        """What is proposed, once the form is valid."""
        chosen = [self.offered[key] for key in self.cleaned_data["propose"]]
        return [Pick(item.provider, self.reason(item.key), item.solution) for item in chosen]
