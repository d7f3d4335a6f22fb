"""What an enterprise says of its own case, part by part (domain: typical cases)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.anonymity import folded, forms_of
from cases.blocks import CasePictureBlock
from cases.models import CasePage, NominationFile
from catalog.models import (
    Evidence,
    Indicator,
    IndustryChain,
    PainPoint,
    ProvincialLevel,
    SolutionPage,
    TransformationMode,
)
from providers.matching.models import HeadcountBand
from providers.models import ProviderPage
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
MAX_ROWS = 8
MAX_WAN = Decimal("99999999")


def length_of(name: str) -> int:
    """How long a field of the case page may be."""
    return CasePage._meta.get_field(name).max_length


def text_field(label: str, *, most: int = 3000, rows: int = 5, **how) -> FreeTextField:
    return FreeTextField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **how
    )


def wan_field(label: str, **how) -> forms.DecimalField:
    """An amount in 万元."""
    return forms.DecimalField(
        label=label, min_value=Decimal(0), max_value=MAX_WAN, decimal_places=2, **how
    )


class CompanyForm(forms.Form):
    """Part 1: who you are. ``title`` heads the case."""

    company = OneLineField(
        label=_("Company name"),
        min_length=2,
        max_length=120,
        error_messages={"required": _("Please fill in the company's name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    uscc = CreditCodeField(required=False)
    title = OneLineField(
        label=_("Title of the case"),
        max_length=60,
        help_text=_("What was done and what came of it, such as: one ticket from cut to wage."),
        error_messages={"required": _("Please give the case a title.")},
    )
    summary = OneLineField(label=_("In one sentence"), max_length=length_of("summary"))
    is_anonymous = forms.BooleanField(
        label=_("Our name is not to be published"),
        required=False,
        help_text=_(
            "The page then speaks of an enterprise of your trade and tells the investment as a "
            "band. Please leave your name out of the texts as well."
        ),
    )
    industries = TermsField(
        label=_("Industry chains"),
        queryset=IndustryChain.objects.none(),
        error_messages={"required": _("Please choose at least one industry chain.")},
    )
    main_products = OneLineField(
        label=_("Main products"), required=False, max_length=length_of("main_products")
    )
    headcount_band = forms.ChoiceField(
        label=_("People in the company"),
        choices=[("", _("Please choose")), *HeadcountBand.choices],
        error_messages={"required": _("Please choose how many people work in the company.")},
    )
    revenue_band = OneLineField(
        label=_("Revenue band"),
        required=False,
        max_length=length_of("revenue_band"),
        help_text=_("Roughly, such as 20 to 50 million yuan."),
    )
    profile = text_field(_("The company in a few sentences"), most=1500)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industries"].queryset = IndustryChain.objects.offered()

    def clean(self) -> dict:
        cleaned = super().clean()
        name = cleaned.get("company", "")
        if cleaned.get("is_anonymous") and name:
            names = {folded(form) for form in forms_of(name)} - {""}
            for field in ("title", "summary", "main_products", "profile"):
                said = folded(cleaned.get(field, ""))
                if any(form in said for form in names):
                    self.add_error(field, _("Please leave out the company's name."))
        return cleaned


class NeedsForm(forms.Form):
    """Part 2."""

    pain_points = TermsField(
        label=_("Pain points"), queryset=PainPoint.objects.none(), required=False
    )
    needs = text_field(_("What was the matter before?"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pain_points"].queryset = PainPoint.objects.offered()

    def clean_pain_points(self):
        points = self.cleaned_data["pain_points"]
        if len(points) > MAX_PAIN_POINTS:
            raise ValidationError(_("Please choose five at most, the most pressing ones."))
        return points


class PathForm(forms.Form):
    """Part 3."""

    modes = TermsField(
        label=_("Transformation mode"),
        queryset=TransformationMode.objects.none(),
        error_messages={"required": _("Please choose at least one.")},
    )
    solutions = forms.ModelMultipleChoiceField(
        label=_("Solutions of this site that were used"),
        queryset=SolutionPage.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    other_solutions = text_field(
        _("Other solutions"), most=400, rows=2, required=False, help_text=_("One a line.")
    )
    providers = forms.ModelMultipleChoiceField(
        label=_("Providers of this site that worked on it"),
        queryset=ProviderPage.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    other_providers = text_field(
        _("Other providers"), most=400, rows=2, required=False, help_text=_("One a line.")
    )
    path_text = text_field(_("What was done, and in which order?"), rows=7)
    data_and_integration = text_field(_("Data and integration"), most=1000, rows=3, required=False)
    investment_wan = wan_field(_("Hardware and software investment (10,000 yuan)"), required=False)
    software_wan = wan_field(_("of which software (10,000 yuan)"), required=False)
    hardware_wan = wan_field(_("of which hardware (10,000 yuan)"), required=False)
    months = forms.IntegerField(label=_("Duration (months)"), min_value=1, max_value=120)
    completed_on = forms.DateField(label=_("Completed on"), required=False, widget=DayInput())

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["modes"].queryset = TransformationMode.objects.offered()
        self.fields["solutions"].queryset = SolutionPage.objects.listed().order_by("title")
        self.fields["providers"].queryset = ProviderPage.objects.listed().order_by("title")

    def clean_completed_on(self) -> date | None:
        day = self.cleaned_data["completed_on"]
        if day and not date(2015, 1, 1) <= day <= timezone.localdate():
            raise ValidationError(_("Please check the day: it lies in the past, after 2015."))
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        parts = [cleaned.get(name) for name in ("software_wan", "hardware_wan")]
        whole = cleaned.get("investment_wan")
        if whole is not None and None not in parts and sum(parts) > whole:
            self.add_error("investment_wan", _("Its parts are more than the whole."))
        return cleaned


class ResultsForm(forms.Form):
    """Part 4; the figures stand in rows of their own."""

    level_before = TermField(
        label=_("Level before"), queryset=ProvincialLevel.objects.none(), required=False
    )
    level_after = TermField(
        label=_("Level reached"), queryset=ProvincialLevel.objects.none(), required=False
    )
    payback_months = forms.IntegerField(
        label=_("Payback (months)"),
        required=False,
        min_value=0,
        max_value=600,
        help_text=_("Your own estimate."),
    )
    results = text_field(_("What came of it?"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("level_before", "level_after"):
            self.fields[name].queryset = ProvincialLevel.objects.offered()
            self.fields[name].empty_label = _("Not known")


class FigureForm(forms.Form):
    """One indicator before and after; a row without an indicator is left out."""

    indicator = TermField(label=_("Indicator"), queryset=Indicator.objects.none(), required=False)
    before = forms.DecimalField(label=_("Before"), required=False, max_digits=14, decimal_places=4)
    after = forms.DecimalField(label=_("After"), required=False, max_digits=14, decimal_places=4)
    period = OneLineField(
        label=_("Period compared"),
        required=False,
        max_length=80,
        help_text=_("Such as: 3 months before and after."),
    )
    source = OneLineField(
        label=_("Source of the figures"),
        required=False,
        max_length=80,
        help_text=_("Such as: quality records."),
    )

    def __init__(self, *args, indicators, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators
        self.fields["indicator"].empty_label = _("Please choose")

    def clean(self) -> dict:
        cleaned = super().clean()
        given = [name for name in ("before", "after", "period", "source") if self.data_of(name)]
        if not cleaned.get("indicator"):
            if given and "indicator" not in self.errors:
                self.add_error("indicator", _("Please choose the indicator."))
            return cleaned
        for name in ("before", "period", "source"):
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Please fill this in."))
        return cleaned

    def data_of(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name), "")).strip()


class FigureRows(forms.BaseFormSet):
    def clean(self) -> None:
        chosen = [form.cleaned_data.get("indicator") for form in self.forms if form.is_valid()]
        chosen = [one for one in chosen if one]
        if len(set(chosen)) < len(chosen):
            raise ValidationError(_("An indicator stands in two rows."))

    def figures(self) -> list[dict]:
        """The rows that say something, checked."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("indicator")]


