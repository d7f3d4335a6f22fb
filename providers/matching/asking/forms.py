"""The three steps of a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalog.models import IndustryChain, PainPoint, ProvincialLevel, Scenario
from providers.matching.free_text import refuse_contact_data
from providers.matching.lifecycle import MAX_PROVIDERS
from providers.matching.models import (
    MAX_ATTACHMENTS,
    BudgetBand,
    HeadcountBand,
    MatchRequest,
    RequestKind,
)
from providers.matching.score.offers import Proposal
from providers.public_forms import (
    CreditCodeField,
    DayInput,
    FreeTextField,
    OneLineField,
    PhoneField,
    TermField,
    TermsField,
    TrappedForm,
)

MAX_PAIN_POINTS = 5
# Nobody plans a visit, a start or a quote further ahead.
FURTHEST_DAY = timedelta(days=365)


def plannable(day: date | None) -> date | None:
    """A day from today to a year ahead, or none."""
    today = timezone.localdate()
    if day and day < today:
        raise ValidationError(_("This date has passed."))
    if day and day > today + FURTHEST_DAY:
        raise ValidationError(_("Please name a day within a year from today."))
    return day


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; the view judges each by its content and says which is wrong."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list:
        return [data] if data and not isinstance(data, list) else data or []


KIND_EXAMPLES = {
    RequestKind.SOLUTION: _("For example planning software, or machines that report by themselves"),
    RequestKind.DIAGNOSIS: _("Somebody comes, looks at the workshop and says where to begin"),
    RequestKind.TRAINING: _("For example: shift leaders learn to read production data"),
    RequestKind.POLICY: _("For example: what counts as investment, what acceptance needs"),
}


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
    sentence = FreeTextField(
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
    files = FilesField(
        label=_("Photos and files"),
        required=False,
        help_text=format_lazy(
            _(
                "For example the board with the plan, the machine's name plate, a list of orders as"
                " PDF. Up to {most} files: pictures up to 8 MB, PDF up to 20 MB each. A provider"
                " sees them only with your consent."
            ),
            most=MAX_ATTACHMENTS,
        ),
        widget=FilesInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,application/pdf"}
        ),
    )
    industry = TermField(
        label=_("Industry chain"),
        queryset=IndustryChain.objects.none(),
        required=False,
        empty_label=_("Another or not sure"),
        help_text=_("The one that your main product belongs to."),
    )
    headcount_band = forms.ChoiceField(
        label=_("People in the company"),
        choices=[("", _("Please choose")), *HeadcountBand.choices],
        help_text=_("All who are on the payroll; roughly is enough."),
        error_messages={"required": _("Please choose how many people work in the company.")},
    )
    township = FreeTextField(
        label=_("Township or park"),
        required=False,
        max_length=60,
        help_text=_("For example: the economic development zone. No street and house number."),
        validators=[refuse_contact_data],
        widget=forms.TextInput(attrs={"autocomplete": "address-level3"}),
    )
    budget_band = forms.ChoiceField(
        label=_("Budget for the first year"),
        choices=BudgetBand.choices,
        help_text=_("Software, equipment and service together. It binds you to nothing."),
        initial=BudgetBand.UNSURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a budget, or “unsure”.")},
    )
    level = TermField(
        label=_("Digital level now"),
        queryset=ProvincialLevel.objects.none(),
        required=False,
        empty_label=_("Not known"),
        help_text=_("As the last assessment said, such as L3."),
    )
    start_on = forms.DateField(
        label=_("Preferred start"),
        required=False,
        widget=DayInput(),
        help_text=_("From when somebody may come, for example after the busy season."),
    )

    def __init__(self, *args, offered_scenarios: Iterable[str] = (), has_files=False, **kwargs):
        super().__init__(*args, **kwargs)
        # Whether the draft has files, or some were sent with this very form.
        self.has_files = has_files
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

    def kinds(self) -> list[dict]:
        """The four kinds, each with an example beside it."""
        choices = self["kind"].subwidgets
        return [
            {"choice": choice, "example": KIND_EXAMPLES[RequestKind(choice.data["value"])]}
            for choice in choices
        ]

    def clean_pain_points(self):
        points = self.cleaned_data["pain_points"]
        if len(points) > MAX_PAIN_POINTS:
            raise ValidationError(_("Please choose five at most, the most pressing ones."))
        return points

    def clean_start_on(self) -> date | None:
        return plannable(self.cleaned_data["start_on"])

    def clean(self) -> dict:
        cleaned = super().clean()
        said = any(cleaned.get(name) for name in ("pain_points", "scenarios", "sentence"))
        tried = any(name in self.errors for name in ("pain_points", "sentence"))
        if not said and not tried and not self.has_files:
            self.add_error(
                "pain_points", _("Choose at least one, or tell it in a sentence or a photo.")
            )
        return cleaned

    def keep_errors_of(self, *names: str) -> None:
        """Say only what is wrong with these fields; somebody who has not finished is told later."""
        for name in set(self.errors) - set(names):
            del self.errors[name]


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

    def __init__(
        self, *args, proposals: dict[str, Proposal], only_centre: bool = False, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        # A diagnosis visit is arranged by the centre, so there is nobody to choose yet.
        self.only_centre = only_centre
        if only_centre:
            self.fields["route"].widget = forms.HiddenInput()
            self.fields["route"].choices = [(self.CENTRE, _("Let the centre advise me"))]
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
    contact_name = FreeTextField(
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
