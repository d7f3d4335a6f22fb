"""The centre's work in the back office: its menu items and addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.advising import office_views as advice
from providers.matching.calling import office_views as call_list
from providers.matching.officers import ADVISES
from providers.matching.oversight import deed_views as oversight_deeds
from providers.matching.oversight import lateness_views as lateness
from providers.matching.oversight import views as oversight
from providers.matching.urls import REFERENCE
from providers.menu_items import CountingMenuItem, PermittedMenuItem


class AdviceMenuItem(PermittedMenuItem, CountingMenuItem):
    def waiting(self, request: HttpRequest) -> int:
        return advice.advice_count(request)


class CallsMenuItem(PermittedMenuItem, CountingMenuItem):
    def waiting(self, request: HttpRequest) -> int:
        return call_list.calls_shown(request)


@hooks.register("register_admin_menu_item")
def advice_menu_item() -> MenuItem:
    return AdviceMenuItem(
        _("Advice wanted"),
        reverse_lazy("matching_advice"),
        name="matching-advice",
        icon_name="help",
        order=152,
        permission=ADVISES,
    )


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
def office_urls() -> list:
    request, call = rf"^matching/requests/{REFERENCE}", "matching/calls/<uuid:call_id>"
    return [
        path("matching/advice/", advice.AdviceQueueView.as_view(), name="matching_advice"),
        path(
            "matching/advice/results/",
            advice.AdviceQueueView.as_view(results_only=True),
            name="matching_advice_results",
        ),
        path("matching/calls/", call_list.calls, name="matching_calls"),
        path(f"{call}/", call_list.call_deed, name="matching_call_deed"),
        path(f"{call}/done/", call_list.call_done, name="matching_call_done"),
        path(f"{call}/request/", call_list.call_request, name="matching_call_request"),
        re_path(
            rf"^matching/calls/handed/{REFERENCE}/$",
            call_list.call_handed,
            name="matching_call_handed",
        ),
        path(
            "matching/requests/export/",
            oversight.RequestsExport.as_view(),
            name="matching_requests_export",
        ),
        path("matching/requests/late/", lateness.late, name="matching_requests_late"),
        path("matching/requests/waiting/", lateness.waiting, name="matching_requests_waiting"),
        re_path(rf"{request}/advise/$", advice.advise, name="matching_request_advise"),
        re_path(rf"{request}/told/$", call_list.told_by_phone, name="matching_request_told"),
        re_path(rf"{request}/note/$", oversight_deeds.write_note, name="matching_request_note"),
        re_path(rf"{request}/help/$", oversight_deeds.offer, name="matching_request_help"),
        re_path(
            rf"{request}/help/(?P<offer_id>[0-9]{{1,9}})/$",
            oversight_deeds.finish,
            name="matching_request_help_done",
        ),
        re_path(
            rf"{request}/verify/phone/$",
            oversight_deeds.verify,
            {"what": "phone"},
            name="matching_request_verify_phone",
        ),
        re_path(
            rf"{request}/verify/company/$",
            oversight_deeds.verify,
            {"what": "company"},
            name="matching_request_verify_company",
        ),
    ]
