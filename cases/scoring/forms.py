"""Forms of the scoring: a reviewer's sheet, and what the bureau enters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import (
    CaseReviewer,
    CriterionPoints,
    DeclaredTies,
    Discussion,
    OutsideExpert,
    ScoringCriterion,
    ScoringRound,
)
from cases.models.scoring import FULL_POINTS
from cases.scoring.sheets import Entry
from providers.matching.models import Enterprise
from providers.members.forms import AccountForm
from providers.models import ProviderPage
from providers.public_forms import DayInput

REASON_LENGTH = CriterionPoints._meta.get_field("reason").max_length
POINTS = [(str(points), str(points)) for points in range(FULL_POINTS + 1)]


class SheetForm(forms.Form):
    """Points and a sentence for each criterion; all may be empty until it is handed in."""

    def __init__(
        self,
        *args,
        criteria: Iterable[ScoringCriterion],
        entries: Mapping[int, Entry],
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            entry = entries.get(criterion.pk, Entry())
            self.fields[f"points_{criterion.pk}"] = forms.TypedChoiceField(
                label=_("Points for “%(name)s”") % {"name": criterion.name},
                choices=POINTS,
                widget=forms.RadioSelect,
                coerce=int,
                empty_value=None,
                required=False,
                initial=entry.points,
            )
            self.fields[f"reason_{criterion.pk}"] = forms.CharField(
                label=_("Reason for “%(name)s”") % {"name": criterion.name},
                max_length=REASON_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                initial=entry.reason,
            )

    @property
    def rows(self) -> list[dict]:
        """Each criterion with its two fields, as the template shows them."""
        return [
            {
                "criterion": criterion,
                "points": self[f"points_{criterion.pk}"],
                "reason": self[f"reason_{criterion.pk}"],
                "anchors": [
                    (0, criterion.anchor_0),
                    (5, criterion.anchor_5),
                    (10, criterion.anchor_10),
                ],
            }
            for criterion in self.criteria
        ]

    def entries(self) -> dict[int, Entry]:
        """What was typed, of a valid form."""
        return {
            criterion.pk: Entry(
                self.cleaned_data[f"points_{criterion.pk}"],
                " ".join(self.cleaned_data[f"reason_{criterion.pk}"].split()),
            )
            for criterion in self.criteria
        }

    def demand_all(self) -> None:
        """Note what is missing before the sheet can be handed in."""
        for criterion in self.criteria:
            if self.cleaned_data.get(f"points_{criterion.pk}") is None:
                self.add_error(f"points_{criterion.pk}", _("Choose the points."))
            if not self.cleaned_data.get(f"reason_{criterion.pk}"):
                self.add_error(f"reason_{criterion.pk}", _("Write a sentence of reason."))


class UntiedForm(forms.Form):
    """What a reviewer says with the sheet."""

    untied = forms.BooleanField(
        label=gettext_lazy(
            "I have no tie to this case: I neither work for nor advise nor own part of the "
            "enterprise or a provider on the case, and nobody close to me does."
        ),
        error_messages={
            "required": gettext_lazy(
                "Please say so, or decline with the reason where there is a tie."
            )
        },
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


class AskForm(forms.Form):
    """Which of the accounts is asked; whether it may be is checked by the act."""

    user = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args, users, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users


class DiscussionForm(forms.ModelForm):
    second_turn = forms.BooleanField(
        label=gettext_lazy("Reviewers may revise their sheets; the first ones stay on record"),
        required=False,
    )

    class Meta:
        model = Discussion
        fields = ["held_on", "present", "others", "minutes"]
        widgets = {
            "held_on": DayInput,
            "present": forms.CheckboxSelectMultiple,
            "minutes": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args, reviewers, may_revise: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate
        self.fields["present"].queryset = reviewers
        self.fields["present"].label_from_instance = CaseReviewer.name.fget
        if not may_revise:
            del self.fields["second_turn"]

    def clean(self) -> dict:
        return {"second_turn": False} | super().clean()


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=ScoringRound.Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the outcome.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Whoever nominated the case reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )
    below_mark_reason = forms.CharField(
        label=gettext_lazy("Why it is shortlisted though its mean is below the pass mark"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def __init__(self, *args, is_ready: bool, is_below_mark: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not is_ready:
            only = ScoringRound.Outcome.COMPLETE
            self.fields["outcome"].choices = [(only.value, only.label)]
            self.fields["outcome"].initial = only.value
        if not is_below_mark:
            del self.fields["below_mark_reason"]

    def clean(self) -> dict:
        return {"below_mark_reason": ""} | super().clean()


# -- experts and ties -----------------------------------------------------------------------------


class TiesForm(forms.Form):
    """What binds an account; lists that the site knows, and names that it does not."""

    providers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tied to providers"),
        help_text=gettext_lazy("Works for, advises, owns part of, or a close relative does."),
        queryset=None,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    enterprises = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tied to enterprises"),
        queryset=None,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    organisations = forms.CharField(
        label=gettext_lazy("Tied to further organisations"),
        help_text=gettext_lazy("One a line, by the full name."),
        max_length=DeclaredTies._meta.get_field("organisations").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["providers"].queryset = ProviderPage.objects.order_by("title")
        self.fields["enterprises"].queryset = Enterprise.objects.order_by("name")

    def ties(self) -> dict:
        """The part of the checked answers that ``experts.declare`` takes."""
        return {name: self.cleaned_data[name] for name in TiesForm.base_fields}


class TermForm(TiesForm):
    """An expert's organisation, term and ties."""

    organisation = forms.CharField(
        label=gettext_lazy("Works for"),
        max_length=OutsideExpert._meta.get_field("organisation").max_length,
        error_messages={"required": gettext_lazy("Please name the organisation.")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day of the term"),
        help_text=gettext_lazy("The day after, the account is closed."),
        widget=DayInput,
        error_messages={"required": gettext_lazy("Please name the last day.")},
    )

    field_order = ["organisation", "ends_on"]

    def clean_ends_on(self):
        day = self.cleaned_data["ends_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("The last day of the term lies in the past."))
        return day


class ExpertAccountForm(AccountForm):
    """User name and password of an account that exists: its own name is not taken."""

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        others = get_user_model().objects.exclude(pk=self.instance.pk)
        if others.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This user name is taken; choose another."))
        return name


class InviteForm(TermForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        error_messages={"required": gettext_lazy("Please fill in the name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The private link goes there; it is valid for 14 days."),
        error_messages={"required": gettext_lazy("Please fill in an e-mail address.")},
    )

    field_order = ["name", "email", "organisation", "ends_on"]
