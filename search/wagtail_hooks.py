"""The index pages of the tree are answered by search."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction

from cases.models import CaseIndexPage
from catalog.models import SolutionIndexPage
from providers.models import ProviderIndexPage
from search.views import results

_LISTS: dict[type[Page], str] = {
    SolutionIndexPage: "solution",
    ProviderIndexPage: "provider",
    CaseIndexPage: "case",
}
Serve = Callable[[Page, HttpRequest, list, dict], HttpResponse]


def list_kind(page: Page, request: HttpRequest, kwargs: dict) -> str | None:
    """The kind whose list stands at this page; None for any other page or method."""
    if kwargs or request.method not in ("GET", "HEAD"):
        return None
    return _LISTS.get(type(page))


@hooks.register("before_serve_page")
def answer_public_lists(
    page: Page, request: HttpRequest, args: list, kwargs: dict
) -> HttpResponse | None:
    """Answer a list that nothing restricts; a preview calls the page's serve() and passes by."""
    kind = list_kind(page, request, kwargs)
    if kind is None:
        return None
    above = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    if PageViewRestriction.objects.filter(page__path__in=above).exists():
        return None
    return results(request, kind, page)


# Innermost of its kind, so that Wagtail's own hook asks for a password or log-in before.
@hooks.register("on_serve_page", order=1000)
def answer_restricted_lists(serve: Serve) -> Serve:
    def answer(page: Page, request: HttpRequest, args: list, kwargs: dict) -> HttpResponse:
        kind = list_kind(page, request, kwargs)
        if kind is None:
            return serve(page, request, args, kwargs)
        return results(request, kind, page)

    return answer
