"""The back office as a provider's member sees it."""

from django.contrib import messages
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.images import get_image_model

from catalog.models import ListingPage
from providers.backoffice import views
from providers.backoffice.access import is_provider_member
from providers.backoffice.banners import return_notice, suspension_notice
from providers.backoffice.home_panels import listings_panel, review_panel
from providers.menu_items import MemberMenuItem

# What a member's menu holds; everything else belongs to the office.
MEMBER_MENU = frozenset(
    {
        "own-messages",
        "own-listings",
        "own-cases",
        "matching-inbox",
        "own-pictures",
        "qualifications",
        "members",
        "robots",
        "own-figures",
        "own-objections",
        # Of the lead provider's members, who review.
        "matching-requests",
        "review",
    }
)


# Wagtail keeps a profile picture byte for byte, in any format and with all it says of place and
# person, in the public folder. No setting or hook takes its panel away.
AvatarSettingsPanel.is_active = lambda self: False


@hooks.register("register_admin_urls")
def own_urls() -> list:
    return [
        path("listings/", views.listings, name="own_listings"),
        path("listings/<int:page_id>/copy/", views.copy, name="own_listing_copy"),
        path("listings/<int:page_id>/submit/", views.submit, name="own_listing_submit"),
        path("listings/pictures/", views.pictures, name="own_pictures"),
        path("listings/pictures/<int:pk>/", views.picture, name="own_picture"),
        path("listings/pictures/<int:pk>/delete/", views.picture_delete, name="own_picture_delete"),
        path("listings/figures/", views.figures, name="own_figures"),
    ]


@hooks.register("register_admin_menu_item")
def own_listings_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("My listings"),
        reverse_lazy("own_listings"),
        name="own-listings",
        icon_name="folder-open-inverse",
        order=80,
    )


@hooks.register("register_admin_menu_item")
def own_pictures_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("Pictures and files"),
        reverse_lazy("own_pictures"),
        name="own-pictures",
        icon_name="image",
        order=160,
    )


@hooks.register("register_admin_menu_item")
def own_qualifications_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("Qualifications"),
        reverse_lazy("qualifications"),
        name="qualifications",
        icon_name="clipboard-list",
        order=170,
    )


@hooks.register("register_admin_menu_item")
def own_figures_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("Figures"),
        reverse_lazy("own_figures"),
        name="own-figures",
        icon_name="table",
        order=190,
    )


@hooks.register("insert_global_admin_css")
def desk_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("desk.css"))


@hooks.register("construct_homepage_panels")
def say_what_waits(request, panels: list) -> None:
    for panel in (review_panel(request), listings_panel(request.user)):
        if panel is not None:
            panels.insert(0, panel)


@hooks.register("before_edit_page")
def say_what_holds_a_listing(request, page) -> None:
    """The reviewer's message and the bureau's reason stand above the form, not behind a button."""
    if request.method != "GET" or not isinstance(page, ListingPage):
        return
    for notice in (return_notice(page), suspension_notice(page)):
        if notice:
            messages.warning(request, notice)


@hooks.register("construct_main_menu")
def reduce_menu_for_members(request, menu_items: list) -> None:
    if is_provider_member(request.user):
        menu_items[:] = [item for item in menu_items if item.name in MEMBER_MENU]


@hooks.register("construct_search")
def no_site_search_for_members(request, search_areas: list) -> None:
    if is_provider_member(request.user):
        search_areas.clear()


@hooks.register("construct_homepage_summary_items", order=1000)
def no_site_summary_for_members(request, summary_items: list) -> None:
    if is_provider_member(request.user):
        summary_items.clear()


@hooks.register("construct_image_chooser_queryset")
def own_images_only(images, request):
    """A member chooses among the pictures of its own provider."""
    if not is_provider_member(request.user):
        return images
    own = get_image_model().objects.filter(collection__provider_team__group__user=request.user)
    return images.filter(pk__in=own.values("pk"))
