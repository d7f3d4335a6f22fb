"""What an account wants by e-mail."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from providers.backoffice.access import is_provider_member
from providers.delivery.refusals import mark_of
from providers.members.invitations import OFFICE
from providers.models import Channel, Dispatch, MessageGroup, MessagePreference


def groups_for(user: AbstractBaseUser) -> list[MessageGroup]:
    """The groups of which a message may reach this account: no switch is without effect."""
    is_member = is_provider_member(user)
    reached = {
        MessageGroup.REQUESTS: is_member or user.has_perm("matching.view_matchrequest"),
        MessageGroup.REVIEW: True,
        MessageGroup.CERTIFICATES: is_member,
        MessageGroup.JOINING: user.has_perm(OFFICE),
        # Providers nominate; offices and experts check and score.
        MessageGroup.CASES: True,
    }
    return [group for group in MessageGroup if reached[group]]


def mailed_groups(user: AbstractBaseUser) -> set[str]:
    """The groups that come by e-mail; all, unless the account chose otherwise."""
    declined = MessagePreference.objects.filter(user=user, email=False)
    return set(MessageGroup.values) - set(declined.values_list("group", flat=True))


@transaction.atomic
def choose(user: AbstractBaseUser, mailed: set[str]) -> None:
    """Keep the choice for every group that may reach the account.

    Args:
        mailed: the values of the groups that shall come by e-mail.
    """
    for group in groups_for(user):
        MessagePreference.objects.update_or_create(
            user=user, group=group, defaults={"email": group.value in mailed}
        )


def has_bouncing_address(user: AbstractBaseUser) -> bool:
    """Whether mail to the account's present address was refused for good, unhandled until now."""
    if not user.email:
        return False
    refused = Dispatch.objects.failed().filter(channel=Channel.EMAIL, bounced_at__isnull=False)
    return refused.filter(address_mark=mark_of(user.email)).exists()
