"""Who may sign in. Open sessions ask it with every request, so that they end with the right to."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

from cases.models import OutsideExpert
from marketplace.demo.accounts import DEMO_ACCOUNTS


class AccountBackend(ModelBackend):
    """Django's accounts, without outside experts after their term.

    Those of the demonstration open nothing under production settings.
    """

    def user_can_authenticate(self, user) -> bool:
        if not super().user_can_authenticate(user):
            return False
        if OutsideExpert.objects.ended().filter(user=user.pk).exists():
            return False
        return settings.DEMO_ALLOWED or not user.groups.filter(name=DEMO_ACCOUNTS).exists()


class SignInForm(LoginForm):
    """Wagtail's form, its password field named in the reader's language."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
