"""Ratings in the back office: the menu item and addresses of those to read."""

from __future__ import annotations

from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.rating import office_views
from providers.matching.urls import REFERENCE


@hooks.register("register_admin_menu_item")
def ratings_menu_item() -> MenuItem:
    return office_views.RatingsMenuItem(
        _("Ratings to read"),
        reverse_lazy("matching_ratings"),
        name="matching-ratings",
        icon_name="pick",
        order=156,
    )


@hooks.register("register_admin_urls")
def rating_urls() -> list:
    return [
        path("matching/ratings/", office_views.ratings, name="matching_ratings"),
        re_path(rf"^matching/ratings/{REFERENCE}/$", office_views.rating, name="matching_rating"),
    ]
