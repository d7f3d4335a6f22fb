"""Where notices lie in the tree: told by the app that owns the sections, as it starts."""

from __future__ import annotations

from collections.abc import Callable

from wagtail.models import Page

_finders: list[Callable[[], Page | None]] = []


def register_notice_section(find: Callable[[], Page | None]) -> None:
    """Say how the section of public notices is found."""
    _finders.append(find)


def notice_section() -> Page | None:
    """The section that a new notice is put into; None while the site has none."""
    return next((page for find in _finders if (page := find()) is not None), None)
