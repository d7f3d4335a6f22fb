"""Requests, roster and weights in the back office."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from providers.matching.answering import inbox_views as inbox
from providers.matching.answering import invitation_views as invitation
from providers.matching.keys import office_views as keys_office
from providers.matching.models import Enterprise, PilotList
from providers.matching.oversight import admin_hooks as office_hooks  # noqa: F401
from providers.matching.oversight import views as oversight
from providers.matching.oversight.home_panels import inbox_panel
from providers.matching.score import admin_hooks as score_hooks  # noqa: F401
from providers.matching.urls import ATTACHMENT, REFERENCE
from providers.matching.working import admin_hooks as work_hooks  # noqa: F401
from providers.menu_items import MemberMenuItem


class RequestsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return oversight.oversees(request.user)


@hooks.register("register_admin_menu_item")
def inbox_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("Requests"),
        reverse_lazy("matching_inbox"),
        name="matching-inbox",
        icon_name="mail",
        order=150,
    )


@hooks.register("register_admin_menu_item")
def requests_menu_item() -> MenuItem:
    return RequestsMenuItem(
        _("All requests"),
        reverse_lazy("matching_requests"),
        name="matching-requests",
        icon_name="mail",
        order=151,
    )


@hooks.register("construct_homepage_panels", order=10)
def say_what_requests_wait(request: HttpRequest, panels: list) -> None:
    panel = inbox_panel(request)
    if panel is not None:
        panels.insert(0, panel)


@hooks.register("register_admin_urls")
def admin_urls() -> list:
    request = rf"^matching/requests/{REFERENCE}"
    return [
        path("matching/inbox/", inbox.InboxView.as_view(), name="matching_inbox"),
        path(
            "matching/inbox/results/",
            inbox.InboxView.as_view(results_only=True),
            name="matching_inbox_results",
        ),
        path("matching/inbox/pause/", inbox.pause, name="matching_inbox_pause"),
        path("matching/inbox/reopen/", inbox.reopen, name="matching_inbox_reopen"),
        path("matching/inbox/<uuid:public_id>/", invitation.invitation, name="matching_invitation"),
        path(
            "matching/inbox/<uuid:public_id>/withdraw/",
            invitation.withdraw,
            name="matching_reply_withdraw",
        ),
        path(
            "matching/inbox/<uuid:public_id>/quote/<int:pk>/",
            invitation.quote_file,
            name="matching_quote_file",
        ),
        path(
            "matching/inbox/<uuid:public_id>/files/<uuid:attachment>/",
            invitation.attachment,
            name="matching_attachment",
        ),
        path("matching/requests/", oversight.RequestsView.as_view(), name="matching_requests"),
        path(
            "matching/requests/results/",
            oversight.RequestsView.as_view(results_only=True),
            name="matching_requests_results",
        ),
        re_path(rf"{request}/$", oversight.oversight, name="matching_request"),
        re_path(rf"{request}/keys/$", keys_office.renew, name="matching_request_keys"),
        re_path(
            rf"{request}/files/{ATTACHMENT}/$",
            oversight.request_attachment,
            name="matching_request_attachment",
        ),
    ]


def level_to_reach(enterprise: Enterprise) -> str:
    return f"L{enterprise.target_level}"


class EnterpriseViewSet(SnippetViewSet):
    model = Enterprise
    icon = "group"
    list_display = [
        "name",
        "batch",
        "industry",
        BooleanColumn("in_pilot_list", label=_("in the pilot list")),
        BooleanColumn("is_core", label=_("core enterprise")),
        "current_level",
        Column("target_level", label=_("level to reach"), accessor=level_to_reach),
    ]
    list_filter = ["batch", "is_core", "industry"]
    search_fields = ["name", "uscc"]


class PilotListViewSet(SnippetViewSet):
    model = PilotList
    icon = "list-ul"
    list_display = ["version", "effective_on"]


register_snippet(EnterpriseViewSet)
register_snippet(PilotListViewSet)
