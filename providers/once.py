"""What several parts of one page of the back office ask for, found once a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

Found = TypeVar("Found")


def once_a_request(request: HttpRequest, name: str, find: Callable[[], Found]) -> Found:
    """What ``find`` answers, kept on the request under ``name`` for whoever asks next.

    For what is read only to be shown: an act reads anew what it decides on.
    """
    kept = request.__dict__.setdefault("found_once", {})
    if name not in kept:
        kept[name] = find()
    return kept[name]
