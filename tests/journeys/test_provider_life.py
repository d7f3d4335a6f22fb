"""A firm joins, is reviewed, shown, edited and withdrawn, as five people see it."""

from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from catalog.models import QualificationType
from providers.models import MemberInvitation, Notice, NoticeKind, ProviderPage
from tests.journeys.driving import fill, press, sign_in, text_of, tick

FIRM = "演示乙丑数智（赣州）有限公司"
# Made up: no region has the number 99.
CODE = "91990000MA0YX0999E"
SENTENCE = "帮小型电子厂把报工与物料账记清楚。"
MENDED = "帮小型电子厂把报工与物料账记清楚，十五天上线。"
EDITED = "帮小型电子厂把报工、物料和质检账记清楚，十五天上线。"
PASSWORD = "kuaizhun-2026-lianxi"
CERTIFICATE = "YS-0009"


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


def is_found(provider: ProviderPage, **chosen: str) -> bool:
    """Whether the list of providers leads to it when its name is searched, or what is chosen."""
    address = ProviderPage.objects.get(pk=provider.pk).url
    asked = Client().get("/providers/", chosen or {"q": FIRM})
    return f'href="{address}"' in asked.content.decode()


def enter_certificate(member: Chrome, site: str, kind: QualificationType, file: Path) -> None:
    """A certificate whose last day is today, with a picture of it."""
    member.get(f"{site}/admin/qualifications/")
    member.get(member.find_element(By.CSS_SELECTOR, "main a[href$='/add/']").get_attribute("href"))
    choose(member, "type", kind.pk)
    fill(member, "number", CERTIFICATE)
    fill(member, "issuer", "演示认证机构")
    put_day(member, "valid_to", timezone.localdate())
    member.find_element(By.NAME, "file").send_keys(str(file))
    press(member, "main form [type=submit]")
    assert CERTIFICATE in text_of(member)


def check_certificate(bureau: Chrome, site: str) -> None:
    bureau.get(f"{site}/admin/qualifications/checks/")
    link = bureau.find_element(By.PARTIAL_LINK_TEXT, CERTIFICATE)
    bureau.get(link.get_attribute("href"))
    assert bureau.find_elements(By.CSS_SELECTOR, "main a[href$='/file/']")
    press(bureau, "main form [type=submit]")


def run_due() -> None:
    """As the site's timer does; what is due by its clock is done."""
    call_command("run_due", stdout=StringIO())


def told(kind: NoticeKind) -> set[str]:
    """Who was told of the firm's certificate; the demonstration has others that end."""
    provider = ProviderPage.objects.get(uscc=CODE)
    rows = Notice.objects.filter(kind=kind, page_id=provider.pk)
    return set(rows.values_list("user__username", flat=True))


def test_joins_is_reviewed_shown_edited_and_withdrawn(
    live_site, open_browser, settings, licence, complaints, monkeypatch
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

    badge = QualificationType.objects.get(pk="iso9001")
    enter_certificate(member, live_site, badge, licence)
    assert badge.name not in page_of(provider)
    check_certificate(bureau, live_site)
    assert badge.name in page_of(provider)
    run_due()
    assert told(NoticeKind.QUALIFICATION_EXPIRES) == {"newcomer"}
    assert is_found(provider, qualification=badge.pk)
    with monkeypatch.context() as clock:
        tomorrow = timezone.now() + timedelta(days=1)
        clock.setattr(timezone, "now", lambda: tomorrow)
        run_due()
        assert badge.name not in page_of(provider)
        assert not is_found(provider, qualification=badge.pk)
    assert told(NoticeKind.QUALIFICATION_EXPIRED) == {"newcomer"}

    member.get(f"{live_site}/admin/listings/")
    member.get(member.find_element(By.CSS_SELECTOR, "a[href*='withdraw']").get_attribute("href"))
    press(member, "main form [type=submit]")
    assert FIRM in page_of(provider, status=410)
    assert not is_found(provider)
    for driver in (firm, bureau, lead, member):
        assert not complaints(driver)
