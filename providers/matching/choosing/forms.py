"""What an enterprise fills in about the answers that it got."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from providers.matching.answering.forms import version_field
from providers.matching.free_text import refuse_name_of, words_field
from providers.matching.models import (
    CancelReason,
    Choice,
    FallReason,
    MatchRequest,
    Question,
    Quote,
)
from providers.matching.personal_data.consent_texts import recipient_text, text_hash
from providers.matching.score.offers import Proposal
from providers.models import ProviderPage

# How much of a fingerprint a form carries: enough to tell two sentences apart.
MARK_LENGTH = 16


def length_of(model: type, field: str) -> int:
    return model._meta.get_field(field).max_length


def read_mark(provider: ProviderPage) -> str:
    """What tells which sentence a consent was given to."""
    return text_hash(recipient_text(provider))[:MARK_LENGTH]


class ChooseForm(forms.Form):
    """Choose a provider; where it does not know yet who asks, it must be allowed to."""

    reason = words_field(
        _("What speaks for it?"),
        max_length=length_of(Choice, "reason"),
        required=False,
        help_text=_("For the office, which learns what decides. No provider reads it."),
    )

    version = version_field()

    def __init__(
        self,
        *args,
        provider: ProviderPage,
        needs_consent: bool,
        quote: Quote | None = None,
        **kwargs,
    ) -> None:
        """``quote`` is the one that the page shows."""
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = quote.version if quote else 0
        self.mark = read_mark(provider)
        if needs_consent:
            self.fields["consent"] = forms.BooleanField(
                label=recipient_text(provider),
                error_messages={
                    "required": _("Without this consent the provider cannot get in touch with you.")
                },
            )
            self.fields["read"] = forms.CharField(
                required=False, initial=self.mark, widget=forms.HiddenInput
            )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("consent") and cleaned.get("read") != self.mark:
            # What was ticked is another sentence than the one that would be recorded.
            self.data = {**self.data.dict(), "consent": "", "read": self.mark}
            self.add_error(
                "consent", _("The provider's contact has changed. Please read it and tick anew.")
            )
        return cleaned


class NoneSuitableForm(forms.Form):
    note_text = words_field(
        _("What was missing?"),
        max_length=length_of(MatchRequest, "ending_note"),
        required=False,
        help_text=_("For the office, which learns what is not on offer. No provider reads it."),
    )


class ReasonForm(forms.Form):
    """A reason of a list; "another reason" is said in words."""

    note_text = words_field(
        _("In your words"), max_length=length_of(MatchRequest, "ending_note"), required=False
    )
    field_order = ("reason", "note_text")

    def __init__(self, *args, reasons: Iterable[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"),
            choices=reasons,
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose a reason.")},
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict:
        cleaned = super().clean()
        needs_words = cleaned.get("reason") == "other" and "note_text" not in self.errors
        if needs_words and not cleaned.get("note_text"):
            self.add_error("note_text", _("Please say which."))
        return cleaned


class CancelForm(ReasonForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, reasons=CancelReason.choices, **kwargs)
        self.fields["note_text"].help_text = _("For the office. No provider reads it.")


class FallForm(ReasonForm):
    """Used by the enterprise; the provider has a form of its own."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, reasons=FallReason.choices, **kwargs)
        self.fields["note_text"].help_text = _("For the office. No provider reads it.")


class AnswerForm(forms.Form):
    """The answer to one question, read by every provider asked."""

    text = words_field(
        _("Your answer"),
        max_length=length_of(Question, "answer"),
        error_messages={"required": _("Please write an answer.")},
        help_text=_("All providers asked read it. No names and numbers, please."),
    )

    def __init__(self, *args, need: MatchRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(refuse_name_of(need))


class WidenForm(forms.Form):
    """Further providers, each with a consent of its own, as many as there are places."""

    choose = forms.MultipleChoiceField(
        label=_("Proposals"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one proposal.")},
    )
    consent = forms.MultipleChoiceField(
        label=_("Consent"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, proposals: dict[str, Proposal], places: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.proposals, self.places = proposals, places
        self.providers = {row.provider_key: row.provider for row in proposals.values()}
        self.fields["choose"].choices = [(key, row.title) for key, row in proposals.items()]
        self.fields["choose"].error_messages["invalid_choice"] = _(
            "A proposal is no longer offered. Please choose again."
        )
        self.fields["consent"].choices = [
            (consent_value(provider, key), key) for key, provider in self.providers.items()
        ]
        self.fields["consent"].error_messages["invalid_choice"] = _(
            "The provider's contact has changed. Please read it and tick anew."
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        asked = {self.proposals[key].provider_key for key in cleaned["choose"]}
        if len(asked) > self.places:
            said = ngettext(
                "Choose offers of %(places)s provider at most.",
                "Choose offers of %(places)s providers at most.",
                self.places,
            )
            self.add_error("choose", ValidationError(said % {"places": self.places}))
        for key in self.consented() - asked:
            self.add_error(
                "consent",
                _("You consented for “%(provider)s” but chose no offer of it.")
                % {"provider": self.providers[key].title},
            )
        return cleaned

    def chosen(self) -> tuple[Proposal, ...]:
        return tuple(self.proposals[key] for key in self.cleaned_data["choose"])

    def consented(self) -> set[str]:
        """Keys of the providers that may see who asks."""
        return {value.rpartition("~")[0] for value in self.cleaned_data["consent"]}


def consent_value(provider: ProviderPage, key: str) -> str:
    """What a ticked consent sends: for whom, and which sentence was read."""
    return f"{key}~{read_mark(provider)}"
