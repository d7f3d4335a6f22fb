"""Pictures of a running site: every kind of page, on three screens, in both languages.

    python marketplace/setup/screenshots.py --site http://127.0.0.1:8000

writes them to ``var/screenshots``; ``--readme`` makes the three small ones that README shows.
Further pages are named on the command line: ``chosen=/solutions/?industry=food``. Pages behind
the login need ``--account`` and the password in ``DEMO_PASSWORD``.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from selenium.webdriver import Chrome  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402

from marketplace.setup.browser import (  # noqa: E402
    DESKTOP,
    PHONE,
    TABLET,
    Screen,
    first_screen,
    full_page,
    show_on,
    start,
)

LANGUAGES = {"zh": "zh-hans", "en": "en"}
PAGES = {
    "home": "/",
    "solutions": "/solutions/",
    "solutions-searched": "/solutions/?q=排产",
    "solutions-nothing": "/solutions/?q=没有这样的方案",
    "providers": "/providers/",
    "cases": "/cases/",
    "search": "/search/?q=追溯",
    "policy": "/policy/",
    "notices": "/notices/",
    "request": "/requests/new/",
    "missing": "/no-such-page/",
    "admin-login": "/admin/login/",
}
# Pages reached by the first link of a kind on another page, so that no slug stands here.
LINKED = {
    "solution": ("/solutions/", "main article a[href^='/providers/']"),
    "provider": ("/providers/", "main article a[href^='/providers/']"),
    "case": ("/cases/", "main article a[href^='/cases/']"),
}
BACK_OFFICE = {"admin-home": "/admin/"}
README_FOLDER = ROOT / "tests" / "journeys" / "screenshots"


@dataclass(frozen=True)
class Small:
    """A picture for README: which page, on which screen, how much of its size."""

    page: str
    screen: Screen
    scale: float


README_PICTURES = (
    Small("home", DESKTOP, 0.6),
    Small("solutions-searched", DESKTOP, 0.6),
    Small("solution", PHONE, 1),
)


def addresses(driver: Chrome, site: str, further: list[str]) -> dict[str, str]:
    """The address of every page by its name."""
    found = dict(PAGES)
    for name, (listing, selector) in LINKED.items():
        driver.get(site + listing)
        links = driver.find_elements(By.CSS_SELECTOR, selector)
        if links:
            found[name] = links[0].get_dom_attribute("href")
        else:
            print(f"{name}: {listing} has no link to one, left out")
    return found | dict(pair.split("=", 1) for pair in further)


def choose_language(driver: Chrome, site: str, code: str) -> None:
    """Set the cookie by which the site remembers the visitor's language."""
    driver.get(f"{site}/robots.txt")
    driver.add_cookie({"name": "django_language", "value": code, "path": "/"})


def sign_in(driver: Chrome, site: str, account: str) -> None:
    """Sign in to the back office with a demo account."""
    driver.get(f"{site}/admin/login/")
    driver.find_element(By.NAME, "username").send_keys(account)
    field = driver.find_element(By.NAME, "password")
    field.send_keys(os.environ["DEMO_PASSWORD"])
    field.submit()


def take_all(driver: Chrome, site: str, pages: dict[str, str], folder: Path) -> None:
    """Take every page whole, on every screen, in every language."""
    folder.mkdir(parents=True, exist_ok=True)
    for short, code in LANGUAGES.items():
        choose_language(driver, site, code)
        for screen in (DESKTOP, TABLET, PHONE):
            show_on(driver, screen)
            for name, path in pages.items():
                driver.get(site + path)
                file = folder / f"{name}-{screen.width}-{short}.png"
                file.write_bytes(full_page(driver))
                width = driver.execute_script("return document.documentElement.scrollWidth")
                wide = f"  WIDER THAN THE SCREEN: {width}" if width > screen.width else ""
                print(f"{file.relative_to(ROOT)}{wide}")


def take_for_readme(driver: Chrome, site: str, pages: dict[str, str]) -> None:
    """Take the three small pictures, in Chinese."""
    README_FOLDER.mkdir(exist_ok=True)
    choose_language(driver, site, LANGUAGES["zh"])
    for small in README_PICTURES:
        show_on(driver, small.screen)
        driver.get(site + pages[small.page])
        file = README_FOLDER / f"{small.page}.webp"
        file.write_bytes(first_screen(driver, small.screen, scale=small.scale, image_format="webp"))
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="*", metavar="name=/path", help="further pages")
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--only", help="names of pages, separated by commas")
    parser.add_argument("--account", help="a demo account, for pages behind the login")
    parser.add_argument("--readme", action="store_true", help="the small pictures of README")
    chosen = parser.parse_args()

    with tempfile.TemporaryDirectory() as profile:
        driver = start(Path(profile))
        try:
            show_on(driver, DESKTOP)
            pages = addresses(driver, chosen.site, chosen.pages)
            if chosen.account:
                sign_in(driver, chosen.site, chosen.account)
                pages |= BACK_OFFICE
            if chosen.only:
                wanted = set(chosen.only.split(","))
                pages = {name: path for name, path in pages.items() if name in wanted}
            if chosen.readme:
                take_for_readme(driver, chosen.site, pages)
            else:
                take_all(driver, chosen.site, pages, chosen.folder.resolve())
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
