"""A provider's owner keeps its team."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from providers.abuse import within_limit_of
from providers.members import acts
from providers.members.forms import InviteForm
from providers.members.invitations import active_owners
from providers.models import ProviderTeam

View = Callable[..., HttpResponse]
# E-mails that one team may have sent to addresses of its choice.
INVITATIONS_AN_HOUR = 20


def kept_team(user) -> ProviderTeam | None:
    """The team whose owner the user is."""
    teams = ProviderTeam.objects.filter(owners=user, group__user=user)
    return teams.select_related("provider").first()


def of_owner(view: View) -> View:
    """Hand the owner's team to the view; 404 for everybody else."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        team = kept_team(request.user)
        if team is None:
            raise Http404
        return view(request, team, *args, **kwargs)

    return never_cache(answer)


@of_owner
@require_safe
def members(request: HttpRequest, team: ProviderTeam) -> HttpResponse:
    context = {**team_context(team, "members"), "reader": request.user}
    return render(request, "desk/members.html", context)


def team_context(team: ProviderTeam, addresses: str, *before: int) -> dict:
    """The members and unanswered invitations of a team, for its owner's page or the bureau's.

    Args:
        addresses: what the names of the page's addresses begin with.
        before: what stands in them before the member or the invitation.
    """

    def url(act: str, which: int | str) -> str:
        return reverse(f"{addresses}_{act}", args=[*before, which])

    owners = set(active_owners(team).values_list("pk", flat=True))
    members = team.group.user_set.order_by("-is_active", "username")
    unanswered = team.invitations.filter(accepted_at=None, revoked_at=None)
    now_open = set(unanswered.open().values_list("pk", flat=True))
    return {
        "team": team,
        "members": [
            {
                "user": user,
                "name": acts.name_of(user),
                "is_owner": user.pk in owners,
                "owner_url": url("owner", user.pk),
                "remove_url": url("remove", user.pk),
            }
            for user in members
        ],
        "invitations": [
            {
                "invitation": row,
                "is_open": row.pk in now_open,
                "again_url": url("send_again", row.reference),
                "take_back_url": url("take_back", row.reference),
            }
            for row in unanswered
        ],
        "has_owner": bool(owners),
        "page_title": _("Members"),
        "header_title": team.provider.title,
        "header_icon": "group",
    }


def may_send(team: ProviderTeam) -> bool:
    """Count an invitation; an owner could flood a stranger with them otherwise."""
    return within_limit_of(f"team {team.pk}", "member-invite", INVITATIONS_AN_HOUR)


def too_many() -> str:
    return _("Your team has sent too many invitations. Please wait an hour.")


@of_owner
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, team: ProviderTeam) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_send(team):
            form.add_error(None, too_many())
        elif acts.invite_by_form(request, team, form):
            return redirect("members")
    context = {
        "form": form,
        "page_title": _("Invite a colleague"),
        "header_icon": "group",
        "back_url": reverse("members"),
    }
    status = 422 if form.errors else 200
    return render(request, "desk/member_invite.html", context, status=status)


@of_owner
@require_POST
def send_again(request: HttpRequest, team: ProviderTeam, reference: str) -> HttpResponse:
    invitation = acts.invitation_in(team, reference)
    if may_send(team):
        acts.send_once_more(request, invitation)
    else:
        messages.error(request, too_many())
    return redirect("members")


@of_owner
@require_POST
def take_back(request: HttpRequest, team: ProviderTeam, reference: str) -> HttpResponse:
    acts.take_invitation_back(request, acts.invitation_in(team, reference))
    return redirect("members")


@of_owner
@require_POST
def owner(request: HttpRequest, team: ProviderTeam, pk: int) -> HttpResponse:
    """Make a colleague an owner or a plain member; whoever gives it up sees this no more."""
    acts.change_ownership(request, team, acts.member_in(team, pk))
    return redirect("members" if kept_team(request.user) else "wagtailadmin_home")


@of_owner
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, team: ProviderTeam, pk: int) -> HttpResponse:
    """Ask first; a POST removes."""
    member = acts.member_in(team, pk)
    if request.method != "POST":
        return render_removal(request, team, member, reverse("members"))
    acts.remove(request, team, member)
    # Whoever removes itself is signed out by that.
    return redirect("members" if member.pk != request.user.pk else "wagtailadmin_home")


def render_removal(request: HttpRequest, team: ProviderTeam, member, back_url: str) -> HttpResponse:
    context = {
        "team": team,
        "member": member,
        "name": acts.name_of(member),
        "is_self": member.pk == request.user.pk,
        "page_title": _("Remove a member"),
        "header_icon": "group",
        "back_url": back_url,
    }
    return render(request, "desk/member_remove.html", context)
