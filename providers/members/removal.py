"""Taking people out of a provider's team, and who of them keeps it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from providers.members.invitations import (
    OFFICE,
    MemberActError,
    active_owners,
    held_team,
    record,
)
from providers.models import ProviderTeam
from providers.models.members import MemberInvitationQuerySet
from providers.onboarding import close_account


@transaction.atomic
def remove_member(team: ProviderTeam, member: AbstractBaseUser, *, by: AbstractBaseUser) -> None:
    """Take a member out of the team at once: its account is closed, open sessions included.

    Invitations by it or to its address end too, or it would come back by one. The operator's
    superuser only leaves the team; its account is the platform's. The bureau may take out the
    only owner, who may be gone or not to be trusted, and invite another.

    Raises:
        MemberActError: no owner would be left, or it is no member any more.
        PermissionDenied: the user does not keep this team.
    """
    team = held_team(team, by)
    member = held_member(team, member)
    if is_last_owner(team, member) and not by.has_perm(OFFICE):
        raise MemberActError(
            _("This is the only owner. Make a colleague an owner first, or ask the bureau.")
        )
    team.owners.remove(member)
    member.groups.remove(team.group_id)
    own = Q(invited_by=member)
    if member.email:
        own |= Q(email__iexact=member.email)
    revoke(team.invitations.filter(own))
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
    """Let an owner be a plain member again; raises as ``remove_member``.

    Whom it has invited as owners and who has not come yet does not come as one: it may be itself.
    """
    team = held_team(team, by)
    member = held_member(team, member)
    if is_last_owner(team, member):
        raise MemberActError(_("At least one owner must stay."))
    team.owners.remove(member)
    revoke(team.invitations.filter(invited_by=member, as_owner=True))
    record(team, "providers.owner_unmade", by, member=member.get_username())


def revoke(invitations: MemberInvitationQuerySet) -> None:
    """End those that nobody has answered; their team is held."""
    unanswered = invitations.filter(accepted_at=None, revoked_at=None)
    unanswered.update(revoked_at=timezone.now())


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
