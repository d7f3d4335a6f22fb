"""A case on its way into a printed collection, as seven people see it."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from cases.editions import building, machine
from cases.models import CaseCollectionPage, CasePage, NoticePage, Objection, ScoringRound
from cases.stages import CaseStage, stage_of
from tests.cases.editions.making import new_edition
from tests.cases.editions.test_pdf import fonts_of
from tests.cases.notices.objecting import end
from tests.journeys.driving import fill, press, sign_in, text_of, tick, wait
from tests.journeys.test_edition import button_of, order_in_editor, press_key

TITLE = "一家演示针织厂的小单快反改造记"
ENTERPRISE = "演示戊寅针织厂"
MISSING = "案例至少需要 3 项指标"
# Indicator, before, after: the first is one of the standard ones.
FIGURES = (
    ("pass_rate", "96.2", "99.1"),
    ("delivery_cycle", "15", "9"),
    ("payroll_time", "6", "1"),
)
ANSWERED = re.compile(r"/edit/ .* 400 |/review/\d+/ .* 422 ")
SHORTLISTED = "[name=outcome][value=shortlisted]"
REASON = "现场看过台账，数字对得上。"
MINUTES = "两位评审核对了工资核算的口径，认为数据可信，各自保留打分。"
OBJECTION = "案例中的交付周期与客户合同不一致，请核查统计口径。"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    content = BytesIO()
    Image.new("RGB", (1200, 800), "steelblue").save(content, "PNG")
    path = tmp_path / "workshop.png"
    path.write_bytes(content.getvalue())
    return path


# -- what each of them does -----------------------------------------------------------------------


def click(driver: Chrome, element) -> None:
    """Press something that changes the page without leaving it."""
    driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});arguments[0].click()",
        element,
    )


def choose(driver: Chrome, name: str, value: str) -> None:
    Select(driver.find_element(By.NAME, name)).select_by_value(value)


def draft(member: Chrome, site: str) -> CasePage:
    """Begin a case from the member's own list."""
    member.get(f"{site}/admin/cases/own/")
    press(member, "main .desk-deeds a.button")
    fill(member, "title", TITLE)
    fill(member, "enterprise_name", ENTERPRISE)
    tick(member, "[name=industries][value=textile]")
    press(member, "button.action-save")
    return CasePage.objects.get(draft_title=TITLE)


def upload_picture(member: Chrome, site: str, picture: Path) -> None:
    member.get(f"{site}/admin/listings/pictures/")
    fill(member, "title", "演示车间")
    described = member.find_element(By.CSS_SELECTOR, "main [name=description]")
    described.send_keys("演示用的纯色图片")
    member.find_element(By.NAME, "file").send_keys(str(picture))
    press(member, "main form [type=submit]")


def complete(member: Chrome, site: str, case: CasePage) -> None:
    """Everything that the gate named, in the editor."""
    member.get(f"{site}/admin/pages/{case.pk}/edit/")
    fill(member, "summary", "针织小厂把工票、排产和工资连成一条线。")
    tick(member, "[name=modes][value=workshop]")
    fill(member, "months", "4")
    choose(member, "level_before", "L4")
    choose(member, "level_after", "L6")
    add_figure = member.find_element(By.ID, "id_indicators-ADD")
    for number, (indicator, before, after) in enumerate(FIGURES):
        click(member, add_figure)
        row = f"indicators-{number}"
        wait(member).until(lambda driver, row=row: driver.find_elements(By.NAME, f"{row}-before"))
        choose(member, f"{row}-indicator", indicator)
        fill(member, f"{row}-before", before)
        fill(member, f"{row}-after", after)
        fill(member, f"{row}-period", "2025年与2026年同期")
        fill(member, f"{row}-source", "车间台账")
    put_picture_in(member)
    press(member, "button.action-save")


