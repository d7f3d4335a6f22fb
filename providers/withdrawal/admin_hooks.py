"""Withdrawals, suspensions, removals and appeals in the back office: addresses, menu, log."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.menu_items import PermittedMenuItem
from providers.withdrawal import office_views, views


@hooks.register("register_admin_urls")
def withdrawal_urls() -> list:
    held = office_views.HeldListingsView
    appeals = office_views.AppealsView
    return [
        path(
            "listings/<int:page_id>/withdraw/",
            views.listing_withdraw,
            name="listing_withdraw",
        ),
        path("listings/<int:page_id>/appeal/", views.removal_appeal, name="removal_appeal"),
        path("listings/on-site/", held.as_view(), name="held_listings"),
        path(
            "listings/on-site/results/",
            held.as_view(results_only=True),
            name="held_listings_results",
        ),
        path("listings/<int:page_id>/holds/", office_views.listing_holds, name="listing_holds"),
        path(
            "listings/<int:page_id>/suspend/", office_views.listing_suspend, name="listing_suspend"
        ),
        path("listings/<int:page_id>/remove/", office_views.listing_remove, name="listing_remove"),
        path("suspensions/<int:pk>/lift/", office_views.suspension_lift, name="suspension_lift"),
        path("appeals/", appeals.as_view(), name="appeals"),
        path("appeals/results/", appeals.as_view(results_only=True), name="appeals_results"),
        path("appeals/<int:pk>/", office_views.appeal_answer, name="appeal_answer"),
    ]


@hooks.register("register_admin_menu_item")
def held_listings_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Listings on the site"),
        reverse_lazy("held_listings"),
        name="held-listings",
        icon_name="view",
        order=505,
        permission=office_views.SUSPENDS,
    )


@hooks.register("register_admin_menu_item")
def appeals_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Appeals"),
        reverse_lazy("appeals"),
        name="appeals",
        icon_name="mail",
        order=506,
        permission=office_views.ANSWERS,
    )


@hooks.register("register_log_actions")
def withdrawal_log_actions(actions) -> None:
    for name, label, message in (
        ("withdraw", pgettext_lazy("a listing", "Withdraw"), _("Withdrawn by its provider")),
        ("suspend", _("Suspend"), _("Suspended by the bureau")),
        ("lift_suspension", _("Lift the suspension"), _("Suspension lifted by the bureau")),
        ("remove", _("Remove"), _("Removed by the bureau")),
        ("appeal", _("Appeal"), _("Appeal filed against the removal")),
        ("answer_appeal", _("Answer the appeal"), _("Appeal answered by the bureau")),
    ):
        actions.register_action(f"providers.{name}", label, message)
