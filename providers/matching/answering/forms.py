"""What a provider fills in about a request."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.uploads import clean_evidence, plain_name
from catalog.wording import plain
from providers.matching.answering.quoting import MAX_FILES, OFFER_FIELDS
from providers.matching.asking.forms import plannable
from providers.matching.free_text import refuse_name_of, words_field
from providers.matching.models import DeclineReason, MatchRequest, Quote
from providers.public_forms import DayInput

LONGEST_PAUSE = timedelta(days=183)
# What the column of prices holds, in 万元.
MOST_WAN = Decimal("99999999.99")
# What the column of days holds; nobody delivers later.
MOST_DAYS = 1500
# What the column of versions holds.
MOST_VERSIONS = 32767


class InterestForm(forms.Form):
    """A provider will come."""

    visit_on = forms.DateField(
        label=_("Visit on"),
        widget=DayInput(),
        help_text=_("The day on which you want to visit or call the enterprise."),
        error_messages={"required": _("Please name the day.")},
    )
    quote_due_on = forms.DateField(label=_("Quote by"), required=False, widget=DayInput())
    message = words_field(_("Message to the enterprise"), max_length=500, required=False)

    def __init__(self, *args, usual_day: date | None = None, **kwargs) -> None:
        """``usual_day`` is by when a quote comes that names no day; none where none is needed."""
        super().__init__(*args, **kwargs)
        field = self.fields["quote_due_on"]
        field.initial = usual_day
        field.help_text = (
            _("The day by which the enterprise has your quote. It is reminded of by the platform.")
            if usual_day
            else _("Only if you will send a quote; a free public service needs none.")
        )

    def clean_visit_on(self) -> date:
        return plannable(self.cleaned_data["visit_on"])

    def clean_quote_due_on(self) -> date | None:
        return plannable(self.cleaned_data["quote_due_on"])


class DeclineForm(forms.Form):
    """A provider will not."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a reason.")},
    )
    message = words_field(
        _("In your words"), max_length=500, required=False, help_text=_("The enterprise reads it.")
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("reason") == DeclineReason.OTHER and not cleaned.get("message"):
            self.add_error("message", _("Please say which."))
        return cleaned


class WithdrawalForm(forms.Form):
    """A provider takes its reply back."""

    reason = words_field(
        _("Reason"),
        max_length=300,
        help_text=_("The enterprise reads it."),
        error_messages={"required": _("Please give the reason.")},
    )


def price(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=MOST_WAN,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
        error_messages={"required": _("Please name the price.")},
    )


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several pictures or PDFs at once, each judged by its content."""

    widget = FilesInput(
        attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp,image/heic"}
    )

    def clean(self, data: list[UploadedFile] | None, initial=None) -> list[ContentFile]:
        """The contents to keep, each with ``label``, the name that readers see.

        Raises:
            ValidationError: too many, or one is too large, damaged, neither picture nor PDF.
        """
        uploads = [each for each in data or [] if each]
        if len(uploads) > MAX_FILES:
            raise ValidationError(TOO_MANY_FILES)
        return [self.clean_one(upload, initial) for upload in uploads]

    def clean_one(self, upload: UploadedFile, initial) -> ContentFile:
        content = clean_evidence(super().clean(upload, initial))
        content.label = plain_name(upload.name or "")
        return content


def version_field() -> forms.IntegerField:
    """Which version of the quote the page showed; 0 where there was none."""
    return forms.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )


TOO_MANY_FILES = _("Five files at most beside one quote.")


class QuoteForm(forms.Form):
    """Price, time and way; files beside it."""

    version = version_field()
    price_min_wan = price(_("Price from (10,000 yuan)"))
    price_max_wan = price(_("Price to (10,000 yuan)"))
    holds_price = forms.BooleanField(
        label=_("Show the price only after phone and company are verified"),
        required=False,
        help_text=_(
            "Until then the enterprise reads: “The price is shown after the centre has verified "
            "phone and company.”"
        ),
    )
    days = forms.IntegerField(
        label=_("Days to deliver"),
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Calendar days from the contract to the hand-over."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Please name the days.")},
    )
    approach = words_field(
        _("Approach"),
        max_length=2000,
        rows=6,
        help_text=_("What you do in which order, and what the enterprise has to provide."),
        error_messages={"required": _("Please describe the approach.")},
    )
    team = words_field(
        _("Team"),
        max_length=500,
        required=False,
        help_text=_("Roles and experience, no names and numbers."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        widget=DayInput(),
        error_messages={"required": _("Please name the day.")},
    )
    files = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Pictures up to 8 MB or PDFs up to 20 MB, five at most."),
    )
    dropped = forms.MultipleChoiceField(
        label=_("Take away"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, quote: Quote | None = None, **kwargs) -> None:
        if quote is not None:
            kwargs["initial"] = {
                **{name: getattr(quote, name) for name in OFFER_FIELDS},
                "price_min_wan": plain(quote.price_min_wan),
                "price_max_wan": plain(quote.price_max_wan),
            }
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = quote.version if quote else 0
        kept = list(quote.files.all()) if quote else []
        self.kept_count = len(kept)
        self.fields["dropped"].choices = [(str(row.pk), row.name) for row in kept]
        if not kept:
            del self.fields["dropped"]

    def clean_valid_until(self) -> date:
        return plannable(self.cleaned_data["valid_until"])

    def clean(self) -> dict:
        cleaned = super().clean()
        low, high = cleaned.get("price_min_wan"), cleaned.get("price_max_wan")
        if low is not None and high is not None and high < low:
            self.add_error("price_max_wan", _("The upper price is below the lower one."))
        left = self.kept_count - len(cleaned.get("dropped") or ())
        if left + len(cleaned.get("files") or ()) > MAX_FILES:
            self.add_error("files", TOO_MANY_FILES)
        return cleaned

    def offer(self) -> dict:
        """What ``quoting.send_quote`` takes as the offer."""
        return {name: self.cleaned_data[name] for name in OFFER_FIELDS}


class QuestionForm(forms.Form):
    """A provider asks."""

    text = words_field(
        _("Your question"),
        max_length=500,
        help_text=_(
            "All providers asked read the question with its answer; who asked is not told."
        ),
        error_messages={"required": _("Please type your question.")},
    )

    def __init__(self, *args, need: MatchRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].validators.append(refuse_name_of(need))


class PauseForm(forms.Form):
    """A provider closes its inbox."""

    until = forms.DateField(
        label=_("Closed until"),
        widget=DayInput(),
        help_text=_("From this day on you are proposed and asked again."),
        error_messages={"required": _("Please name the day.")},
    )

    def clean_until(self) -> date:
        until, today = self.cleaned_data["until"], timezone.localdate()
        if until <= today:
            raise ValidationError(_("Please name a day from tomorrow on."))
        if until > today + LONGEST_PAUSE:
            raise ValidationError(_("Please name a day within half a year."))
        return until
