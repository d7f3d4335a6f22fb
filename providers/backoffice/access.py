"""Which admin views a provider's member reaches.

Wagtail trusts its editors; ours compete. A member gets 404 for every admin view that no part of the
back office names in its ``member_views``, and for every object outside its own subtree, whether it
exists or not.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.models import EditingSession
from wagtail.images import get_image_model
from wagtail.models import GroupPagePermission, Page

from providers.backoffice import member_views as own
from providers.backoffice.parts import PARTS
from providers.models import ProviderPage, ProviderTeam

PAGE_ID_NAMES = ("page_id", "parent_page_id", "pk")

_open: set[str] = set().union(*(part.MEMBER_VIEWS for part in PARTS))
_closed: set[str] = set().union(*(part.OFFICE_VIEWS for part in PARTS))


def register_views(*, member: frozenset[str], office: frozenset[str]) -> None:
    """Name the admin addresses of an app that this one must not know, as the app starts.

    ``member`` are scoped by the app's own querysets; ``office`` are closed to members.
    """
    _open.update(member)
    _closed.update(office)


def open_views() -> frozenset[str]:
    """Addresses that check their objects themselves."""
    return frozenset(_open)


def is_office_view(name: str) -> bool:
    """Whether an address is known to be the office's; no member reaches it."""
    return name in _closed or name.startswith(own.OFFICE_NAMESPACES)


class ProviderAdminMiddleware:
    """Answers 404 to a provider's member outside the allow-list.

    And to an account of an office that edits no page where Wagtail shows pages, pictures and files,
    drafts included, to whoever may enter.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if not is_provider_member(request.user):
            if is_editors_view(request.resolver_match.view_name) and not edits_pages(request.user):
                raise Http404
            return None
        if request.resolver_match.view_name == own.SITE_SEARCH:
            return redirect(own_search(request))
        if not may_reach(request):
            raise Http404
        return None


def is_editors_view(name: str) -> bool:
    """Whether an address of Wagtail's is of use to editors of pages alone."""
    return name.startswith(own.EDITORS_NAMESPACES) and name not in own.SEARCHES


def edits_pages(user) -> bool:
    """Whether the account may do something with pages somewhere; who is not signed in is asked to.

    The task force and the zone committee may not: they have screens of their own.
    """
    if not user.is_authenticated or user.is_superuser:
        return True
    return GroupPagePermission.objects.filter(group__user=user).exists()


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
    name, found = match.view_name, match.kwargs
    if name in _open:
        return True
    if name in own.PAGE_VIEWS:
        page_ids = [found[key] for key in PAGE_ID_NAMES if key in found]
        return bool(page_ids) and all(is_own_page(request.user, pk) for pk in page_ids)
    if name in own.IMAGE_VIEWS:
        return is_own_image(request.user, next(iter(found.values()), None))
    if name == own.SESSION_PING:
        model = (found["app_label"], found["model_name"])
        return model == ("wagtailcore", "page") and is_own_page(request.user, found["object_id"])
    if name == own.SESSION_RELEASE:
        sessions = EditingSession.objects.filter(user=request.user)
        return sessions.filter(pk=found["session_id"]).exists()
    return False


def number(pk) -> int | None:
    """The id that an address carries, as a number or as text; none if it can be no id."""
    text = str(pk)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def is_own_page(user, pk) -> bool:
    """Whether the page is the member's own provider page or lies below it.

    ``pk`` is a number, or whatever the address says.
    """
    page = Page.objects.filter(pk=number(pk)).first()
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
    own_images = get_image_model().objects.filter(collection__provider_team__group__user=user)
    return own_images.filter(pk=number(pk)).exists()
