"""What the frame of every page needs: its name, its navigation, where the reader stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.json_ld import json_ld
from catalog.models import SolutionPage
from catalog.wording import section_name
from marketplace.naming import GENERAL_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.template import Context
    from django.utils.safestring import SafeString
    from wagtail.models import Page

register = template.Library()


@register.simple_tag(takes_context=True)
def platform_name(context: Context) -> str:
    """The name from the site's settings, or a general one while none is set."""
    settings = context.get("site_frame")
    return getattr(settings, "platform_name", "") or str(GENERAL_NAME)


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """This page's whole address without its query string; empty where there is no request."""
    request = context.get("request")
    return request.build_absolute_uri(request.path) if request else ""


@register.simple_tag(takes_context=True)
def absolute(context: Context, address: str) -> str:
    """The whole address of a path on this site."""
    request = context.get("request")
    return request.build_absolute_uri(address) if request else address


@register.inclusion_tag("components/navigation.html", takes_context=True)
def main_navigation(context: Context) -> dict[str, Any]:
    """The six doors. `page` marks the page itself, `true` the section it lies in."""
    request = context.get("request")
    path = request.path if request else ""
    # A solution lies below its provider in the tree, but readers look for it among solutions.
    is_solution = isinstance(context.get("page"), SolutionPage)
    home = reverse("wagtail_serve", args=[""])
    doors = (
        (pgettext("navigation", "Home"), home, ()),
        (pgettext("navigation", "Solutions"), f"{home}solutions/", ()),
        (pgettext("navigation", "Providers"), f"{home}providers/", ()),
        (
            pgettext("navigation", "Cases"),
            f"{home}cases/",
            (f"{home}indicators/", f"{home}visit/", f"{home}nominate/"),
        ),
        (pgettext("navigation", "Ask for service"), f"{home}requests/new/", (f"{home}requests/",)),
        (
            pgettext("navigation", "Policy & notices"),
            f"{home}policy/",
            (f"{home}notices/", f"{home}reward/"),
        ),
    )

    def current(url: str, others: Sequence[str]) -> str:
        if path == url:
            return "page"
        if is_solution:
            return "true" if url == f"{home}solutions/" else ""
        inside = any(path.startswith(start) for start in (url, *others))
        return "true" if inside and url != home else ""

    return {
        "items": [
            {"label": label, "url": url, "current": current(url, others)}
            for label, url, others in doors
        ]
    }


@register.inclusion_tag("components/breadcrumbs.html", takes_context=True)
def breadcrumbs(
    context: Context, page: Page | None = None, trail: Sequence[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The way from home to here: of a page in the tree, or the steps that a view names.

    Args:
        page: a published page; its ancestors below home become the steps.
        trail: steps as ``{"title": …, "url": …}``, the reader's own place last.
    """
    if trail is None:
        trail = page_trail(page) if page else []
    return {"trail": trail, "data": breadcrumb_data(context, trail)}


def page_trail(page: Page) -> list[dict[str, str]]:
    # The tree's root and home stand above; home is written by the component itself.
    above = page.get_ancestors().filter(depth__gt=2)
    return [
        {"title": section_name(step) if step.depth == 3 else step.title, "url": step.url or ""}
        for step in [*above, page]
    ]


def breadcrumb_data(context: Context, trail: Sequence[dict[str, str]]) -> SafeString:
    steps = [{"title": _("Home"), "url": reverse("wagtail_serve", args=[""])}, *trail]
    return json_ld(
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": step["title"],
                    "item": absolute(context, step["url"]) if step.get("url") else None,
                }
                for position, step in enumerate(steps, 1)
            ],
        }
    )
