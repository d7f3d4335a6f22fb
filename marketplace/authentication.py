"""Who may sign in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from marketplace.demo.accounts import DEMO_ACCOUNTS


class AccountBackend(ModelBackend):
    """Django's accounts; those of the demonstration open nothing under production settings."""

    def user_can_authenticate(self, user) -> bool:
        if not super().user_can_authenticate(user):
            return False
        return settings.DEMO_ALLOWED or not user.groups.filter(name=DEMO_ACCOUNTS).exists()
