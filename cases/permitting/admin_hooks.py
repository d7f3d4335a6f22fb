"""Publication permissions in the back office: addresses and history."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from cases.permitting import (
    office_views,
    panel,  # noqa: F401
)


@hooks.register("register_admin_urls")
def permission_urls() -> list:
    one = "cases/permissions/<int:pk>"
    return [
        path("cases/<int:pk>/permission/ask/", office_views.ask, name="permission_ask"),
        path("cases/<int:pk>/permission/paper/", office_views.paper, name="permission_paper"),
        path(f"{one}/keys/", office_views.keys, name="permission_keys"),
        path(f"{one}/check/", office_views.check, name="permission_check"),
        path(f"{one}/withdrawn/", office_views.take_back, name="permission_take_back"),
        path(f"{one}/document/", office_views.document, name="permission_document"),
    ]


@hooks.register("register_log_actions")
def permission_log_actions(actions) -> None:
    for name, label, message in (
        ("ask_permission", _("Ask for permission"), _("The enterprise was asked")),
        ("record_permission", _("Keep a permission"), _("A signed permission was put in")),
        ("check_permission", _("Check a permission"), _("The signed permission was checked")),
        ("withdraw_permission", _("Withdraw a permission"), _("The permission was withdrawn")),
    ):
        actions.register_action(f"cases.{name}", label, message)
