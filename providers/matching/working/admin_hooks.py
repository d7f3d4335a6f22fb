"""The work after the choice in the back office: addresses and menu items."""

from __future__ import annotations

from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.urls import REFERENCE
from providers.matching.working import dispute_views, price_views, provider_views
from providers.menu_items import PermittedMenuItem


@hooks.register("register_admin_menu_item")
def disputes_menu_item() -> MenuItem:
    return dispute_views.DisputesMenuItem(
        _("Disputes"),
        reverse_lazy("matching_disputes"),
        name="matching-disputes",
        icon_name="warning",
        order=154,
    )


@hooks.register("register_admin_menu_item")
def prices_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Contract prices"),
        reverse_lazy("matching_prices"),
        name="matching-prices",
        icon_name="table",
        order=157,
        permission=price_views.PricesView.permission,
    )


@hooks.register("register_admin_urls")
def work_urls() -> list:
    work = "matching/inbox/<uuid:public_id>/work"
    disputes, prices = dispute_views.DisputesView, price_views.PricesView
    return [
        path(f"{work}/", provider_views.work, name="matching_work"),
        path(
            f"{work}/documents/<int:document_id>/",
            provider_views.document,
            name="matching_work_document",
        ),
        path(
            f"{work}/documents/<int:document_id>/remove/",
            provider_views.document_remove,
            name="matching_work_document_remove",
        ),
        path("matching/disputes/", disputes.as_view(), name="matching_disputes"),
        path(
            "matching/disputes/results/",
            disputes.as_view(results_only=True),
            name="matching_disputes_results",
        ),
        re_path(
            rf"^matching/disputes/{REFERENCE}/$", dispute_views.dispute, name="matching_dispute"
        ),
        re_path(
            rf"^matching/disputes/{REFERENCE}/documents/(?P<document_id>\d{{1,9}})/$",
            dispute_views.document,
            name="matching_dispute_document",
        ),
        path("matching/prices/", prices.as_view(), name="matching_prices"),
        path(
            "matching/prices/results/",
            prices.as_view(results_only=True),
            name="matching_prices_results",
        ),
        path(
            "matching/prices/export/",
            price_views.PricesExport.as_view(),
            name="matching_prices_export",
        ),
    ]
