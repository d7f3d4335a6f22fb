"""A firm joins, is reviewed, shown, edited and withdrawn, as five people see it."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from providers.models import MemberInvitation, ProviderPage, Qualification
from tests.journeys.driving import fill, press, sign_in, text_of, tick

FIRM = "演示乙丑数智（赣州）有限公司"
# Made up: no region has the number 99.
CODE = "91990000MA0YX0999E"
SENTENCE = "帮小型电子厂把报工与物料账记清楚。"
MENDED = "帮小型电子厂把报工与物料账记清楚，十五天上线。"
EDITED = "帮小型电子厂把报工、物料和质检账记清楚，十五天上线。"
PASSWORD = "kuaizhun-2026-lianxi"


@pytest.fixture
def licence(tmp_path: Path) -> Path:
    content = BytesIO()
    Image.new("RGB", (600, 400), "white").save(content, "PNG")
    path = tmp_path / "licence.png"
    path.write_bytes(content.getvalue())
    return path


def choose(driver: Chrome, name: str, value: str) -> None:
    driver.find_element(By.CSS_SELECTOR, f"select[name={name}] option[value='{value}']").click()


def put_day(driver: Chrome, name: str, day: date) -> None:
    field = driver.find_element(By.NAME, name)
    driver.execute_script("arguments[0].value = arguments[1]", field, day.isoformat())


def apply_to_join(driver: Chrome, site: str, licence: Path) -> str:
    """Fill in the four steps and send; the private link."""
    driver.get(f"{site}/join/")
    press(driver, "main a.btn[href='/join/new/']")
    fill(driver, "company", FIRM)
    fill(driver, "uscc", CODE)
    put_day(driver, "registered_on", date(2019, 5, 6))
    fill(driver, "headcount", "32")
    press(driver, "button[name=next]")
    driver.find_element(By.CSS_SELECTOR, "[name=kind] option:nth-child(2)").click()
    fill(driver, "summary", SENTENCE)
    fill(driver, "local_team_size", "0")
    for name in ("service_categories", "scenarios", "industries"):
        tick(driver, f"input[name={name}]")
    press(driver, "button[name=next]")
    driver.find_element(By.NAME, "licence").send_keys(str(licence))
    press(driver, "button[name=next]")
    fill(driver, "contact_name", "演示联系人")
    fill(driver, "phone", "13900000009")
    fill(driver, "email", "contact@firm.example")
    tick(driver, "input[name=truthfulness]")
    tick(driver, "input[name=supervision]")
    fill(driver, "signed_by", "演示签署人")
    press(driver, "button[name=send]")
    return driver.find_element(By.ID, "private-link").get_attribute("href")


def approve_application(bureau: Chrome, site: str) -> None:
    bureau.get(f"{site}/admin/applications/")
    bureau.get(bureau.find_element(By.PARTIAL_LINK_TEXT, FIRM).get_attribute("href"))
    assert CODE in text_of(bureau)
    press(bureau, "button[value=approve]")


def accept_invitation(driver: Chrome, site: str) -> None:
    """The link is what the message carries."""
    driver.get(f"{site}/join/invitation/{MemberInvitation.objects.latest('pk').token}/")
    fill(driver, "username", "newcomer")
    fill(driver, "password1", PASSWORD)
    fill(driver, "password2", PASSWORD)
    press(driver, "main form [type=submit]")


def edit_profile(driver: Chrome, site: str, provider: ProviderPage, sentence: str) -> None:
    driver.get(f"{site}/admin/pages/{provider.pk}/edit/")
    fill(driver, "summary", sentence)
    press(driver, "button.action-save")


def submit(driver: Chrome, site: str, provider: ProviderPage) -> None:
    driver.get(f"{site}/admin/listings/")
    press(driver, f"form[action='/admin/listings/{provider.pk}/submit/'] button")


def decide(driver: Chrome, site: str, action: str, message: str = "") -> None:
    """Open what waits under the firm's name and decide it."""
    driver.get(f"{site}/admin/review/")
    driver.get(driver.find_element(By.PARTIAL_LINK_TEXT, FIRM).get_attribute("href"))
    if message:
        fill(driver, "comment", message)
    press(driver, f"button[name=action][value={action}]")


def page_of(provider: ProviderPage, **expected: int) -> str:
    """What a visitor gets at the provider's address, without a browser's cache."""
    answer = Client().get(ProviderPage.objects.get(pk=provider.pk).url)
    assert answer.status_code == expected.get("status", 200)
    return answer.content.decode()


def is_found(provider: ProviderPage) -> bool:
    """Whether the list of providers leads to it when its name is searched."""
    address = ProviderPage.objects.get(pk=provider.pk).url
    return f'href="{address}"' in Client().get("/providers/", {"q": FIRM}).content.decode()


def test_joins_is_reviewed_shown_edited_and_withdrawn(
    live_site, open_browser, settings, licence, complaints
):
    settings.REQUEST_MIN_SECONDS = 0  # a browser that is driven is as quick as a robot
    office = settings.DEMO_PASSWORD
    firm, bureau, lead = open_browser(), open_browser(), open_browser()
    link = apply_to_join(firm, live_site, licence)
    sign_in(bureau, live_site, "bureau", office)
    approve_application(bureau, live_site)
    firm.get(link)
    provider = ProviderPage.objects.get(uscc=CODE)
    assert not provider.live

    member = open_browser()
    accept_invitation(member, live_site)
    member.get(f"{live_site}/admin/listings/")
    assert FIRM in text_of(member)
    submit(member, live_site, provider)

    sign_in(lead, live_site, "lead", office)
    decide(lead, live_site, "reject", "请写明多少天可以上线。")
    member.get(f"{live_site}/admin/listings/")
    assert "请写明多少天可以上线。" in text_of(member)
    edit_profile(member, live_site, provider, MENDED)
    submit(member, live_site, provider)
    decide(lead, live_site, "approve")
    assert page_of(provider, status=404)
    decide(bureau, live_site, "approve")
    assert MENDED in page_of(provider)
    assert is_found(provider)

    edit_profile(member, live_site, provider, EDITED)
    submit(member, live_site, provider)
    decide(lead, live_site, "approve")
    assert MENDED in page_of(provider)
    decide(bureau, live_site, "approve")
    assert EDITED in page_of(provider)

    badge = Qualification.objects.create(
        provider=provider,
        type_id=Qualification.objects.first().type_id,
        number="YS-0009",
        issuer="演示机构",
        valid_to=timezone.localdate(),
        checked_on=timezone.localdate(),
    )
    assert str(badge.type) in page_of(provider)
    Qualification.objects.filter(pk=badge.pk).update(
        valid_to=timezone.localdate() - timedelta(days=1)
    )
    assert str(badge.type) not in page_of(provider)

    member.get(f"{live_site}/admin/listings/")
    member.get(member.find_element(By.CSS_SELECTOR, "a[href*='withdraw']").get_attribute("href"))
    press(member, "main form [type=submit]")
    assert FIRM in page_of(provider, status=410)
    assert not is_found(provider)
    for driver in (firm, bureau, lead, member):
        assert not complaints(driver)
