"""Inviting a colleague, and making one's own account by an invitation."""

from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from providers.models import MemberInvitation


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=MemberInvitation._meta.get_field("name").max_length,
        error_messages={"required": _("Please fill in the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=MemberInvitation._meta.get_field("email").max_length,
        help_text=_("The private link goes there; it is valid for 14 days."),
        error_messages={"required": _("Please fill in an e-mail address.")},
    )
    as_owner = forms.BooleanField(
        label=_("Owner: may invite and remove colleagues"), required=False
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class OfficeInviteForm(InviteForm):
    """The bureau gives a provider an owner; whoever else belongs to it is the owner's affair."""

    as_owner = None


class AccountForm(UserCreationForm):
    """User name and password of a new member; both are the member's own choice."""

    class Meta:
        model = get_user_model()
        fields = ("username",)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        name, first, second = (
            self.fields[field] for field in ("username", "password1", "password2")
        )
        name.label = _("User name")
        name.help_text = _("You sign in with it: letters, digits and @ . + - _ only.")
        name.widget.attrs |= {"autocomplete": "username", "autofocus": False, "class": "short"}
        first.label = _("Password")
        first.help_text = " ".join(str(text) for text in password_validators_help_texts())
        second.label = _("Password once more")
        name.error_messages["required"] = _("Please choose a user name.")
        for field in (first, second):
            field.error_messages["required"] = _("Please type the password twice.")
        second.help_text = ""
        for field in (first, second):
            field.widget.attrs |= {"autocomplete": "new-password", "class": "short"}
