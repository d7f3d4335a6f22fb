"""The centre's call list in the back office: its menu item and addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.calling import office_views
from providers.matching.officers import ADVISES
from providers.matching.urls import REFERENCE
from providers.menu_items import CountingMenuItem, PermittedMenuItem


class CallsMenuItem(PermittedMenuItem, CountingMenuItem):
    def waiting(self, request: HttpRequest) -> int:
        return office_views.calls_shown(request)


@hooks.register("register_admin_menu_item")
def calls_menu_item() -> MenuItem:
    return CallsMenuItem(
        _("Calls to make"),
        reverse_lazy("matching_calls"),
        name="matching-calls",
        icon_name="mobile-alt",
        order=153,
        permission=ADVISES,
    )


@hooks.register("register_admin_urls")
def call_urls() -> list:
    call = "matching/calls/<uuid:call_id>"
    return [
        path("matching/calls/", office_views.calls, name="matching_calls"),
        path(f"{call}/", office_views.call_deed, name="matching_call_deed"),
        path(f"{call}/done/", office_views.call_done, name="matching_call_done"),
        path(f"{call}/request/", office_views.call_request, name="matching_call_request"),
        re_path(
            rf"^matching/calls/handed/{REFERENCE}/$",
            office_views.call_handed,
            name="matching_call_handed",
        ),
        re_path(
            rf"^matching/requests/{REFERENCE}/told/$",
            office_views.told_by_phone,
            name="matching_request_told",
        ),
    ]
