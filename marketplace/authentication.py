"""Who may sign in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

from marketplace.demo.accounts import DEMO_ACCOUNTS


class AccountBackend(ModelBackend):
    """Django's accounts; those of the demonstration open nothing under production settings."""

    def user_can_authenticate(self, user) -> bool:
        if not super().user_can_authenticate(user):
            return False
        return settings.DEMO_ALLOWED or not user.groups.filter(name=DEMO_ACCOUNTS).exists()


class SignInForm(LoginForm):
    """Wagtail's form, its password field named in the reader's language."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