def put_picture_in(member: Chrome) -> None:
    field = member.find_element(By.CSS_SELECTOR, "[data-contentpath=pictures]")
    click(member, field.find_element(By.CSS_SELECTOR, "button.c-sf-add-button"))
    opener = "button.chooser__choose-button"
    wait(member).until(lambda driver: field.find_elements(By.CSS_SELECTOR, opener))
    click(member, field.find_element(By.CSS_SELECTOR, opener))
    found = ".modal a.image-choice"
    wait(member).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, found))
    click(member, member.find_element(By.CSS_SELECTOR, found))
    image = "pictures-0-value-image"
    wait(member).until(lambda driver: driver.find_element(By.NAME, image).get_attribute("value"))
    fill(member, "pictures-0-value-alt", "车间里的针织横机")
    choose(member, "pictures-0-value-people", "nobody")
    choose(member, "pictures-0-value-screens", "no_screen")


def prove(member: Chrome, site: str, case: CasePage, file: Path) -> None:
    """A file for each figure."""
    for indicator, _before, _after in FIGURES:
        member.get(f"{site}/admin/evidence/{case.pk}/")
        fill(member, "name", f"台账 {indicator}")
        choose(member, "indicator", indicator)
        member.find_element(By.NAME, "file").send_keys(str(file))
        press(member, "main form [type=submit]")


def submit(member: Chrome, site: str, case: CasePage) -> None:
    member.get(f"{site}/admin/cases/own/")
    press(member, f"form[action='/admin/listings/{case.pk}/submit/'] button")


def open_round(bureau: Chrome, site: str, case: CasePage) -> ScoringRound:
    """Open the scoring and ask two who have no tie."""
    bureau.get(f"{site}/admin/scoring/new/")
    bureau.get(f"{site}/admin/scoring/new/{case.pk}/")
    press(bureau, "main form [type=submit]")
    scoring = ScoringRound.objects.get(case=case)
    for username in ("committee", "expert"):
        bureau.get(f"{site}/admin/scoring/{scoring.pk}/ask/")
        name = get_user_model().objects.get(username=username).get_full_name()
        press(bureau, f"main form button[aria-label*='{name}']")
    return scoring


def score(reviewer: Chrome, site: str, scoring: ScoringRound, username: str, points: int) -> None:
    """The same points for every criterion, each with its reason, and the word that nothing ties."""
    sheet = scoring.reviewers.get(user__username=username)
    reviewer.get(f"{site}/admin/scoring/mine/")
    reviewer.get(f"{site}/admin/scoring/mine/{sheet.pk}/")
    for criterion in scoring.scheme.criteria.all():
        tick(reviewer, f"[name=points_{criterion.pk}][value='{points}']")
        fill(reviewer, f"reason_{criterion.pk}", REASON)
    press(reviewer, "button[name=action][value=submit]")
    tick(reviewer, "[name=untied]")
    press(reviewer, "main form [type=submit]")


def settle(bureau: Chrome, site: str, scoring: ScoringRound) -> None:
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/outcome/")
    tick(bureau, SHORTLISTED)
    fill(bureau, "reason", "指标真实，做法可以照搬。")
    if bureau.find_elements(By.NAME, "below_mark_reason"):
        fill(bureau, "below_mark_reason", "同行急需这样的样板。")
    press(bureau, "main form [type=submit]")


def discuss(bureau: Chrome, site: str, scoring: ScoringRound) -> None:
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/discussion/")
    for box in bureau.find_elements(By.NAME, "present"):
        click(bureau, box)
    fill(bureau, "minutes", MINUTES)
    press(bureau, "main form [type=submit]")


def approve(officer: Chrome, site: str) -> None:
    """Open what waits under the case's title and approve it."""
    officer.get(f"{site}/admin/review/")
    officer.get(officer.find_element(By.PARTIAL_LINK_TEXT, TITLE).get_attribute("href"))
    press(officer, "button[name=action][value=approve]")


def ask_permission(bureau: Chrome, site: str, case: CasePage) -> tuple[str, str]:
    """Ask the enterprise; link and access code, which go two different ways."""
    bureau.get(f"{site}/admin/cases/{case.pk}/")
    press(bureau, f"form[action='/admin/cases/{case.pk}/permission/ask/'] button")
    link = bureau.find_element(By.ID, "permission-link").get_attribute("href")
    return link, bureau.find_element(By.ID, "permission-code").text


