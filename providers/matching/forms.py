"""The three steps of a request, the access code, and a provider's answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import IndustryChain, PainPoint, ProvincialLevel, Scenario
from providers.matching.free_text import refuse_contact_data
from providers.matching.lifecycle import MAX_PROVIDERS
from providers.matching.models import (
    BudgetBand,
    DeclineReason,
    HeadcountBand,
    MatchRequest,
    RequestKind,
)
from providers.matching.offers import Proposal
from providers.public_forms import (
    CreditCodeField,
    DayInput,
    OneLineField,
    PhoneField,
    TermField,
    TermsField,
    TrappedForm,
)

MAX_PAIN_POINTS = 5
# Nobody plans a visit or a start further ahead.
FURTHEST_DAY = timedelta(days=365)


def plannable(day: date | None) -> date | None:
    """A day from today to a year ahead, or none."""
    today = timezone.localdate()
    if day and day < today:
        raise ValidationError(_("This date has passed."))
    if day and day > today + FURTHEST_DAY:
        raise ValidationError(_("Please name a day within a year from today."))
    return day


class NeedForm(forms.Form):
    """Step 1: the problem before the product."""

    kind = forms.ChoiceField(
        label=_("What do you need?"),
        choices=RequestKind.choices,
        widget=forms.RadioSelect,
        initial=RequestKind.SOLUTION,
        error_messages={"required": _("Please choose what you need.")},
    )
    pain_points = TermsField(
        label=_("What is the problem?"),
        queryset=PainPoint.objects.none(),
        required=False,
        help_text=_("Choose up to five; the business scenarios follow from them."),
    )
    scenarios = TermsField(
        label=_("Scenarios taken over from where you came"),
        queryset=Scenario.objects.none(),
        required=False,
    )
    sentence = forms.CharField(
        label=_("In one sentence"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_contact_data],
        help_text=_(
            "For example: “Orders come in small lots, the plan changes daily and nobody knows what "
            "is finished.” No names and numbers, please; they come in the third step."
        ),
    )
    photo = forms.FileField(
        label=_("Or a photo"),
        required=False,
        help_text=_("Up to 8 MB. A provider sees it only with your consent."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )
    industry = TermField(
        label=_("Industry chain"),
        queryset=IndustryChain.objects.none(),
        required=False,
        empty_label=_("Another or not sure"),
    )
    headcount_band = forms.ChoiceField(
        label=_("People in the company"),
        choices=[("", _("Please choose")), *HeadcountBand.choices],
        error_messages={"required": _("Please choose how many people work in the company.")},
    )
    township = forms.CharField(
        label=_("Township or park"),
        required=False,
        max_length=60,
        validators=[refuse_contact_data],
        widget=forms.TextInput(attrs={"autocomplete": "address-level3"}),
    )
    budget_band = forms.ChoiceField(
        label=_("Budget for the first year"),
        choices=BudgetBand.choices,
        initial=BudgetBand.UNSURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a budget, or “unsure”.")},
    )
    level = TermField(
        label=_("Digital level now"),
        queryset=ProvincialLevel.objects.none(),
        required=False,
        empty_label=_("Not known"),
    )
    start_on = forms.DateField(
        label=_("Preferred start"),
        required=False,
        widget=DayInput(),
    )

    def __init__(self, *args, offered_scenarios: Iterable[str] = (), has_photo=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_photo = has_photo
        self.fields["pain_points"].queryset = PainPoint.objects.offered().prefetch_related(
            "scenarios"
        )
        self.fields["industry"].queryset = IndustryChain.objects.offered()
        self.fields["level"].queryset = ProvincialLevel.objects.offered()
        self.fields["scenarios"].queryset = Scenario.objects.offered().filter(
            pk__in=list(offered_scenarios)
        )
        if not offered_scenarios:
            self.fields["scenarios"].widget = forms.MultipleHiddenInput()

    def clean_pain_points(self):
        points = self.cleaned_data["pain_points"]
        if len(points) > MAX_PAIN_POINTS:
            raise ValidationError(_("Please choose five at most, the most pressing ones."))
        return points

    def clean_start_on(self) -> date | None:
        return plannable(self.cleaned_data["start_on"])

    def clean(self) -> dict:
        cleaned = super().clean()
        said = any(cleaned.get(name) for name in ("pain_points", "scenarios", "sentence", "photo"))
        tried = any(name in self.errors for name in ("pain_points", "sentence", "photo"))
        if not said and not tried and not self.has_photo:
            self.add_error(
                "pain_points", _("Choose at least one, or tell it in a sentence or a photo.")
            )
        return cleaned


class WhomForm(forms.Form):
    """Step 2: one to three providers, each with a consent of its own, or the centre's advice."""

    CHOOSE, CENTRE = "choose", "centre"

    route = forms.ChoiceField(
        label=_("Who shall answer?"),
        choices=[
            (CHOOSE, _("I choose one to three providers")),
            (CENTRE, _("Let the centre advise me")),
        ],
        widget=forms.RadioSelect,
        initial=CHOOSE,
        error_messages={"required": _("Please choose who shall answer.")},
    )
    choose = forms.MultipleChoiceField(
        label=_("Proposals"), required=False, widget=forms.CheckboxSelectMultiple
    )
    consent = forms.MultipleChoiceField(
        label=_("Consent"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, proposals: dict[str, Proposal], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        choices = [(key, proposal.title) for key, proposal in proposals.items()]
        self.fields["choose"].choices = choices
        self.providers = {
            proposal.provider_key: proposal.provider.title for proposal in proposals.values()
        }
        self.fields["consent"].choices = list(self.providers.items())
        gone = _("A proposal is no longer offered. Please choose again.")
        for name in ("choose", "consent"):
            self.fields[name].error_messages["invalid_choice"] = gone

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors or cleaned["route"] == self.CENTRE:
            return cleaned
        chosen = cleaned["choose"]
        asked = {self.proposals[key].provider_key for key in chosen}
        if not chosen:
            self.add_error("choose", _("Choose at least one proposal, or let the centre advise."))
        elif len(asked) > MAX_PROVIDERS:
            self.add_error("choose", _("Choose offers of three providers at most."))
        for key in cleaned["consent"]:
            if key not in asked:
                self.add_error(
                    "consent",
                    _("You consented for “%(provider)s” but chose no offer of it.")
                    % {"provider": self.providers[key]},
                )
        return cleaned

    def chosen(self) -> tuple[Proposal, ...]:
        """The proposals chosen; none where the centre is to advise."""
        if self.cleaned_data["route"] == self.CENTRE:
            return ()
        return tuple(self.proposals[key] for key in self.cleaned_data["choose"])


class ContactForm(TrappedForm):
    """Step 3: who asks, last. Minimum data: a name to address, one phone."""

    company = OneLineField(
        label=_("Company name"),
        min_length=2,
        max_length=120,
        error_messages={"required": _("Please fill in the company's name.")},
        validators=[refuse_contact_data],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    uscc = CreditCodeField(required=False)
    contact_name = forms.CharField(
        label=_("How may we address you?"),
        max_length=20,
        help_text=_("For example: Manager Wang."),
        error_messages={"required": _("Please say how we may address you.")},
        validators=[refuse_contact_data],
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
    )
    phone = PhoneField()
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        # What is stored holds less than what Django takes for an address.
        max_length=MatchRequest._meta.get_field("email").max_length,
        help_text=_("Answers are announced there. Without it, the centre calls you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    notice = forms.BooleanField(
        label=_("Rules on personal data"),
        error_messages={"required": _("Without this consent the request cannot be handled.")},
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Access code"),
        max_length=40,
        help_text=_("Eight digits, shown when you sent the request."),
        error_messages={"required": _("Please type the access code.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "short"}
        ),
    )


class FindForm(CodeForm):
    """Back to a request without its link: both of what was handed over after sending."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        help_text=_("Eight letters and digits, such as X7K2-9QF4."),
        error_messages={"required": _("Please type the reference.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "short"}
        ),
    )
    field_order = ("reference", "code")

    def clean_reference(self) -> str:
        """As it is stored, however it was typed."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["reference"]).upper()
        signs = "".join(sign for sign in typed if sign.isascii() and sign.isalnum())
        return f"{signs[:4]}-{signs[4:]}"


class InterestForm(forms.Form):
    """A provider will come."""

    visit_on = forms.DateField(
        label=_("Visit on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day on which you want to visit or call the enterprise."),
        error_messages={"required": _("Please name the day.")},
    )
    message = forms.CharField(
        label=_("Message to the enterprise"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_contact_data],
    )

    def clean_visit_on(self) -> date:
        return plannable(self.cleaned_data["visit_on"])


class DeclineForm(forms.Form):
    """A provider will not."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )
    message = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_contact_data],
        help_text=_("The enterprise reads it."),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("reason") == DeclineReason.OTHER and not cleaned.get("message"):
            self.add_error("message", _("Please say which."))
        return cleaned