FigureFormSet = formset_factory(
    FigureForm,
    formset=FigureRows,
    extra=0,
    min_num=MAX_ROWS,
    max_num=MAX_ROWS,
    absolute_max=MAX_ROWS,
)


class RepeatForm(forms.Form):
    """Parts 5 and 6: what others need to do the same, and what comes next."""

    fits = text_field(_("Whom does it fit?"), most=600, rows=3)
    preconditions = text_field(
        _("Preconditions"), most=1000, rows=3, required=False, help_text=_("One item a line.")
    )
    entry_threshold = text_field(_("Investment threshold"), most=600, rows=2, required=False)
    pitfalls = text_field(
        _("Pitfalls"), most=1000, rows=3, required=False, help_text=_("One item a line.")
    )
    next_steps = text_field(_("Next steps"), most=1500, rows=3, required=False)


class PictureForm(forms.Form):
    """A picture with what it shows and what was settled about it."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG, WebP or HEIC, up to 8 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )
    shows = OneLineField(label=_("What it shows"), required=False, max_length=120)
    people = forms.ChoiceField(
        label=_("People"),
        required=False,
        choices=[("", _("Please choose")), *CasePictureBlock.PEOPLE],
    )
    screens = forms.ChoiceField(
        label=_("Screens and papers"),
        required=False,
        choices=[("", _("Please choose")), *CasePictureBlock.SCREENS],
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("picture"):
            for name in ("shows", "people", "screens"):
                if not cleaned.get(name):
                    self.add_error(name, _("Please fill this in."))
        return cleaned


class ProofForm(forms.Form):
    """A file that proves a figure or another statement; never public."""

    proof = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF up to 20 MB, or a JPEG, PNG, WebP or HEIC picture up to 8 MB."),
    )
    proves = OneLineField(label=_("What it proves"), required=False, max_length=120)
    evidence_kind = forms.ChoiceField(
        label=_("Proof of"), required=False, choices=Evidence.Kind.choices
    )
    indicator = TermField(
        label=_("Indicator"),
        queryset=Indicator.objects.none(),
        required=False,
        help_text=_("If it proves the numbers of one."),
    )

    def __init__(self, *args, indicators, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = indicators
        self.fields["indicator"].empty_label = _("None")

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("proof") and not cleaned.get("proves"):
            self.add_error("proves", _("Please fill this in."))
        return cleaned


class SendForm(TrappedForm):
    """The last step: whom the office may ask, and the rules on personal data."""

    contact_name = FreeTextField(
        label=_("How may we address you?"),
        max_length=20,
        help_text=_("For example: Manager Wang."),
        error_messages={"required": _("Please say how we may address you.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
    )
    phone = PhoneField()
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Answers are announced there. Without it, the centre calls you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    notice = forms.BooleanField(
        label=_("Rules on personal data"),
        error_messages={"required": _("Without this consent the nomination cannot be handled.")},
    )


FILE_LIMITS = {NominationFile.Kind.PICTURE: 10, NominationFile.Kind.PROOF: 20}
