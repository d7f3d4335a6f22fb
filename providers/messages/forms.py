"""Forms of the messages: choices, what was seen, a robot's address."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

from providers.delivery import robots
from providers.messages.choices import groups_for
from providers.models import ChatRobot, ChatService


class ChoicesForm(forms.Form):
    """Which groups come by e-mail. Nothing ticked is a choice too, so ``sent`` says it was made."""

    sent = forms.BooleanField(widget=forms.HiddenInput)
    mailed = forms.MultipleChoiceField(
        label=_("Send me an e-mail about"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, user: AbstractBaseUser, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent"].initial = True
        self.fields["mailed"].choices = [(group.value, group.label) for group in groups_for(user)]


class SeenForm(forms.Form):
    """The moment at which the list was shown: what came later stays unread."""

    until = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def clean_until(self) -> datetime:
        try:
            moment = parse_datetime(self.cleaned_data["until"])
        except ValueError:
            moment = None
        if moment is None or not is_aware(moment):
            raise ValidationError(_("Please open the list once more."))
        return moment


class RobotForm(forms.Form):
    """A robot by the address that the chat shows; only its secret part is kept."""

    name = forms.CharField(
        label=_("Name of the group"),
        max_length=ChatRobot._meta.get_field("name").max_length,
        help_text=_("How you call it here; nobody else sees it."),
    )
    address = forms.CharField(
        label=_("Webhook address of the robot"),
        max_length=400,
        help_text=_("As WeCom, DingTalk, Feishu or Lark shows it, beginning with https://"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Secret for signatures (DingTalk only)"),
        max_length=200,
        required=False,
        help_text=_("Beginning with SEC, where the robot's security setting is a signature."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_address(self) -> tuple[ChatService, str]:
        found = robots.read_address(self.cleaned_data["address"])
        if found is None:
            raise ValidationError(
                _("This is no robot's address of WeCom, DingTalk, Feishu or Lark.")
            )
        return found

    def clean(self) -> dict:
        cleaned = super().clean()
        secret, found = cleaned.get("secret"), cleaned.get("address")
        if secret and found and found[0] != ChatService.DINGTALK:
            self.add_error("secret", _("Only DingTalk's robots have one."))
        elif secret and not robots.is_secret(secret):
            self.add_error("secret", _("A secret has letters and digits only."))
        return cleaned


class RobotKeyForm(RobotForm):
    """The address of a robot that is in the list already."""

    name = None
