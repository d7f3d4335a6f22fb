"""The four steps of an application to join."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    IndustryChain,
    ProviderKind,
    QualificationType,
    Scenario,
    ServiceCategory,
)
from providers.joining.undertakings import TEXT_VERSION
from providers.models import Application, ApplicationFile, ProviderPage
from providers.public_forms import (
    CreditCodeField,
    DayInput,
    OneLineField,
    PhoneField,
    TermField,
    TermsField,
    TrappedForm,
)

# There is one lead provider, appointed by the office; nobody applies for that.
LEAD_KIND = "lead"
# More people than any company has; a number beyond it is a slip.
MOST_PEOPLE = 1_000_000
MOST_HOURS = 720
EVIDENCE = "application/pdf,image/jpeg,image/png,image/webp,image/heic"


def number_input(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "short", "inputmode": "numeric", "max": most})


class CompanyForm(forms.Form):
    """Step 1: who applies."""

    company = OneLineField(
        label=_("Registered name"),
        min_length=2,
        max_length=120,
        help_text=_("The full name, as on the licence."),
        error_messages={"required": _("Please fill in the registered name.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    uscc = CreditCodeField(error_messages={"required": _("Please fill in the credit code.")})
    org_type = forms.ChoiceField(
        label=_("Kind of organisation"),
        choices=ProviderPage.OrgType.choices,
        initial=ProviderPage.OrgType.ENTERPRISE,
        widget=forms.Select(attrs={"class": "short"}),
    )
    registered_on = forms.DateField(
        label=_("Registered on"),
        error_messages={"required": _("Please fill in the day of registration.")},
        widget=DayInput(),
    )
    headcount = forms.IntegerField(
        label=_("Staff"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=_("All people employed."),
        error_messages={"required": _("Please fill in how many people work there.")},
        widget=number_input(MOST_PEOPLE),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=ProviderPage._meta.get_field("website").max_length,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )

    def clean_registered_on(self) -> date:
        day = self.cleaned_data["registered_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This date lies in the future."))
        return day

    def warning(self) -> str:
        """That code and kind of organisation do not fit; it stops nobody."""
        return kind_warning(self.cleaned_data["uscc"], self.cleaned_data["org_type"])


def kind_warning(uscc: str, org_type: str) -> str:
    """A sentence where the code's first two characters tell another kind of organisation."""
    expected = ProviderPage.ORG_TYPE_BY_CODE.get(uscc[:2])
    if expected is None or expected == org_type:
        return ""
    return _(
        "A credit code that begins with %(start)s belongs to another kind: %(kind)s. Please "
        "compare it with the licence."
    ) % {"start": uscc[:2], "kind": expected.label}


