"""What can be done to a member or an invitation, for owners and for the bureau alike."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from providers.members.forms import InviteForm
from providers.members.invitations import MemberActError, invite, send_again, take_back
from providers.members.removal import make_owner, remove_member, unmake_owner
from providers.models import MemberInvitation, ProviderTeam


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do it and say so, or say why not; whether it was done.

    Raises:
        Http404: the user stopped being an owner meanwhile.
    """
    try:
        act()
    except MemberActError as error:
        messages.error(request, str(error))
        return False
    except PermissionDenied as error:
        raise Http404 from error
    messages.success(request, done)
    return True


def invite_by_form(request: HttpRequest, team: ProviderTeam, form: InviteForm) -> bool:
    """Invite whom a checked form names; what stands against it is said on the form."""
    cleaned = {"as_owner": True, **form.cleaned_data}
    try:
        invite(team, by=request.user, **cleaned)
    except MemberActError as error:
        form.add_error(None, str(error))
        return False
    except PermissionDenied as error:
        raise Http404 from error
    messages.success(
        request, _("The invitation to %(name)s has been sent.") % {"name": cleaned["name"]}
    )
    return True


def invitation_in(team: ProviderTeam, reference: str) -> MemberInvitation:
    return get_object_or_404(team.invitations, reference=reference)


def member_in(team: ProviderTeam, pk: int) -> AbstractBaseUser:
    """A member of this team; 404 for anybody else, existing or not."""
    return get_object_or_404(get_user_model().objects.filter(groups=team.group_id), pk=pk)


def send_once_more(request: HttpRequest, invitation: MemberInvitation) -> None:
    attempt(
        request,
        lambda: send_again(invitation, by=request.user),
        _("A new link has been sent; the old one opens nothing any more."),
    )


def take_invitation_back(request: HttpRequest, invitation: MemberInvitation) -> None:
    attempt(
        request,
        lambda: take_back(invitation, by=request.user),
        _("The invitation is taken back."),
    )


def change_ownership(request: HttpRequest, team: ProviderTeam, member: AbstractBaseUser) -> None:
    """Make or unmake an owner, as the posted decision says; 404 for any other decision."""
    decision = request.POST.get("decision")
    if decision == "make":
        done = _("%(member)s may now invite and remove colleagues.")
        act = make_owner
    elif decision == "unmake":
        done = _("%(member)s may no longer invite and remove colleagues.")
        act = unmake_owner
    else:
        raise Http404
    attempt(
        request,
        lambda: act(team, member, by=request.user),
        done % {"member": name_of(member)},
    )


def remove(request: HttpRequest, team: ProviderTeam, member: AbstractBaseUser) -> bool:
    return attempt(
        request,
        lambda: remove_member(team, member, by=request.user),
        _("%(member)s has been removed and is signed out.") % {"member": name_of(member)},
    )


def name_of(user: AbstractBaseUser) -> str:
    return user.get_full_name() or user.get_username()
