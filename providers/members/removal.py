"""Taking people out of a provider's team, and who of them keeps it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from providers.members.invitations import MemberActError, active_owners, held_team, record
from providers.models import ProviderTeam
from providers.onboarding import close_account


@transaction.atomic
def remove_member(team: ProviderTeam, member: AbstractBaseUser, *, by: AbstractBaseUser) -> None:
    """Take a member out of the team at once: its account is closed, open sessions included.

    The operator's superuser only leaves the team; its account is the platform's.

    Raises:
        MemberActError: no owner would be left, or it is no member any more.
        PermissionDenied: the user does not keep this team.
    """
    team = held_team(team, by)
    member = held_member(team, member)
    if is_last_owner(team, member):
        raise MemberActError(
            _("This is the only owner. Make a colleague an owner first, or ask the bureau.")
        )
    team.owners.remove(member)
    member.groups.remove(team.group_id)
    if not member.is_superuser:
        close_account(member)
    record(team, "providers.member_removed", by, member=member.get_username())


@transaction.atomic
def make_owner(team: ProviderTeam, member: AbstractBaseUser, *, by: AbstractBaseUser) -> None:
    """Let a member invite and remove colleagues; raises as ``remove_member``."""
    team = held_team(team, by)
    member = held_member(team, member)
    if not member.is_active:
        raise MemberActError(_("This account is closed."))
    team.owners.add(member)
    record(team, "providers.owner_made", by, member=member.get_username())


@transaction.atomic
def unmake_owner(team: ProviderTeam, member: AbstractBaseUser, *, by: AbstractBaseUser) -> None:
    """Let an owner be a plain member again; raises as ``remove_member``."""
    team = held_team(team, by)
    member = held_member(team, member)
    if is_last_owner(team, member):
        raise MemberActError(_("At least one owner must stay."))
    team.owners.remove(member)
    record(team, "providers.owner_unmade", by, member=member.get_username())


def held_member(team: ProviderTeam, member: AbstractBaseUser) -> AbstractBaseUser:
    """The account as it is now, while it belongs to the team."""
    row = type(member).objects.select_for_update().filter(pk=member.pk, groups=team.group_id)
    found = row.first()
    if found is None:
        raise MemberActError(_("This person does not belong to the team any more."))
    return found


def is_last_owner(team: ProviderTeam, member: AbstractBaseUser) -> bool:
    """Whether the team, which is held, would be without an owner."""
    owners = set(active_owners(team).values_list("pk", flat=True))
    return owners == {member.pk}