class OfferForm(forms.Form):
    """Step 2: what the organisation can do, and for whom. ``headcount`` is the first step's."""

    kind = TermField(
        label=_("Kind of provider"),
        queryset=ProviderKind.objects.none(),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose the kind of provider.")},
    )
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=ProviderPage._meta.get_field("summary").max_length,
        help_text=_("What you do and for whom, 80 characters at most. It is shown in lists."),
        error_messages={"required": _("Please say in one sentence what you do.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    service_categories = TermsField(
        label=_("Service categories"),
        queryset=ServiceCategory.objects.none(),
        error_messages={"required": _("Please choose at least one service category.")},
    )
    scenarios = TermsField(
        label=_("Business scenarios"),
        queryset=Scenario.objects.none(),
        help_text=_("Those in which you have done work; you can change them later."),
        error_messages={"required": _("Please choose at least one scenario.")},
    )
    all_industries = forms.BooleanField(label=_("We serve all industries"), required=False)
    industries = TermsField(
        label=_("Industry chains"), queryset=IndustryChain.objects.none(), required=False
    )
    local_team_size = forms.IntegerField(
        label=_("Local team"),
        min_value=0,
        max_value=MOST_PEOPLE,
        help_text=_("People stationed in the county; 0 if there are none."),
        error_messages={"required": _("Please fill in a number; 0 if there is no local team.")},
        widget=number_input(MOST_PEOPLE),
    )
    local_office_address = forms.CharField(
        label=_("Address of the local office"),
        required=False,
        max_length=ProviderPage._meta.get_field("local_office_address").max_length,
        help_text=_("Needed where there is a local team."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    response_hours = forms.IntegerField(
        label=_("On site within (hours)"),
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        widget=number_input(MOST_HOURS),
    )

    def __init__(self, *args, headcount: int | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.headcount = headcount
        self.fields["kind"].queryset = ProviderKind.objects.offered().exclude(pk=LEAD_KIND)
        self.fields["service_categories"].queryset = ServiceCategory.objects.offered()
        self.fields["scenarios"].queryset = Scenario.objects.offered()
        self.fields["industries"].queryset = IndustryChain.objects.offered()

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def clean(self) -> dict:
        cleaned = super().clean()
        if "industries" not in self.errors and not (
            cleaned.get("all_industries") or cleaned.get("industries")
        ):
            self.add_error("industries", _("Choose industry chains, or tick all industries."))
        team = cleaned.get("local_team_size") or 0
        if team and self.headcount and team > self.headcount:
            self.add_error("local_team_size", _("The local team cannot exceed all staff."))
        # An address that is wrong has said so itself.
        if team and cleaned.get("local_office_address") == "":
            self.add_error(
                "local_office_address", _("A local team needs the address of its office.")
            )
        return cleaned


class FilesForm(forms.Form):
    """Step 3: the licence, and one certificate at a time."""

    licence = forms.FileField(
        label=_("Business licence"),
        required=False,
        help_text=_("A PDF up to 20 MB, or a photo or scan up to 8 MB."),
        widget=forms.FileInput(attrs={"accept": EVIDENCE}),
    )
    certificate = forms.FileField(
        label=_("File of the certificate"),
        required=False,
        help_text=_("A PDF up to 20 MB, or a photo or scan up to 8 MB."),
        widget=forms.FileInput(attrs={"accept": EVIDENCE}),
    )
    type = TermField(
        label=_("Qualification"),
        queryset=QualificationType.objects.none(),
        required=False,
        empty_label=_("Another document"),
    )
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=ApplicationFile._meta.get_field("number").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issuer = forms.CharField(
        label=_("Issued by"),
        required=False,
        max_length=ApplicationFile._meta.get_field("issuer").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=DayInput())
    valid_to = forms.DateField(label=_("Valid to"), required=False, widget=DayInput())

    DESCRIPTION = ("type", "number", "issuer", "valid_from", "valid_to")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = QualificationType.objects.offered()

    def clean(self) -> dict:
        cleaned = super().clean()
        described = any(cleaned.get(name) for name in self.DESCRIPTION)
        if described and not cleaned.get("certificate") and "certificate" not in self.errors:
            self.add_error("certificate", _("Choose the file of this certificate."))
        if cleaned.get("type"):
            if not cleaned.get("number") and "number" not in self.errors:
                self.add_error("number", _("A qualification needs its number."))
            if not cleaned.get("issuer") and "issuer" not in self.errors:
                self.add_error("issuer", _("A qualification needs its issuer."))
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return cleaned


class ContactForm(TrappedForm):
    """Step 4: whom the office talks to. This person becomes the provider's first member."""

    contact_name = OneLineField(
        label=_("Name of the contact"),
        max_length=ProviderPage._meta.get_field("contact_name").max_length,
        error_messages={"required": _("Please fill in the name of the contact.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
    )
    phone = PhoneField()
    email = forms.EmailField(
        label=_("E-mail"),
        # What is stored holds less than what Django takes for an address.
        max_length=Application._meta.get_field("email").max_length,
        help_text=_("The decision and the invitation to the back office go there."),
        error_messages={"required": _("Please fill in an e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class SendForm(ContactForm):
    """The contact with the undertakings. Ticks and signature are given anew at each sending."""

    truthfulness = forms.BooleanField(
        label=_("Undertaking of truthfulness"),
        error_messages={"required": _("The application cannot be sent without this undertaking.")},
    )
    supervision = forms.BooleanField(
        label=_("Undertaking to accept supervision"),
        error_messages={"required": _("The application cannot be sent without this undertaking.")},
    )
    signed_by = OneLineField(
        label=_("Signed by"),
        max_length=Application._meta.get_field("signed_by").max_length,
        help_text=_("The name of the person who signs for the organisation."),
        error_messages={"required": _("Please sign with a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    text_version = forms.CharField(widget=forms.HiddenInput, initial=TEXT_VERSION, required=False)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("text_version") != TEXT_VERSION:
            self.data = self.data.copy()
            self.data["text_version"] = TEXT_VERSION
            for name in ("truthfulness", "supervision"):
                self.data.pop(name, None)
            raise ValidationError(
                _("The undertakings have changed meanwhile. Please read and tick them again.")
            )
        return cleaned
