"""Answers that belong to one person: not cached, not indexed, telling nobody where it came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Keep a page out of caches and search engines."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(answer)


def secret_address(view: View) -> View:
    """A page whose very address is secret: as ``private``, and it sends no referrer at all.

    Such a page holds no form, since a browser that sends no referrer sends no origin either, and
    a form without origin is refused.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return private(answer)
