"""Which admin views a provider's member reaches.

Wagtail trusts its editors; ours compete. A member gets 404 for every admin view that is not
named here, and for every object outside its own subtree, whether it exists or not.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Page

from providers.models import ProviderPage, ProviderTeam

# Views that show a member nothing but its own or that carry no object.
OPEN_VIEWS = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_account",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailadmin_editing_sessions:ping",
        "wagtailadmin_editing_sessions:release",
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:create",
        # Scoped by their own querysets.
        "matching_inbox",
        "matching_inbox_results",
        "matching_invitation",
        "matching_attachment",
        # Closed to members by their own check; the lead provider oversees.
        "matching_requests",
        "matching_requests_results",
        "matching_request",
        "review_queue",
        "review_detail",
        "review_preview",
    }
)
PAGE_VIEWS = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:add_subpage",
        "wagtailadmin_pages:preview_on_add",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:preview_on_edit",
        "wagtailadmin_pages:view_draft",
        "wagtailadmin_pages:history",
        "wagtailadmin_pages:history_results",
        "wagtailadmin_pages:workflow_history",
        "wagtailadmin_pages:revisions_view",
        "wagtailadmin_pages:revisions_compare",
        "wagtailadmin_pages:revisions_revert",
        "wagtailadmin_pages:confirm_workflow_cancellation",
    }
)
IMAGE_VIEWS = frozenset({"wagtailimages_chooser:chosen", "wagtailimages_chooser:select_format"})
# The search box of the side bar; a member searches below its own page.
SITE_SEARCH = "wagtailadmin_pages:search"
PAGE_ID_NAMES = ("page_id", "parent_page_id", "pk")


class ProviderAdminMiddleware:
    """Answers 404 to a provider's member outside the allow-list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if not is_provider_member(request.user):
            return None
        if request.resolver_match.view_name == SITE_SEARCH:
            return redirect(own_search(request))
        if not may_reach(request):
            raise Http404
        return None


def own_search(request: HttpRequest) -> str:
    """The member's own listings that match what was typed."""
    provider = ProviderPage.objects.of_member(request.user).first()
    address = reverse("wagtailadmin_explore", args=[provider.pk])
    return f"{address}?{urlencode({'q': request.GET.get('q', '')})}"


def is_provider_member(user) -> bool:
    """Whether the user works for a provider; the operator's superuser never does."""
    if not user.is_authenticated or user.is_superuser:
        return False
    return ProviderTeam.objects.filter(group__user=user).exists()


def may_reach(request: HttpRequest) -> bool:
    """Whether the view is allowed and each object in its address is the member's own."""
    match = request.resolver_match
    if match.view_name in OPEN_VIEWS:
        return True
    if match.view_name in PAGE_VIEWS:
        page_ids = [match.kwargs[name] for name in PAGE_ID_NAMES if name in match.kwargs]
        return bool(page_ids) and all(is_own_page(request.user, int(pk)) for pk in page_ids)
    if match.view_name in IMAGE_VIEWS:
        return is_own_image(request.user, next(iter(match.kwargs.values()), None))
    return False


def is_own_page(user, pk: int) -> bool:
    """Whether the page is the member's own provider page or lies below it."""
    page = Page.objects.filter(pk=pk).first()
    if page is None:
        return False
    return any(
        page.path.startswith(path)
        for path in ProviderPage.objects.of_member(user).values_list("path", flat=True)
    )


def is_own_image(user, pk) -> bool:
    """Whether the picture lies in the collection of the member's provider.

    ``pk`` is a number, or whatever the address says.
    """
    if not str(pk).isdecimal():
        return False
    return (
        get_image_model()
        .objects.filter(pk=pk, collection__provider_team__group__user=user)
        .exists()
    )
