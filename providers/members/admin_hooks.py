"""Members in the back office: addresses, menu, and what the history of a page says of them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter

from providers.members import office_views, views
from providers.members.invitations import OFFICE
from providers.menu_items import PermittedMenuItem

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"
PK, MEMBER = r"(?P<pk>[0-9]{1,18})", r"(?P<member>[0-9]{1,18})"


class MembersMenuItem(MenuItem):
    """For the owner of a provider's team."""

    def is_shown(self, request: HttpRequest) -> bool:
        return views.kept_team(request.user) is not None


@hooks.register("register_admin_menu_item")
def members_menu_item() -> MenuItem:
    return MembersMenuItem(
        _("Members"), reverse_lazy("members"), name="members", icon_name="group", order=200
    )


@hooks.register("register_admin_menu_item")
def teams_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Members of providers"),
        reverse_lazy("teams"),
        name="teams",
        icon_name="group",
        order=512,
        permission=OFFICE,
    )


@hooks.register("register_admin_urls")
def member_urls() -> list:
    return [
        path("members/", views.members, name="members"),
        path("members/invite/", views.invite, name="members_invite"),
        re_path(
            rf"^members/invitations/{REFERENCE}/again/$",
            views.send_again,
            name="members_send_again",
        ),
        re_path(
            rf"^members/invitations/{REFERENCE}/take-back/$",
            views.take_back,
            name="members_take_back",
        ),
        re_path(rf"^members/{PK}/owner/$", views.owner, name="members_owner"),
        re_path(rf"^members/{PK}/remove/$", views.remove, name="members_remove"),
    ]


@hooks.register("register_admin_urls")
def team_urls() -> list:
    team = rf"^teams/{PK}"
    return [
        path("teams/", office_views.TeamsView.as_view(), name="teams"),
        path(
            "teams/results/",
            office_views.TeamsView.as_view(results_only=True),
            name="teams_results",
        ),
        re_path(rf"{team}/$", office_views.team, name="team"),
        re_path(
            rf"{team}/invitations/{REFERENCE}/again/$",
            office_views.send_again,
            name="team_send_again",
        ),
        re_path(
            rf"{team}/invitations/{REFERENCE}/take-back/$",
            office_views.take_back,
            name="team_take_back",
        ),
        re_path(rf"{team}/members/{MEMBER}/owner/$", office_views.owner, name="team_owner"),
        re_path(rf"{team}/members/{MEMBER}/remove/$", office_views.remove, name="team_remove"),
    ]


@hooks.register("register_log_actions")
def member_log_actions(actions) -> None:
    """Each act names whom it concerned."""
    for action, label, message in (
        (
            "providers.member_invited",
            _("Invite a member"),
            _("Invited %(who)s to the team"),
        ),
        (
            "providers.invitation_revoked",
            _("Take an invitation back"),
            _("Took the invitation of %(who)s back"),
        ),
        ("providers.member_joined", _("Join the team"), _("%(who)s joined the team")),
        (
            "providers.member_removed",
            _("Remove a member"),
            _("Removed %(who)s from the team"),
        ),
        ("providers.owner_made", _("Make an owner"), _("Made %(who)s an owner")),
        (
            "providers.owner_unmade",
            _("Unmake an owner"),
            _("Made %(who)s a plain member"),
        ),
    ):
        actions.register_action(action)(formatter(label, message))


def formatter(action_label: str, sentence: str) -> type[LogFormatter]:
    class MemberActFormatter(LogFormatter):
        label = action_label

        def format_message(self, log_entry) -> str:
            data = log_entry.data or {}
            return str(sentence) % {"who": data.get("member") or data.get("name", "")}

    return MemberActFormatter
