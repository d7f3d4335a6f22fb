"""The centre's advice in the back office: its menu item and addresses."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.advising import office_views
from providers.matching.officers import ADVISES
from providers.matching.urls import REFERENCE
from providers.menu_items import CountingMenuItem, PermittedMenuItem


class AdviceMenuItem(PermittedMenuItem, CountingMenuItem):
    def waiting(self, request: HttpRequest) -> int:
        return office_views.advice_count(request)


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


@hooks.register("register_admin_urls")
def advice_urls() -> list:
    view = office_views.AdviceQueueView
    return [
        path("matching/advice/", view.as_view(), name="matching_advice"),
        path(
            "matching/advice/results/",
            view.as_view(results_only=True),
            name="matching_advice_results",
        ),
        re_path(
            rf"^matching/requests/{REFERENCE}/advise/$",
            office_views.advise,
            name="matching_request_advise",
        ),
    ]
