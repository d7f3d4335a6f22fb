"""Every address of the site, read from its URL configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse

# The catch-all of the back office and Wagtail's sample of its own 404 page: both are 404.
NAMELESS = ("admin/test404/", "admin/^.*/$", "")


@dataclass(frozen=True)
class Address:
    """One pattern: its name, the names of what it carries, and its route for messages."""

    name: str
    parameters: tuple[str, ...]
    route: str

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    def at(self, values: dict[str, object]) -> str:
        """The address with these values; they are named as the pattern names them."""
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})

    def __str__(self) -> str:
        return f"{self.name} ({self.route})"


def addresses() -> list[Address]:
    """All named addresses, of the back office and of the public site."""
    return [found for found in walk(get_resolver().url_patterns) if found.name]


def nameless() -> list[str]:
    """Routes of the back office that have no name, so that no list can hold them."""
    return [
        found.route
        for found in walk(get_resolver().url_patterns)
        if not found.name and found.is_admin and found.route not in NAMELESS
    ]


def walk(
    patterns: list, spaces: tuple[str, ...] = (), route: str = "", carried: tuple[str, ...] = ()
) -> Iterator[Address]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        names = (*carried, *parameters(pattern))
        if isinstance(pattern, URLPattern):
            name = ":".join([*spaces, pattern.name]) if pattern.name else ""
            yield Address(name, names, here)
        else:
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, inner, here, names)


def parameters(pattern) -> tuple[str, ...]:
    """The names of what one piece of a route carries."""
    converters = getattr(pattern.pattern, "converters", None)
    if converters:
        return tuple(converters)
    return tuple(re.findall(r"\(\?P<(\w+)>", str(pattern.pattern)))
