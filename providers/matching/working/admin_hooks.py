"""The work after the choice in the back office: addresses and menu items."""

from __future__ import annotations

from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.rating import office_views as rating_office
from providers.matching.urls import REFERENCE
from providers.matching.working import dispute_views as dispute_office
from providers.matching.working import price_views as prices
from providers.matching.working import provider_views as work_office
from providers.menu_items import PermittedMenuItem


@hooks.register("register_admin_menu_item")
def disputes_menu_item() -> MenuItem:
    return dispute_office.DisputesMenuItem(
        _("Disputes"),
        reverse_lazy("matching_disputes"),
        name="matching-disputes",
        icon_name="warning",
        order=153,
    )


@hooks.register("register_admin_menu_item")
def ratings_menu_item() -> MenuItem:
    return rating_office.RatingsMenuItem(
        _("Ratings to read"),
        reverse_lazy("matching_ratings"),
        name="matching-ratings",
        icon_name="pick",
        order=154,
    )


@hooks.register("register_admin_menu_item")
def prices_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Contract prices"),
        reverse_lazy("matching_prices"),
        name="matching-prices",
        icon_name="table",
        order=155,
        permission=prices.PricesView.permission,
    )


@hooks.register("register_admin_urls")
def admin_urls() -> list:
    work = "matching/inbox/<uuid:public_id>/work"
    return [
        path(f"{work}/", work_office.work, name="matching_work"),
        path(
            f"{work}/documents/<int:document_id>/",
            work_office.document,
            name="matching_work_document",
        ),
        path(
            f"{work}/documents/<int:document_id>/remove/",
            work_office.document_remove,
            name="matching_work_document_remove",
        ),
        path("matching/disputes/", dispute_office.DisputesView.as_view(), name="matching_disputes"),
        path(
            "matching/disputes/results/",
            dispute_office.DisputesView.as_view(results_only=True),
            name="matching_disputes_results",
        ),
        re_path(
            rf"^matching/disputes/{REFERENCE}/$", dispute_office.dispute, name="matching_dispute"
        ),
        re_path(
            rf"^matching/disputes/{REFERENCE}/documents/(?P<document_id>\d{{1,9}})/$",
            dispute_office.document,
            name="matching_dispute_document",
        ),
        path("matching/ratings/", rating_office.ratings, name="matching_ratings"),
        re_path(rf"^matching/ratings/{REFERENCE}/$", rating_office.rating, name="matching_rating"),
        path("matching/prices/", prices.PricesView.as_view(), name="matching_prices"),
        path(
            "matching/prices/results/",
            prices.PricesView.as_view(results_only=True),
            name="matching_prices_results",
        ),
        path(
            "matching/prices/export/", prices.PricesExport.as_view(), name="matching_prices_export"
        ),
    ]
