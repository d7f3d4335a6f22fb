"""The bureau orders an edition with the keyboard and by dragging, issues it, and it is read."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.wait import WebDriverWait

from cases.editions import building, machine
from cases.models import CaseCollectionPage, CasePage
from tests.cases.editions.making import demo_edition, new_edition
from tests.journeys.driving import fill, press, sign_in, text_of, wait

PASSWORD = "tests-only-password"


def order_in_editor(driver: Chrome) -> list[str]:
    """The titles of the entries in the order that would be saved."""
    placed = {}
    for entry in driver.find_elements(By.CSS_SELECTOR, "[data-inline-panel-child]"):
        title = entry.find_element(By.CSS_SELECTOR, ".chooser__title").text
        place = entry.find_element(By.CSS_SELECTOR, "input[name$='-ORDER']")
        placed[int(place.get_attribute("value"))] = title
    return [placed[place] for place in sorted(placed)]


def saved_order(page) -> list[str]:
    draft = CaseCollectionPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    entries = sorted(draft.entries.all(), key=lambda entry: entry.sort_order)
    return [entry.case.title for entry in entries]


def button_of(driver: Chrome, title: str, deed: str):
    """The button of the entry that shows a case: move-up, move-down or drag."""
    for entry in driver.find_elements(By.CSS_SELECTOR, "[data-inline-panel-child]"):
        found = entry.find_elements(By.CSS_SELECTOR, ".chooser__title")
        if found and found[0].text == title:
            return entry.find_element(By.CSS_SELECTOR, f"[data-inline-panel-child-{deed}]")
    raise AssertionError(f"no entry shows {title}")


def press_key(driver: Chrome, element, key: str) -> None:
    """Put the focus on a button and press a key, without a mouse."""
    driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", element
    )
    assert driver.switch_to.active_element == element
    ActionChains(driver).send_keys(key).perform()


def turn(driver: Chrome, key: str) -> None:
    """Turn a page of the booklet with an arrow key."""
    page = driver.find_element(By.TAG_NAME, "html")
    ActionChains(driver).send_keys(key).perform()
    coming = WebDriverWait(driver, 20, ignored_exceptions=[WebDriverException])
    coming.until(until.staleness_of(page))


def save_draft(driver: Chrome) -> None:
    press(driver, "button.action-save")


@pytest.mark.usefixtures("quick_hands")
def test_entries_are_ordered_by_keyboard_and_by_dragging(browser: Chrome, live_site: str) -> None:
    cases = list(CasePage.objects.listed().order_by("pk"))
    first, second, third = (case.title for case in cases)
    page = new_edition(*cases)
    sign_in(browser, live_site, "bureau", PASSWORD)
    browser.get(f"{live_site}/admin/pages/{page.pk}/edit/")
    wait(browser).until(lambda driver: order_in_editor(driver) == [first, second, third])

    press_key(browser, button_of(browser, third, "move-up"), Keys.ENTER)
    wait(browser).until(lambda driver: order_in_editor(driver) == [first, third, second])
    press_key(browser, button_of(browser, first, "move-down"), Keys.SPACE)
    wait(browser).until(lambda driver: order_in_editor(driver) == [third, first, second])
    save_draft(browser)
    assert saved_order(page) == [third, first, second]

    handle = button_of(browser, second, "drag")
    target = button_of(browser, third, "drag")
    browser.execute_script("arguments[0].scrollIntoView({block: 'start'})", target)
    # In steps, as a hand moves: the other entries make room meanwhile.
    drag = ActionChains(browser, duration=200).click_and_hold(handle).pause(0.3)
    way = target.location["y"] - handle.location["y"] - 20
    for _step in range(5):
        drag = drag.move_by_offset(0, round(way / 5)).pause(0.1)
    drag.pause(0.5).release().perform()
    wait(browser).until(lambda driver: order_in_editor(driver) == [second, third, first])
    save_draft(browser)
    assert saved_order(page) == [second, third, first]


@pytest.mark.usefixtures("quick_hands")
def test_an_edition_is_issued_and_read_to_the_end(
    browser: Chrome,
    phone: Chrome,
    live_site: str,
    axe: Callable[[Chrome], list[str]],
    complaints: Callable[[Chrome], list[str]],
) -> None:
    edition = demo_edition()
    titles = [row.content["title"] for row in edition.current_issue().cases.all()]
    sign_in(browser, live_site, "bureau", PASSWORD)
    browser.get(f"{live_site}/admin/editions/")
    press(browser, "main td a")
    press(browser, f"a[href='/admin/editions/{edition.pk}/issue/']")
    fill(browser, "note", "更正一处数字")
    press(browser, "main form button[type=submit]")
    assert edition.issues.count() == 2
    # Looked at without Wagtail's own message, whose colours are its own.
    browser.refresh()
    assert axe(browser) == []

    # Until it is built the PDF's address says so, and keeps nobody from reading.
    reader = phone
    reader.get(f"{live_site}{edition.url}booklet.pdf")
    assert axe(reader) == []
    press(reader, "main .narrow > p > a")
    assert edition.title in text_of(reader)
    assert axe(reader) == []
    press(reader, "main aside .btn")
    read = [reader.find_element(By.TAG_NAME, "h1").text]
    assert axe(reader) == []
    for _number in titles[1:]:
        turn(reader, Keys.ARROW_RIGHT)
        read.append(reader.find_element(By.TAG_NAME, "h1").text)
    assert read == titles
    turn(reader, Keys.ARROW_LEFT)
    assert reader.find_element(By.TAG_NAME, "h1").text == titles[-2]
    # The answer 503 of the PDF's own address is the browser's only complaint.
    assert [line for line in complaints(reader) if "503" not in line] == []

    if lacks := machine.missing_parts():
        pytest.skip(f"the press lacks {' '.join(lacks)}; install it with: {machine.INSTALLS}")
    while building.build_waiting(timezone.now()):
        pass
    reader.get(f"{live_site}{edition.url}")
    link = reader.find_element(By.CSS_SELECTOR, "#booklet a").get_attribute("href")
    answer = Client().get(link.removeprefix(live_site))
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    text = re.sub(r"\s", "", "".join(each.extract_text() for each in pages[4:]))
    places = [text.index(re.sub(r"\s", "", title)) for title in titles]
    assert places == sorted(places)
