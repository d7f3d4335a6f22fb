"""A real browser on the live site, for tests that walk through it as people do."""

import os
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver import Chrome
from wagtail.models import Site

from marketplace.setup.browser import (
    DESKTOP,
    PHONE,
    BrowserMissingError,
    Screen,
    full_page,
    show_on,
    start,
)
from tests.journeys.requesting import Watch

HERE = Path(__file__).parent
FAILURES = settings.BASE_DIR / "var" / "failed-journeys"
OPENED: pytest.StashKey[list[Chrome]] = pytest.StashKey()

AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}

OpenBrowser = Callable[..., Chrome]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys may use sockets of this machine, which every other test is denied."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]))
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture and the source of each page that was open when a journey failed."""
    report = yield
    if report.when == "call" and report.failed:
        FAILURES.mkdir(parents=True, exist_ok=True)
        for number, driver in enumerate(item.stash.get(OPENED, ()), start=1):
            kept = FAILURES / f"{item.name.replace('/', '-')}-{number}"
            kept.with_suffix(".png").write_bytes(full_page(driver))
            kept.with_suffix(".html").write_text(driver.page_source)
            report.sections.append(("browser", f"{driver.current_url} is kept as {kept}.png"))
    return report


@pytest.fixture
def open_browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenBrowser]:
    """Open a browser for one more person: nothing is shared between two of them."""
    opened = request.node.stash[OPENED] = []

    def open_one(screen: Screen = DESKTOP) -> Chrome:
        try:
            driver = start(tmp_path_factory.mktemp("browser"))
        except BrowserMissingError as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))
        opened.append(driver)
        show_on(driver, screen)
        return driver

    yield open_one
    for driver in opened:
        driver.quit()


@pytest.fixture
def browser(open_browser: OpenBrowser) -> Chrome:
    """A browser on a desk: 1440 × 900."""
    return open_browser(DESKTOP)


@pytest.fixture
def phone(open_browser: OpenBrowser) -> Chrome:
    """A browser on a phone: 375 × 812."""
    return open_browser(PHONE)


@pytest.fixture
def live_site(demo_site: None, live_server: LiveServer, settings) -> str:
    """The demo site on a port of this machine; its address, without a slash at the end."""
    Site.objects.update(hostname=live_server.thread.host, port=live_server.thread.port)
    settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def quick_hands(live_site: str, settings) -> None:
    """A browser that is driven is as quick as a robot, and all of them have one address."""
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


@pytest.fixture
def watch(axe: Callable[[Chrome], list[str]], complaints: Callable[[Chrome], list[str]]) -> Watch:
    return Watch(axe, complaints)


@pytest.fixture(scope="session")
def axe() -> Callable[[Chrome], list[str]]:
    """Ask axe-core about the page that a browser shows; a line for each thing it finds wrong."""
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()

    def violations(driver: Chrome) -> list[str]:
        # Through the debugger: the site's own policy forbids scripts from elsewhere.
        driver.execute_cdp_cmd("Runtime.evaluate", {"expression": source})
        found = driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, arguments[0]).then(r => done(r.violations), e => done(String(e)));",
            AXE_OPTIONS,
        )
        if isinstance(found, str):
            pytest.fail(f"axe-core could not run: {found}")
        return [
            f"{driver.current_url} {rule['id']} ({rule['impact']}): {rule['help']}: "
            f"{' '.join(map(str, node['target']))} {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]

    return violations


@pytest.fixture(scope="session")
def complaints() -> Callable[[Chrome], list[str]]:
    """What the browser itself found wrong since last asked: errors, refused or blocked requests."""

    def severe(driver: Chrome) -> list[str]:
        return [
            entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"
        ]

    return severe
