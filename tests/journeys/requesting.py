"""What people do about a request in driven browsers: who asks, who answers, the office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from providers.matching.models import Choice, Invitation, MatchRequest, Message
from tests.journeys.driving import fill, press, tick
from tests.matching import asking
from tests.pages import provider_of

COMPANY = "演示壬戌五金厂"
CONTACT = "李厂长"
TELEPHONE = "13800000062"
SENTENCE = "小单多，交期常常拖，想先把排产理清楚。"
SUBMIT = "main form [type=submit]"
WIDE = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True)
class Keys:
    """What an enterprise writes down after sending."""

    reference: str
    link: str
    code: str


@dataclass
class Watch:
    """Looks at the pages of a walk as it goes, and keeps what is wrong with them."""

    axe: Callable[[Chrome], list[str]]
    complaints: Callable[[Chrome], list[str]]
    found: list[str] = field(default_factory=list)

    def look(self, driver: Chrome) -> None:
        """Accessible, nothing the browser itself complains of, and nothing scrolls sideways."""
        self.found += self.complaints(driver)
        self.found += self.axe(driver)
        if driver.execute_script(WIDE):
            self.found.append(f"{driver.current_url} scrolls sideways")


# -- requests that need no browser -----------------------------------------------------------------


def sent_to(*usernames: str, consent: bool = True) -> MatchRequest:
    """A request that has been sent to these members' providers."""
    offers = [asking.offer_of(name) for name in usernames]
    consents = tuple(offers) if consent else ()
    return asking.ask_and_send(
        Client(), *offers, consent=consents, company=COMPANY, phone=TELEPHONE
    )


def of(request: MatchRequest, username: str) -> Invitation:
    """The invitation of that member's provider, as it is now."""
    return request.invitations.get(provider=provider_of(username))


# -- the clock ------------------------------------------------------------------------------------


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let the site's clock go on from that moment: for its pages, which this process serves too.

    Browsers keep their own clock; whoever was signed in before has been signed out by then.
    """
    real = timezone.now
    ahead = moment - real()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + ahead)
        yield


def run_due() -> None:
    """As the site's timer does."""
    call_command("run_due", stdout=StringIO())


def told(request: MatchRequest, kind: str, audience: str) -> int:
    """How many messages of that kind these readers have about a request."""
    return Message.objects.filter(request=request, kind=kind, audience=audience).count()


# -- in a browser ---------------------------------------------------------------------------------


def put_day(driver: Chrome, name: str, days: int) -> None:
    """A day so many days from today."""
    day: date = timezone.localdate() + timedelta(days=days)
    box = driver.find_element(By.NAME, name)
    driver.execute_script("arguments[0].value = arguments[1]", box, day.isoformat())


def unfold(driver: Chrome, inside: str) -> None:
    """Open the fold that holds an element, as a click on its summary does."""
    held = driver.find_element(By.CSS_SELECTOR, inside)
    driver.execute_script("arguments[0].closest('details').open = true", held)


def follow(driver: Chrome, selector: str) -> None:
    """Go where a link of the page leads."""
    driver.get(driver.find_element(By.CSS_SELECTOR, selector).get_attribute("href"))


def has(driver: Chrome, selector: str) -> bool:
    return bool(driver.find_elements(By.CSS_SELECTOR, selector))


def sign_out(driver: Chrome, site: str) -> None:
    driver.delete_all_cookies()
    driver.get(f"{site}/")


# -- the enterprise -------------------------------------------------------------------------------


def describe_need(driver: Chrome, sentence: str = SENTENCE) -> None:
    """The first step, on the page that is open."""
    tick(driver, "input[name=pain_points][value=plan_by_hand]")
    fill(driver, "sentence", sentence)
    driver.find_element(By.CSS_SELECTOR, "[name=headcount_band] option[value='20-99']").click()
    press(driver, "main form.section [type=submit]")


def ask_whom(driver: Chrome, site: str, *offers: str) -> None:
    """The second step: these offers, each provider with a consent that was not ticked before."""
    driver.get(f"{site}/requests/new/whom/?all=1")
    assert not has(driver, "input[name=consent]:checked")
    for key in offers:
        if not has(driver, f"input[name=choose][value='{key}']:checked"):
            tick(driver, f"input[name=choose][value='{key}']")
        tick(driver, f"input[name=consent][value='{key.partition('/')[0]}']")
    press(driver, SUBMIT)


def leave_contact(driver: Chrome, *, phone: str = TELEPHONE) -> Keys:
    """The third step, and what is shown once after it."""
    fill(driver, "company", COMPANY)
    fill(driver, "contact_name", CONTACT)
    fill(driver, "phone", phone)
    tick(driver, "input[name=notice]")
    press(driver, SUBMIT)
    return keys_shown(driver)


def keys_shown(driver: Chrome) -> Keys:
    assert "/done/" in driver.current_url, driver.find_element(By.TAG_NAME, "main").text
    return Keys(
        reference=driver.current_url.split("/mine/")[1].partition("/")[0],
        link=driver.find_element(By.ID, "private-link").get_attribute("href"),
        code=driver.find_element(By.ID, "access-code").text,
    )


def open_request(driver: Chrome, site: str, request: MatchRequest) -> None:
    """Follow the private link, as a message carries it, and type the access code."""
    open_with(driver, f"{site}/requests/{request.token}/", request.access_code)


def open_with(driver: Chrome, link: str, code: str) -> None:
    driver.get(link)
    assert COMPANY not in driver.page_source
    press(driver, "main a.btn[href*='/requests/mine/']")
    fill(driver, "code", code)
    press(driver, SUBMIT)


def show(driver: Chrome, site: str, request: MatchRequest) -> str:
    """The request's page as it is now, in a browser that has opened it; what it says."""
    driver.get(f"{site}/requests/mine/{request.reference}/")
    return driver.find_element(By.TAG_NAME, "main").text


# -- the provider ---------------------------------------------------------------------------------


def inbox_page(driver: Chrome, site: str, invitation: Invitation) -> str:
    """A provider's page of the request; its source."""
    driver.get(f"{site}/admin/matching/inbox/{invitation.public_id}/")
    return driver.page_source


def work_page(driver: Chrome, site: str, choice: Choice) -> str:
    driver.get(f"{site}/admin/matching/inbox/{choice.invitation.public_id}/work/")
    return driver.page_source


def answer_interested(driver: Chrome, message: str) -> None:
    put_day(driver, "yes-visit_on", 2)
    fill(driver, "yes-message", message)
    press(driver, "button[name=answer][value=interested]")


def send_quote(driver: Chrome, *, low: str, high: str, days: int, approach: str) -> None:
    for name, value in (
        ("price_min_wan", low),
        ("price_max_wan", high),
        ("days", str(days)),
        ("approach", approach),
    ):
        fill(driver, f"quote-{name}", value)
    put_day(driver, "quote-valid_until", 30)
    press(driver, "button[name=answer][value=quote]")


def deed(driver: Chrome, name: str, **fields: str) -> None:
    """Fill in one of the forms of the work, folded or not, and send it."""
    button = f"button[name=deed][value={name}]"
    if has(driver, f"details {button}"):
        unfold(driver, button)
    for key, value in fields.items():
        fill(driver, f"{name}-{key}", value)
    press(driver, button)