def agree(enterprise: Chrome, link: str, code: str) -> None:
    enterprise.get(link)
    press(enterprise, "main a.btn")
    fill(enterprise, "code", code)
    press(enterprise, "main form [type=submit]")
    assert TITLE in text_of(enterprise)
    tick(enterprise, "[name=answer][value=agreed]")
    fill(enterprise, "name", "演示厂长")
    fill(enterprise, "role", "厂长")
    press(enterprise, "main form [type=submit]")


def put_on_notice(bureau: Chrome, site: str, case: CasePage) -> NoticePage:
    bureau.get(f"{site}/admin/notices/put/")
    tick(bureau, f"[name=cases][value='{case.pk}']")
    press(bureau, "main form [type=submit]")
    publish = bureau.find_element(By.CSS_SELECTOR, "button[name=action-publish]")
    if not publish.is_displayed():
        click(bureau, bureau.find_element(By.CSS_SELECTOR, ".footer .w-dropdown__toggle"))
    press(bureau, "button[name=action-publish]")
    return NoticePage.objects.get(subjects__page=case, live=True)


def object_to(citizen: Chrome, site: str, notice: NoticePage) -> Objection:
    """By the public form, found from the notice."""
    citizen.get(f"{site}/notices/")
    citizen.get(site + notice.url)
    assert TITLE in text_of(citizen)
    press(citizen, f"main a[href$='{notice.url}object/']")
    tick(citizen, "[name=subject]")
    fill(citizen, "text", OBJECTION)
    fill(citizen, "name", "演示群众")
    fill(citizen, "phone", "13900000007")
    tick(citizen, "[name=consent]")
    press(citizen, "main form [type=submit]")
    filed = Objection.objects.latest("pk")
    assert filed.reference in text_of(citizen)
    return filed


def answer(bureau: Chrome, site: str, objection: Objection) -> None:
    """Admit it, then dismiss it with an answer."""
    file = f"{site}/admin/notices/objections/{objection.reference}/"
    bureau.get(f"{file}admit/")
    tick(bureau, "[name=decision][value=admit]")
    fill(bureau, "reason", "所述事实具体，可以核查。")
    press(bureau, "main form [type=submit]")
    bureau.get(f"{file}answer/")
    tick(bureau, "[name=outcome][value=dismissed]")
    fill(bureau, "answer", "已与合同逐份核对，统计口径一致。")
    fill(bureau, "public_answer", "经核查，交付周期按下单日至发货日计算，与合同一致。")
    press(bureau, "main form [type=submit]")


def publish_result(bureau: Chrome, site: str, notice: NoticePage) -> None:
    bureau.get(f"{site}/admin/notices/{notice.pk}/")
    press(bureau, f"main a[href$='/admin/notices/{notice.pk}/result/']")
    press(bureau, "main form [type=submit]")


def put_first(bureau: Chrome, title: str) -> None:
    """Move a case up to the first place with the keyboard alone."""
    for _step in order_in_editor(bureau):
        if order_in_editor(bureau)[0] == title:
            return
        before = order_in_editor(bureau)
        press_key(bureau, button_of(bureau, title, "move-up"), Keys.ENTER)
        wait(bureau).until(lambda driver, before=before: order_in_editor(driver) != before)


def issue(bureau: Chrome, site: str, edition: CaseCollectionPage, note: str = "") -> None:
    bureau.get(f"{site}/admin/editions/{edition.pk}/")
    press(bureau, f"a[href='/admin/editions/{edition.pk}/issue/']")
    if note:
        fill(bureau, "note", note)
    press(bureau, "main form button[type=submit]")


