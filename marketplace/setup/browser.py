"""Headless Chromium from the system's packages, for the journeys and the screenshots.

The programs are found on the machine and named to Selenium, which otherwise would look for a
browser to download.
"""

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=zh-CN",
    # Nothing but this machine may be reached: a page that asks for more fails visibly.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class BrowserMissingError(Exception):
    """Chromium or its driver is not installed."""


@dataclass(frozen=True)
class Screen:
    """The part of a page that a device shows, in CSS pixels."""

    width: int
    height: int
    mobile: bool = False


DESKTOP = Screen(1440, 900)
TABLET = Screen(768, 1024)
PHONE = Screen(375, 812, mobile=True)


def start(profile: Path) -> Chrome:
    """Start a browser that keeps its profile in an empty folder."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which(DRIVER)
    if browser is None or driver is None:
        raise BrowserMissingError(
            "Chromium or its driver is not installed; "
            "install them with: sudo apt-get install chromium chromium-driver"
        )
    options = ChromeOptions()
    options.binary_location = browser
    for switch in (*SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return Chrome(options=options, service=Service(executable_path=driver))


def show_on(driver: Chrome, screen: Screen) -> None:
    """Lay pages out as on a screen; a window can't be made narrower than 500 pixels, this can."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": screen.width,
            "height": screen.height,
            "deviceScaleFactor": 1,
            "mobile": screen.mobile,
        },
    )
    driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": screen.mobile})


def prefer(driver: Chrome, **features: str) -> None:
    """Set what the visitor's system asks for: ``prefer(driver, prefers_color_scheme="dark")``."""
    wishes = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": wishes})


def full_page(driver: Chrome, *, image_format: str = "png", quality: int = 80) -> bytes:
    """A picture of the whole page, from top to bottom."""
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
    return _capture(driver, clip, image_format, quality)


def first_screen(
    driver: Chrome,
    screen: Screen,
    *,
    scale: float = 1,
    image_format: str = "png",
    quality: int = 80,
) -> bytes:
    """A picture of what is seen before scrolling, reduced by a scale."""
    clip = {"x": 0, "y": 0, "width": screen.width, "height": screen.height, "scale": scale}
    return _capture(driver, clip, image_format, quality)


def _capture(driver: Chrome, clip: dict, image_format: str, quality: int) -> bytes:
    options = {"format": image_format, "clip": clip, "captureBeyondViewport": True}
    if image_format != "png":
        options["quality"] = quality
    return base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", options)["data"])
