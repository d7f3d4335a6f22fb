"""All requests in the back office: menu item, panel of the first page, addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.officers import oversees
from providers.matching.oversight import deed_views, lateness_views, views
from providers.matching.oversight.home_panels import inbox_panel
from providers.matching.urls import ATTACHMENT, REFERENCE


class RequestsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return oversees(request.user)


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
def oversight_urls() -> list:
    request = rf"^matching/requests/{REFERENCE}"
    return [
        path("matching/requests/", views.RequestsView.as_view(), name="matching_requests"),
        path(
            "matching/requests/results/",
            views.RequestsView.as_view(results_only=True),
            name="matching_requests_results",
        ),
        path(
            "matching/requests/export/",
            views.RequestsExport.as_view(),
            name="matching_requests_export",
        ),
        path("matching/requests/late/", lateness_views.late, name="matching_requests_late"),
        path(
            "matching/requests/waiting/", lateness_views.waiting, name="matching_requests_waiting"
        ),
        re_path(rf"{request}/$", views.oversight, name="matching_request"),
        re_path(
            rf"{request}/files/{ATTACHMENT}/$",
            views.request_attachment,
            name="matching_request_attachment",
        ),
        re_path(rf"{request}/note/$", deed_views.write_note, name="matching_request_note"),
        re_path(rf"{request}/help/$", deed_views.offer, name="matching_request_help"),
        re_path(
            rf"{request}/help/(?P<offer_id>[0-9]{{1,9}})/$",
            deed_views.finish,
            name="matching_request_help_done",
        ),
        re_path(
            rf"{request}/verify/phone/$",
            deed_views.verify,
            {"what": "phone"},
            name="matching_request_verify_phone",
        ),
        re_path(
            rf"{request}/verify/company/$",
            deed_views.verify,
            {"what": "company"},
            name="matching_request_verify_company",
        ),
    ]
