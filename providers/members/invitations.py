"""Inviting people into a provider's team, and what becomes of an invitation."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from providers.keys import fingerprint, new_salt
from providers.models import MemberInvitation, ProviderTeam
from providers.models.members import end_of_lifetime
from providers.notices import tell_invited

OFFICE = "providers.change_application"
# Open ones a team; more would be a mistake or somebody's mailing list.
MOST_OPEN = 20


class MemberActError(Exception):
    """The act cannot be carried out; its text says why and what to do."""


def has_account(email: str) -> bool:
    """Whether somebody signs in with this address; an account belongs to one organisation only."""
    return get_user_model().objects.filter(email__iexact=email, is_active=True).exists()


def tells_account(team: ProviderTeam, email: str, by: AbstractBaseUser) -> bool:
    """Whether the address has an account that the user may know of.

    The bureau knows all, an owner its own team. Who works elsewhere is no owner's business: such
    an invitation goes out like any other, and its page tells the invited person what is wrong.
    """
    if not has_account(email):
        return False
    own = team.group.user_set.filter(email__iexact=email, is_active=True)
    return by.has_perm(OFFICE) or own.exists()


def is_owner(team: ProviderTeam, user: AbstractBaseUser) -> bool:
    """Whether the user keeps the team; the bureau does where a team has lost its own."""
    return active_owners(team).filter(pk=user.pk).exists()


def active_owners(team: ProviderTeam):
    """Owners who can sign in and still belong to the team."""
    return team.owners.filter(is_active=True, groups=team.group_id)


def held_team(team: ProviderTeam, by: AbstractBaseUser) -> ProviderTeam:
    """The team, held until the transaction ends, for somebody who keeps it.

    Raises:
        PermissionDenied: neither an owner nor the bureau; an owner may have stopped being one.
    """
    row = ProviderTeam.objects.select_for_update().get(pk=team.pk)
    if not is_owner(row, by) and not by.has_perm(OFFICE):
        raise PermissionDenied
    return row


@transaction.atomic
def invite(
    team: ProviderTeam, *, name: str, email: str, as_owner: bool, by: AbstractBaseUser
) -> MemberInvitation:
    """Send a private link by which one person makes an account in the team.

    Raises:
        MemberActError: the address has an account (``tells_account``) or an open invitation, or
            too many are open.
        PermissionDenied: the user does not keep this team.
    """
    team = held_team(team, by)
    if tells_account(team, email, by):
        raise MemberActError(
            _(
                "Somebody signs in with this e-mail address already. An account belongs to one "
                "organisation only; please ask for another address."
            )
        )
    unanswered = team.invitations.filter(accepted_at=None, revoked_at=None)
    if unanswered.open().filter(email__iexact=email).exists():
        raise MemberActError(_("This address has an open invitation; you can send it once more."))
    if unanswered.open().count() >= MOST_OPEN:
        raise MemberActError(_("Too many invitations are open; please take some back first."))
    unanswered.filter(email__iexact=email).update(revoked_at=timezone.now())
    invitation = MemberInvitation.objects.create(
        team=team, name=name, email=email, as_owner=as_owner, invited_by=by
    )
    record(team, "providers.member_invited", by, name=name)
    tell_invited(invitation)
    return invitation


@transaction.atomic
def send_again(invitation: MemberInvitation, *, by: AbstractBaseUser) -> None:
    """Send another link, valid from now; the old one opens nothing any more.

    Raises:
        MemberActError: it was accepted or taken back, or the address has an account by now.
        PermissionDenied: the user does not keep this team.
    """
    team = held_team(invitation.team, by)
    row = unanswered_invitation(invitation)
    if tells_account(team, row.email, by):
        raise MemberActError(_("Somebody signs in with this e-mail address already."))
    row.salt, row.expires_at = new_salt(), end_of_lifetime()
    row.token_hash = fingerprint(row.derived_token())
    row.save(update_fields=["salt", "token_hash", "expires_at"])
    record(team, "providers.member_invited", by, name=row.name)
    tell_invited(row)


@transaction.atomic
def take_back(invitation: MemberInvitation, *, by: AbstractBaseUser) -> None:
    """Close an invitation; raises as ``send_again``."""
    team = held_team(invitation.team, by)
    row = unanswered_invitation(invitation)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record(team, "providers.invitation_revoked", by, name=row.name)


def unanswered_invitation(invitation: MemberInvitation) -> MemberInvitation:
    """The invitation as it is now, held until the transaction ends."""
    row = MemberInvitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at or row.revoked_at:
        raise MemberActError(_("This invitation has been answered or taken back meanwhile."))
    return row


@transaction.atomic
def accept(invitation: MemberInvitation, user: AbstractBaseUser) -> AbstractBaseUser:
    """Save the new account ``user`` and let it into the team, once.

    Raises:
        MemberActError: the invitation is used, over or taken back, or its address has an account.
        django.db.IntegrityError: somebody took the user name in the same moment.
    """
    team = ProviderTeam.objects.select_for_update().get(pk=invitation.team_id)
    row = MemberInvitation.objects.select_for_update().get(pk=invitation.pk)
    if not MemberInvitation.objects.open().filter(pk=row.pk).exists():
        raise MemberActError(_("This invitation is no longer open."))
    if has_account(row.email):
        raise MemberActError(
            _(
                "Somebody signs in with this invitation's e-mail address already. An account "
                "belongs to one organisation only: ask for an invitation to another address."
            )
        )
    user.email, user.first_name = row.email, row.name
    user.save()
    user.groups.add(team.group_id)
    if row.as_owner:
        team.owners.add(user)
    row.accepted_at = timezone.now()
    row.save(update_fields=["accepted_at"])
    record(team, "providers.member_joined", user, member=user.get_username())
    return user


def record(team: ProviderTeam, action: str, by: AbstractBaseUser, **data: str) -> None:
    """Note an act in the history of the provider's page."""
    log(instance=team.provider, action=action, user=by, data=data)
