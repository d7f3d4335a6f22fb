"""Search over everything published: one question, one answer, whichever engine stands behind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from search.question import Answer, Question

if TYPE_CHECKING:
    from search.engines.base import Engine

__all__ = ["Answer", "Question", "get_engine"]


def get_engine() -> Engine:
    """The engine that the setting ``SEARCH_ENGINE`` names; one object for each process."""
    from django.conf import settings

    return _engine(settings.SEARCH_ENGINE)


@cache
def _engine(name: str) -> Engine:
    from search.engines.embedded import EmbeddedEngine
    from search.reading import read_entries
    from search.synonyms import active_synonyms

    if name != EmbeddedEngine.name:
        raise LookupError(f"SEARCH_ENGINE is {name!r}; known is {EmbeddedEngine.name!r}.")
    return EmbeddedEngine(read_entries, active_synonyms)
