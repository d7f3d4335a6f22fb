"""The main job as three people do it: an enterprise, a provider, the enterprise again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until

from marketplace.setup.browser import PHONE
from providers.matching.models import Invitation, MatchRequest
from tests.journeys.driving import fill, press, sign_in, text_of, tick, wait

COMPANY = "演示癸制衣厂"
CONTACT = "王厂长"
TELEPHONE = "13800000001"


def search_filter_open(driver: Chrome, site: str) -> None:
    """Search, narrow by industry, open the solution found."""
    driver.get(f"{site}/")
    box = driver.find_element(By.CSS_SELECTOR, "main input[name=q]")
    box.send_keys("排产")
    box.send_keys(Keys.ENTER)
    wait(driver).until(until.url_contains("q="))
    driver.get(f"{site}/solutions/?q=排产&industry=textile")
    assert driver.find_elements(By.CSS_SELECTOR, "a.chip")
    wait(driver).until(
        until.element_to_be_clickable((By.PARTIAL_LINK_TEXT, "智能排产助手"))
    ).click()
    wait(driver).until(until.url_contains("/providers/"))
    assert "3.6–9.8" in text_of(driver)


def ask(driver: Chrome) -> tuple[str, str]:
    """Ask the provider of the open page for service; the private link and the code."""
    press(driver, "a[href*='/requests/new/?solution=']")
    tick(driver, "input[name=pain_points][value=plan_by_hand]")
    fill(driver, "sentence", "小单多，改单后排产全乱，想先看看怎么排。")
    driver.find_element(
        By.CSS_SELECTOR, "select[name=headcount_band] option[value='20-99']"
    ).click()
    press(driver, "main form [type=submit]")

    assert "/requests/new/whom/" in driver.current_url
    chosen = driver.find_element(By.CSS_SELECTOR, "input[name=choose]:checked")
    key = chosen.get_attribute("value")
    assert not driver.find_elements(By.CSS_SELECTOR, "input[name=consent]:checked")
    assert "织演软件（赣州）有限公司" in text_of(driver)
    tick(driver, f"input[name=consent][value='{key.partition('/')[0]}']")
    press(driver, "main form [type=submit]")

    fill(driver, "company", COMPANY)
    fill(driver, "contact_name", CONTACT)
    fill(driver, "phone", TELEPHONE)
    tick(driver, "input[name=notice]")
    press(driver, "main form [type=submit]")

    assert "/done/" in driver.current_url, text_of(driver)
    link = driver.find_element(By.ID, "private-link").get_attribute("href")
    code = driver.find_element(By.ID, "access-code").text
    driver.find_element(By.CSS_SELECTOR, "main a.btn[href*='/requests/mine/']").click()
    wait(driver).until(until.url_matches(r"/mine/[^/]+/$"))
    press(driver, "form[action$='/send/'] [type=submit]")
    return link, code


def answer(driver: Chrome, site: str) -> None:
    """Open the row in Requests and say that a visit is welcome."""
    driver.get(f"{site}/admin/matching/inbox/")
    row = wait(driver).until(
        until.presence_of_element_located(
            (By.CSS_SELECTOR, "table td a[href*='/admin/matching/inbox/']")
        )
    )
    driver.get(row.get_attribute("href"))
    shown = text_of(driver)
    assert COMPANY in shown
    assert TELEPHONE in shown
    day = timezone.localdate() + timedelta(days=2)
    field = driver.find_element(By.NAME, "yes-visit_on")
    driver.execute_script("arguments[0].value = arguments[1]", field, day.isoformat())
    fill(driver, "yes-message", "后天上午到厂，请准备近一个月的订单表。")
    press(driver, "button[name=answer][value=interested]")


def test_search_ask_answer_read(live_site, open_browser, complaints, settings):
    settings.REQUEST_MIN_SECONDS = 0  # a browser that is driven is as quick as a robot
    enterprise = open_browser(PHONE)
    search_filter_open(enterprise, live_site)
    link, code = ask(enterprise)

    provider = open_browser()
    sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
    answer(provider, live_site)

    rival = open_browser()
    sign_in(rival, live_site, "provider2", settings.DEMO_PASSWORD)
    invitation = Invitation.objects.get(request=MatchRequest.objects.get(company=COMPANY))
    rival.get(f"{live_site}/admin/matching/inbox/{invitation.public_id}/")
    assert COMPANY not in rival.page_source

    elsewhere = open_browser(PHONE)
    elsewhere.get(link)
    assert COMPANY not in elsewhere.page_source
    assert TELEPHONE not in elsewhere.page_source
    press(elsewhere, "main a.btn[href*='/requests/mine/']")
    fill(elsewhere, "code", code)
    press(elsewhere, "main form [type=submit]")
    seen = text_of(elsewhere)
    assert "后天上午到厂" in seen
    assert "织演软件" in seen
    assert not complaints(enterprise)
    assert not complaints(elsewhere)


PAGES = (
    "/",
    "/solutions/?q=排产&industry=textile",
    "/solutions/?q=没有这样的方案",
    "/providers/",
    "/cases/",
    "/search/?q=追溯",
    "/requests/new/",
    "/policy/",
    "/notices/",
    "/sitemap/",
    "/indicators/",
    "/indicators/pass_rate/",
    "/indicators/pass_rate/?industry=none&sort=-before",
    "/visit/zhenzhi-xiaodan-kuaifan/",
    "/reward/",
    "/reward/?level=L5&investment=220&approved_investment=3",
    "/reward/?level=&investment=x&prior_award=-1&foo=1",
    "/no-such-page/",
)
# Paragraphs that are seen, and stand in less than four characters' width; none may.
SQUEEZED = """
    return [...document.querySelectorAll("main p")]
        .filter(p => p.textContent.trim() && p.checkVisibility() && !p.closest(".sr-only"))
        .filter(p => p.clientWidth < 60 && getComputedStyle(p).display !== "inline")
        .map(p => `${p.clientWidth} px: ${p.textContent.trim().slice(0, 30)}`);
"""
FIRST_OF = {"/solutions/": "/providers/", "/providers/": "/providers/", "/cases/": "/cases/"}


@pytest.mark.parametrize("mode", ["light", "care"])
def test_axe_finds_nothing_and_nothing_overflows(live_site, open_browser, axe, mode):
    driver = open_browser(PHONE)
    if mode == "care":
        driver.get(f"{live_site}/")
        press(driver, ".strip form[action='/care/'] button")
    addresses = [f"{live_site}{path}" for path in PAGES]
    for index, start in FIRST_OF.items():
        driver.get(live_site + index)
        addresses.append(
            driver.find_element(
                By.CSS_SELECTOR, f"main article h3 a[href^='{start}']"
            ).get_attribute("href")
        )
    found = {}
    for address in addresses:
        driver.get(address)
        if violations := axe(driver):
            found[address] = violations
        wide = driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if wide:
            found.setdefault(address, []).append("scrolls sideways")
        if squeezed := driver.execute_script(SQUEEZED):
            found.setdefault(address, []).append(f"too narrow to read: {squeezed}")
    assert not found
