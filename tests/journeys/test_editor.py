"""The page editor saves by itself and by its buttons, and the two never get in each other's way."""

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.wait import WebDriverWait

from catalog.models import SolutionPage
from tests.journeys.driving import fill, press, sign_in, text_of, wait
from tests.pages import complete_draft, provider_of

# What is typed before the editor watches is taken for what was loaded.
LISTEN = """
window.watches = false;
document.addEventListener("w-unsaved:watch-edits", () => { window.watches = true; });
window.savedByItself = 0;
document.addEventListener("w-autosave:success", () => { window.savedByItself += 1; });
"""
TIMES = "return window.savedByItself"
# Autosave posts half a second after it was asked to.
PRESSED_ON_ITS_WAY = """
document.addEventListener("w-autosave:save", () => setTimeout(
  () => document.querySelector("button.action-save").click(), 520
), {once: true});
"""
REFUSED = "未保存"


@pytest.fixture
def page(live_site: str) -> SolutionPage:
    return complete_draft(provider_of("provider1"))


@pytest.fixture
def editor(browser: Chrome, live_site: str, page: SolutionPage, settings) -> Chrome:
    sign_in(browser, live_site, "provider1", settings.DEMO_PASSWORD)
    browser.get(f"{live_site}/admin/pages/{page.pk}/edit/")
    browser.execute_script(LISTEN)
    wait(browser).until(lambda driver: driver.execute_script("return window.watches"))
    return browser


def latest_tagline(page: SolutionPage) -> str:
    return SolutionPage.objects.get(pk=page.pk).get_latest_revision_as_object().tagline


def test_the_button_saves_after_autosave_did(editor: Chrome, page: SolutionPage) -> None:
    for number in (1, 2):
        fill(editor, "tagline", f"自动保存第{number}次。")
        wait(editor).until(lambda driver, n=number: driver.execute_script(TIMES) >= n)
    fill(editor, "tagline", "按下保存。")
    press(editor, "button.action-save")
    assert REFUSED not in text_of(editor)
    assert latest_tagline(page) == "按下保存。"


def test_the_button_waits_for_autosave_that_is_on_its_way(
    editor: Chrome, page: SolutionPage
) -> None:
    loaded = editor.find_element(By.TAG_NAME, "html")
    editor.execute_script(PRESSED_ON_ITS_WAY)
    fill(editor, "tagline", "刚写完就保存。")
    coming = WebDriverWait(editor, 20, ignored_exceptions=[WebDriverException])
    coming.until(until.staleness_of(loaded))
    assert REFUSED not in text_of(editor)
    assert latest_tagline(page) == "刚写完就保存。"
