"""What is asked before an edition goes out or is taken back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import CollectionIssue

NOTE_LENGTH = CollectionIssue._meta.get_field("note").max_length


class IssueForm(forms.Form):
    """The note is of use from the second issue on."""

    note = forms.CharField(
        label=_("What is new in this issue (optional)"),
        help_text=_("Readers see it in the imprint and beside the list of issues."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, is_first: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["note"]


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For the office; the public reads only that and when it was taken back."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OrderForm(forms.Form):
    """Nothing is asked: the button alone sends it."""
