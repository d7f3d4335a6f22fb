"""Messages in the back office: addresses, menu, first page, history."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.backoffice.home_panels import WaitingPanel
from providers.members.admin_hooks import MembersMenuItem
from providers.members.invitations import OFFICE
from providers.menu_items import CountingMenuItem, PermittedMenuItem
from providers.messages import own_views, reading, robot_views, undelivered_views
from providers.messages.choices import has_bouncing_address
from providers.models import Dispatch
from providers.once import once_a_request

PK = r"(?P<pk>[0-9]{1,18})"


class OwnMessagesMenuItem(CountingMenuItem):
    """For every account, with the number of unread messages."""

    def waiting(self, request: HttpRequest) -> int:
        return once_a_request(
            request, "unread messages", lambda: reading.unread_count(request.user)
        )


class UndeliveredMenuItem(CountingMenuItem, PermittedMenuItem):
    """With the number of messages that nothing tries again by itself."""

    def waiting(self, request: HttpRequest) -> int:
        return undelivered_count(request)


def undelivered_count(request: HttpRequest) -> int:
    return once_a_request(
        request, "undelivered messages", lambda: Dispatch.objects.failed().count()
    )


@hooks.register("register_admin_menu_item")
def own_messages_menu_item() -> MenuItem:
    return OwnMessagesMenuItem(
        _("Messages"), reverse_lazy("own_messages"), name="own-messages", icon_name="mail", order=70
    )


@hooks.register("register_admin_menu_item")
def robots_menu_item() -> MenuItem:
    return MembersMenuItem(
        _("Chat robots"), reverse_lazy("chat_robots"), name="robots", icon_name="comment", order=201
    )


@hooks.register("register_admin_menu_item")
def undelivered_menu_item() -> MenuItem:
    return UndeliveredMenuItem(
        _("Undelivered messages"),
        reverse_lazy("undelivered"),
        name="undelivered",
        icon_name="warning",
        order=513,
        permission=OFFICE,
    )


@hooks.register("register_admin_menu_item")
def office_robots_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Chat robots of the office"),
        reverse_lazy("office_robots"),
        name="office-robots",
        icon_name="comment",
        order=514,
        permission=OFFICE,
    )


@hooks.register("construct_homepage_panels", order=30)
def say_what_did_not_arrive(request: HttpRequest, panels: list) -> None:
    items = []
    if request.user.has_perm(OFFICE) and (count := undelivered_count(request)):
        sentence = ngettext(
            "%(count)s message did not arrive",
            "%(count)s messages did not arrive",
            count,
        ) % {"count": count}
        items.append((sentence, reverse("undelivered")))
    if has_bouncing_address(request.user):
        sentence = gettext(
            "E-mail to your address is refused. Ask the bureau to correct it; until then, read"
            " your messages here."
        )
        items.append((sentence, reverse("own_messages")))
    if items:
        panels.insert(0, WaitingPanel(gettext("Messages"), items))


@hooks.register("register_admin_urls")
def own_urls() -> list:
    return [
        path("messages/", own_views.own_messages, name="own_messages"),
        path("messages/read/", own_views.own_messages_read, name="own_messages_read"),
        path("messages/choices/", own_views.message_choices, name="message_choices"),
        re_path(rf"^messages/(?P<source>[a-z]+)/{PK}/$", own_views.own_message, name="own_message"),
        path("robots/", robot_views.robots, name="chat_robots"),
        re_path(rf"^robots/{PK}/key/$", robot_views.robot_rekey, name="chat_robot_key"),
        re_path(rf"^robots/{PK}/remove/$", robot_views.robot_remove, name="chat_robot_remove"),
        re_path(rf"^robots/{PK}/try/$", robot_views.robot_try, name="chat_robot_try"),
    ]


@hooks.register("register_admin_urls")
def office_urls() -> list:
    views, office = undelivered_views, r"^office-robots"
    return [
        path("undelivered/", views.UndeliveredView.as_view(), name="undelivered"),
        path(
            "undelivered/results/",
            views.UndeliveredView.as_view(results_only=True),
            name="undelivered_results",
        ),
        re_path(rf"^undelivered/{PK}/try/$", views.undelivered_try, name="undelivered_try"),
        re_path(
            rf"^undelivered/{PK}/handled/$", views.undelivered_handled, name="undelivered_handled"
        ),
        path("office-robots/", robot_views.office_robots, name="office_robots"),
        re_path(rf"{office}/{PK}/key/$", robot_views.office_robot_rekey, name="office_robot_key"),
        re_path(
            rf"{office}/{PK}/remove/$", robot_views.office_robot_remove, name="office_robot_remove"
        ),
        re_path(rf"{office}/{PK}/try/$", robot_views.office_robot_try, name="office_robot_try"),
    ]


@hooks.register("register_log_actions")
def message_log_actions(actions) -> None:
    for name, label, message in (
        ("retry_message", _("Try a message again"), _("Undelivered message tried again")),
        ("handle_message", _("Deal with a message"), _("Undelivered message dealt with")),
        ("add_robot", _("Add a chat robot"), _("Chat robot added")),
        ("rekey_robot", _("Enter a chat robot's key anew"), _("Chat robot's key entered anew")),
        ("remove_robot", _("Remove a chat robot"), _("Chat robot removed")),
    ):
        actions.register_action(f"providers.{name}", label, message)
