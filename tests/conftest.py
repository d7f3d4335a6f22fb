"""What every test may ask for: a database in a known state, and the tools of the system."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from hypothesis import settings as property_settings
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import validate_django_db

from tests.database import StatefulDatabase, drop_databases, states_folder

pytest_plugins = ["tests.servers"]

# The same cases in every run, and no failure because a shared machine was busy.
property_settings.register_profile("site", derandomize=True, deadline=None, database=None)
property_settings.load_profile("site")

# The fixture that asks for a state of the database, by the name of the state.
STATE_FIXTURES = {
    "site_with_a_nomination": "nominated",
    "demo_site": "demo",
    "vocabularies": "vocabularies",
}


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what this process has written, and after the last one what the run has."""
    if not hasattr(config, "workerinput"):
        drop_databases()
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def uses_database(item: pytest.Item) -> bool:
    """Whether a test touches the database in any of the ways that pytest-django knows."""
    names = {"db", "transactional_db", "live_server", "admin_client", "admin_user"}
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & names)


def database_mark(item: pytest.Item) -> pytest.MarkDecorator:
    """The item's mark, with all databases of the site in place of the first alone."""
    marker = item.get_closest_marker("django_db") or pytest.mark.django_db.mark
    return pytest.mark.django_db(*marker.args, **{**marker.kwargs, "databases": "__all__"})


def commits(item: pytest.Item) -> bool:
    """Whether a test runs outside a transaction that would be rolled back."""
    if {"transactional_db", "live_server"} & set(item.fixturenames):
        return True
    marker = item.get_closest_marker("django_db")
    if marker is None:
        return False
    transaction, resets, *_ = validate_django_db(marker)
    return transaction or resets


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the state of the database set before pytest-django opens a test's transaction on it."""
    for item in items:
        if uses_database(item):
            item.add_marker(database_mark(item), append=False)
            names = item.fixturenames
            names[:] = ["database_state", *(name for name in names if name != "database_state")]


@pytest.fixture(scope="session")
def django_db_setup(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> StatefulDatabase:
    """The database of this process, in place of the one that pytest-django would create.

    The settings of the tests already point at a folder of their own, so the site's own database
    is the test database.
    """
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        # Each process has a folder of its own below the one of the run.
        folder = folder.parent
    shared = states_folder(folder / "database-states")
    shared.mkdir(parents=True, exist_ok=True)
    database = StatefulDatabase(shared)
    with django_db_blocker.unblock():
        database.bring("empty")
    return database


@pytest.fixture
def database_state(
    request: pytest.FixtureRequest,
    django_db_setup: StatefulDatabase,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Bring the database into the state that the test asks for."""
    asked = (state for name, state in STATE_FIXTURES.items() if name in request.fixturenames)
    with django_db_blocker.unblock():
        django_db_setup.bring(next(asked, "empty"))
    # Renditions of pictures that were rolled back with the test before this one.
    caches["renditions"].clear()
    yield
    if commits(request.node):
        django_db_setup.spoil()


@pytest.fixture
def vocabularies(database_state: None, db: None) -> None:
    """The vocabularies and nothing else."""


@pytest.fixture
def demo_site(database_state: None, db: None) -> None:
    """The whole demo site, as ``make run`` loads it."""


@pytest.fixture
def site_with_a_nomination(database_state: None, db: None) -> None:
    """The demo site, and a case that provider1 has nominated and that lacks nothing."""


@pytest.fixture(scope="session")
def system_tool() -> Callable[[str, str], Path]:
    """Find a program of the system; without it the test is skipped, and in CI it fails."""

    def find(program: str, package: str) -> Path:
        path = shutil.which(program)
        if path is None:
            reason = f"{program} is not installed; install it with: sudo apt-get install {package}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return Path(path)

    return find
