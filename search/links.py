"""Addresses of a search: one choice more, one less, another page. Built from strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from search.facets import KIND_FACETS
from search.question import Question


class _Part(NamedTuple):
    name: str
    value: str
    encoded: str


def _part(name: str, value: str) -> _Part:
    return _Part(name, value, f"{name}={quote(value, safe='')}")


class Links:
    """Links from one question to its neighbours, below ``path``.

    Every link but those to pages leads to the first page.
    """

    def __init__(self, path: str, question: Question) -> None:
        self.path = path
        self.question = question
        self._parts = [_part("q", question.text)] if question.text else []
        self._parts += [
            _part(key, code) for key, codes in question.chosen.items() for code in codes
        ]
        if question.sort != "relevance":
            self._parts.append(_part("sort", question.sort))

    def _url(
        self, keep: Callable[[_Part], bool] = lambda part: True, *more: _Part, path: str = ""
    ) -> str:
        query = "&".join(part.encoded for part in (*filter(keep, self._parts), *more))
        path = path or self.path
        return f"{path}?{query}" if query else path

    def here(self) -> str:
        """The question's own address, in the one form that is pushed and shared."""
        return self.page(self.question.page)

    def page(self, number: int) -> str:
        return self._url(*((lambda part: True, _part("page", str(number))) if number > 1 else ()))

    def without(self, key: str, code: str | None = None) -> str:
        """One choice less; without a code, the whole facet."""
        return self._url(lambda part: part.name != key or (code is not None and part.value != code))

    def with_value(self, key: str, code: str) -> str:
        """One choice more."""
        return self._url(lambda part: True, _part(key, code))

    def with_text(self, text: str) -> str:
        more = [_part("q", text)] if text else []
        return self._url(lambda part: part.name != "q", *more)

    def without_facets(self) -> str:
        return self._url(lambda part: part.name in ("q", "sort"))

    def to_kind(self, kind: str, path: str) -> str:
        """The same text and those choices that the other kind knows, on its own list."""
        known = {"q", *KIND_FACETS[kind]}
        return self._url(lambda part: part.name in known, path=path)