def booklet_of(site: str, reader: Chrome) -> PdfReader:
    """The PDF behind the button of the edition's page that the reader has open."""
    link = reader.find_element(By.CSS_SELECTOR, "#booklet a").get_attribute("href")
    answer = Client().get(link.removeprefix(site))
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(b"".join(answer.streaming_content)))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# -- the story ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_hands")
def test_nominated_scored_on_notice_published_and_printed(
    live_site: str,
    open_browser: Callable[..., Chrome],
    phone: Chrome,
    picture: Path,
    settings,
    complaints: Callable[[Chrome], list[str]],
) -> None:
    site, password = live_site, settings.DEMO_PASSWORD
    people = {name: open_browser() for name in ("provider1", "lead", "bureau", "committee")}
    people["expert"] = open_browser()
    for name, driver in people.items():
        sign_in(driver, site, name, password)
    member, bureau = people["provider1"], people["bureau"]

    case = draft(member, site)
    member.get(f"{site}/admin/cases/own/")
    assert MISSING in text_of(member)
    upload_picture(member, site, picture)
    complete(member, site, case)
    prove(member, site, case, picture)
    member.get(f"{site}/admin/cases/own/")
    assert MISSING not in text_of(member)
    submit(member, site, case)
    assert stage_of(case) == CaseStage.NOMINATED
    approve(people["lead"], site)

    scoring = open_round(bureau, site, case)
    score(people["committee"], site, scoring, "committee", 9)
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/")
    assert REASON not in bureau.page_source
    score(people["expert"], site, scoring, "expert", 5)
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/")
    assert REASON in bureau.page_source
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/outcome/")
    assert not bureau.find_elements(By.CSS_SELECTOR, SHORTLISTED)
    discuss(bureau, site, scoring)
    settle(bureau, site, scoring)
    assert stage_of(case) == CaseStage.SHORTLISTED
    bureau.get(f"{site}/admin/scoring/{scoring.pk}/")
    assert MINUTES in bureau.page_source

    agree(phone, *ask_permission(bureau, site, case))
    notice = put_on_notice(bureau, site, case)
    assert stage_of(case) == CaseStage.ON_NOTICE
    objection = object_to(phone, site, notice)
    approve(bureau, site)
    assert not CasePage.objects.get(pk=case.pk).live
    answer(bureau, site, objection)
    assert "逐份核对" in text_on(phone, f"{site}/objections/mine/{objection.reference}/")
    end(notice)
    publish_result(bureau, site, notice)
    approve(bureau, site)
    case = CasePage.objects.get(pk=case.pk)
    assert stage_of(case) == CaseStage.PUBLISHED
    assert TITLE in text_on(phone, site + case.url)

    others = list(CasePage.objects.listed().exclude(pk=case.pk).order_by("pk"))
    edition = new_edition(*others, case)
    bureau.get(f"{site}/admin/pages/{edition.pk}/edit/")
    put_first(bureau, TITLE)
    press(bureau, "button.action-save")
    issue(bureau, site, edition)
    assert TITLE in text_on(phone, site + edition.url)
    # Autosave says that a row is half filled in, and the review that the notice still runs.
    said = [line for driver in (*people.values(), phone) for line in complaints(driver)]
    assert [line for line in said if not ANSWERED.search(line)] == []

    if lacks := machine.missing_parts():
        pytest.skip(f"the press lacks {' '.join(lacks)}; install it with: {machine.INSTALLS}")
    while building.build_waiting(timezone.now()):
        pass
    phone.get(site + edition.url)
    printed = booklet_of(site, phone)
    text = squeezed("".join(page.extract_text() for page in printed.pages))
    titles = [squeezed(each.title) for each in (case, *others)]
    # First in the contents, last on the cases' own pages.
    for find in (text.index, text.rindex):
        places = [find(title) for title in titles]
        assert places == sorted(places)
    fonts = list(fonts_of(printed))
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for _name, descriptor in fonts)
    issue(bureau, site, edition, note="重印")
    while building.build_waiting(timezone.now()):
        pass
    phone.get(site + edition.url)
    assert len(booklet_of(site, phone).pages) == len(printed.pages)


def text_on(driver: Chrome, address: str) -> str:
    driver.get(address)
    return text_of(driver)
