import random
from collections.abc import Callable, Iterable

import pytest

from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.entries import Entry
from tests.engines.corpus import SYNONYMS, random_entry


class Content(dict[str, Entry]):
    """Stands for the site's content: what may be public now, by key."""

    def read(self, keys: Iterable[str]) -> list[Entry]:
        return [self[key] for key in keys if key in self]


ENGINES: dict[str, Callable[[Content], Engine]] = {
    "embedded": lambda content: EmbeddedEngine(content.read, lambda: SYNONYMS),
}


@pytest.fixture
def content() -> Content:
    return Content()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, content: Content, db: None) -> Engine:
    """Every engine in turn, empty."""
    return ENGINES[request.param](content)


@pytest.fixture
def filled(engine: Engine, content: Content) -> Engine:
    """The engine holding 120 random entries."""
    chance = random.Random(7)
    entries = [random_entry(chance, number) for number in range(1, 121)]
    content.update({entry.key: entry for entry in entries})
    engine.put(entries)
    return engine
