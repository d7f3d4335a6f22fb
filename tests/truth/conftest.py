from collections.abc import Iterator

import pytest

from tests.truth.arena import Arena, Template


@pytest.fixture(scope="session")
def _shared(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    postgresql: str,
    elasticsearch: str,
) -> Iterator[tuple[Arena, Template]]:
    """What the tests of this process take in turn, and the template of all processes."""
    folder = tmp_path_factory.getbasetemp()
    arena = Arena(postgresql, elasticsearch, folder)
    template = Template((folder if worker_id == "master" else folder.parent) / "truth")
    with template.used(arena):
        yield arena, template


@pytest.fixture
def arena(_shared: tuple[Arena, Template]) -> Iterator[Arena]:
    """A site of the test's own with the demonstration, and no index yet."""
    arena, template = _shared
    with arena.taken(template):
        yield arena
