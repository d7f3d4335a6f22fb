"""What the frame of every public page needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import SimpleLazyObject

from marketplace.models import SiteFrame

if TYPE_CHECKING:
    from django.http import HttpRequest

CARE_COOKIE = "care"


def site_frame(request: HttpRequest) -> dict:
    """The site's names and marks (read on use) and whether care mode is on."""
    return {
        "site_frame": SimpleLazyObject(lambda: SiteFrame.for_request(request)),
        "care_mode_on": request.COOKIES.get(CARE_COOKIE) == "on",
    }
