"""A request answered and brought to its rating; unanswered, declined, or made on the phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from selenium.webdriver.common.by import By

from marketplace.setup.browser import PHONE
from providers.matching.answering.answers import decline
from providers.matching.models import (
    CallBack,
    Choice,
    InvitationState,
    MatchingTerms,
    MatchRequest,
    Message,
    MessageKind,
    RequestState,
    Turn,
)
from providers.matching.own_page.next_steps import state_words
from tests.journeys.driving import fill, press, sign_in, text_of, tick
from tests.journeys.requesting import (
    COMPANY,
    SENTENCE,
    SUBMIT,
    TELEPHONE,
    answer_interested,
    ask_whom,
    clock_at,
    deed,
    describe_need,
    follow,
    has,
    inbox_page,
    leave_contact,
    of,
    open_request,
    open_with,
    put_day,
    run_due,
    send_quote,
    sent_to,
    show,
    sign_out,
    told,
    unfold,
    work_page,
)
from tests.matching import asking, replying, working
from tests.pages import provider_of

OFFICE = Message.Audience.OFFICE
ENTERPRISE = Message.Audience.ENTERPRISE

pytestmark = pytest.mark.usefixtures("quick_hands")


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "双方签字合同.png"
    Image.new("RGB", (600, 400), "white").save(path)
    return str(path)


# -- all goes well --------------------------------------------------------------------------------


def test_from_the_request_to_the_rating(live_site, open_browser, settings, watch, photo):
    enterprise, first, second = open_browser(PHONE), open_browser(), open_browser()
    enterprise.get(f"{live_site}/requests/new/")
    describe_need(enterprise)
    ask_whom(enterprise, live_site, *map(asking.offer_of, ("provider1", "provider2")))
    keys = leave_contact(enterprise)
    watch.look(enterprise)
    request = MatchRequest.objects.get(reference=keys.reference)
    show(enterprise, live_site, request)
    watch.look(enterprise)
    press(enterprise, "form[action$='/send/'] [type=submit]")
    watch.look(enterprise)

    # Both providers answer in their back office; one asks before.
    sign_in(first, live_site, "provider1", settings.DEMO_PASSWORD)
    first.get(f"{live_site}/admin/matching/inbox/")
    follow(first, "table td a[href*='/admin/matching/inbox/']")
    assert COMPANY in text_of(first)
    unfold(first, "[name=ask-text]")
    fill(first, "ask-text", "一天大约下多少张单？")
    press(first, "button[name=answer][value=question]")
    answer_interested(first, "后天上午到厂看现场。")
    send_quote(first, low="3.2", high="4.8", days=30, approach="先梳理工序，再导入订单。")
    sign_in(second, live_site, "provider2", settings.DEMO_PASSWORD)
    inbox_page(second, live_site, of(request, "provider2"))
    answer_interested(second, "可以先开视频会。")
    send_quote(second, low="2.6", high="4", days=45, approach="先装采集，再上看板。")

    # The enterprise answers, compares and chooses.
    assert "一天大约下多少张单？" in show(enterprise, live_site, request)
    watch.look(enterprise)
    fill(enterprise, "text", "一天二十张左右，多数三天内要货。")
    press(enterprise, "form[action$='/questions/1/'] [type=submit]")
    assert "一天二十张左右" in inbox_page(second, live_site, of(request, "provider2"))
    show(enterprise, live_site, request)
    watch.look(enterprise)
    rows = [row.text for row in enterprise.find_elements(By.CSS_SELECTOR, "table.compare tbody tr")]
    assert len(rows) == 2
    follow(enterprise, "a[href^='?sort=price'], a[href*='?sort=price']")
    cheapest = enterprise.find_element(By.CSS_SELECTOR, "table.compare tbody tr")
    assert provider_of("provider2").title in cheapest.text
    chosen = of(request, "provider1")
    follow(enterprise, f"a[href$='/choose/{chosen.public_id}/']")
    watch.look(enterprise)
    fill(enterprise, "reason", "到过现场，说得最清楚。")
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    assert COMPANY not in inbox_page(second, live_site, of(request, "provider2"))

    # Contract, criteria, milestone.
    choice = Choice.objects.get(request=request)
    inbox_page(first, live_site, chosen)
    deed(first, "contract", contracted_wan="3.60")
    show(enterprise, live_site, request)
    watch.look(enterprise)
    follow(enterprise, "a[href$='/work/criteria/']")
    watch.look(enterprise)
    fill(enterprise, "lines", "排产计划每天早上八点前更新\n订单准时率可在系统内查询")
    press(enterprise, SUBMIT)
    work_page(first, live_site, choice)
    deed(first, "agree")
    work_page(first, live_site, choice)
    put_day(first, "milestones-0-due_on", 20)
    deed(first, "milestones", **{"0-title": "一号线上线"})
    assert "一号线上线" in show(enterprise, live_site, request)
    follow(enterprise, "a[href$='/work/documents/add/contract/']")
    watch.look(enterprise)
    enterprise.find_element(By.NAME, "file").send_keys(photo)
    press(enterprise, SUBMIT)
    assert "双方签字合同" in text_of(enterprise)
    watch.look(enterprise)

    # Hand-over, confirmed with the level.
    assert "双方签字合同" in work_page(first, live_site, choice)
    deed(first, "hand_over", message="三条产线全部上线，操作员已培训。")
    assert "三条产线全部上线" in show(enterprise, live_site, request)
    watch.look(enterprise)
    follow(enterprise, "a[href$='/work/confirm/']")
    watch.look(enterprise)
    enterprise.find_element(By.CSS_SELECTOR, "[name=level_reached] option[value=L5]").click()
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    choice = working.fresh(choice)
    assert (choice.stage, choice.level_reached_id) == (RequestState.CONFIRMED, "L5")
    run_due()
    assert not told(request, MessageKind.RATING_INVITED, ENTERPRISE)

    # A month later the enterprise is invited to rate; its browser asks for the code again.
    days = MatchingTerms.current().rating_days
    with clock_at(choice.accepted_at + timedelta(days=days, hours=1)):
        run_due()
        run_due()
        assert told(request, MessageKind.RATING_INVITED, ENTERPRISE) == 1
        open_with(enterprise, keys.link, keys.code)
        follow(enterprise, "a[href$='/work/rating/']")
        watch.look(enterprise)
        tick(enterprise, "input[name=stars][value='4']")
        fill(enterprise, "text", "排产清楚多了，交期能说准，培训也跟得上，就是前两周忙乱。")
        press(enterprise, SUBMIT)
        watch.look(enterprise)
    public = provider_of("provider1").full_url
    assert "排产清楚多了" not in Client().get(provider_of("provider1").url).content.decode()

    # The office reads it, the provider answers, everybody sees both.
    bureau = second
    sign_out(bureau, live_site)
    sign_in(bureau, live_site, "bureau", settings.DEMO_PASSWORD)
    bureau.get(f"{live_site}/admin/matching/ratings/")
    assert "排产清楚多了" in text_of(bureau)
    press(bureau, f"button[name='{request.reference}-decision'][value=publish]")
    bureau.get(f"{live_site}/admin/matching/requests/{request.reference}/")
    assert COMPANY in text_of(bureau)
    bureau.get(f"{live_site}/admin/matching/prices/")
    assert "3.6" in text_of(bureau)
    work_page(first, live_site, choice)
    deed(first, "reply", text="谢谢信任，前两周的问题已经改进。")
    enterprise.get(public)
    assert "排产清楚多了" in text_of(enterprise)
    assert "前两周的问题已经改进" in text_of(enterprise)
    assert COMPANY not in enterprise.page_source
    watch.look(enterprise)
    assert not watch.found


# -- nobody answers, nobody wants to --------------------------------------------------------------


def test_nobody_answers_and_the_circle_is_widened(live_site, open_browser, settings, watch):
    request = sent_to("provider1")
    with clock_at(of(request, "provider1").deadline_at + timedelta(minutes=1)):
        run_due()
        run_due()
        assert told(request, MessageKind.NOBODY_ANSWERED, ENTERPRISE) == 1
        assert told(request, MessageKind.NOBODY_ANSWERED, OFFICE)
        bureau = open_browser()
        sign_in(bureau, live_site, "bureau", settings.DEMO_PASSWORD)
        follow(bureau, f"main a[href$='/matching/requests/?turn={Turn.NOBODY.value}']")
        follow(bureau, f"main a[href$='/matching/requests/{request.reference}/']")
        offer_help(bureau)

        enterprise = open_browser(PHONE)
        open_request(enterprise, live_site, request)
        assert state_words(request) in text_of(enterprise)
        watch.look(enterprise)
        press(enterprise, "#help button[name=decision][value=agree]")
        watch.look(enterprise)
        follow(enterprise, "main a.btn[href$='/widen/']")
        watch.look(enterprise)
        box = enterprise.find_element(By.CSS_SELECTOR, "input[name=choose]")
        key = box.get_attribute("value")
        tick(enterprise, f"input[name=choose][value='{key}']")
        tick(enterprise, "input[name=consent]")
        press(enterprise, SUBMIT)
        watch.look(enterprise)
        asked = request.invitations.get(provider__slug=key.partition("/")[0])
        assert asked.state() == InvitationState.PENDING
        assert asked.identity().company == COMPANY
        assert request.turn() == Turn.PROVIDER

        bureau.get(f"{live_site}/admin/matching/requests/{request.reference}/")
        assert asked.provider.title in text_of(bureau)
        follow(bureau, "main a[href*='/help/']")
        fill(bureau, "result", "已经打过电话，对方正忙。")
        press(bureau, SUBMIT)
        assert "已经打过电话" in show(enterprise, live_site, request)
    assert not watch.found


def offer_help(bureau) -> None:
    """What the office would do, on the open page of a request; and its verification."""
    fill(bureau, "help-text", "由服务中心打电话催一催，可以吗？")
    press(bureau, "form[action$='/help/'] [type=submit]")
    follow(bureau, "main a[href$='/verify/phone/']")
    press(bureau, SUBMIT)


def test_all_decline_and_the_centre_advises(live_site, open_browser, settings, watch):
    request = sent_to("provider1", "provider2")
    provider, enterprise, bureau = open_browser(), open_browser(PHONE), open_browser()
    sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
    inbox_page(provider, live_site, of(request, "provider1"))
    tick(provider, "input[name=no-reason][value=capacity]")
    fill(provider, "no-message", "年底前人手排满了。")
    press(provider, "button[name=answer][value=declined]")
    assert COMPANY not in inbox_page(provider, live_site, of(request, "provider1"))
    decline(of(request, "provider2"), by=replying.user("provider2"), reason="scope", message="")
    run_due()

    open_request(enterprise, live_site, request)
    assert "年底前人手排满了" in text_of(enterprise)
    assert state_words(request) in text_of(enterprise)
    watch.look(enterprise)
    press(enterprise, "form[action$='/ask-centre/'] [type=submit]")
    watch.look(enterprise)

    sign_in(bureau, live_site, "bureau", settings.DEMO_PASSWORD)
    bureau.get(f"{live_site}/admin/matching/advice/")
    follow(bureau, f"main a[href$='/{request.reference}/advise/']")
    assert COMPANY not in text_of(bureau)
    boxes = bureau.find_elements(By.NAME, "propose")
    of_provider = {box.get_attribute("value").partition("/")[0]: box for box in reversed(boxes)}
    for box in list(of_provider.values())[:2]:
        tick(bureau, f"#{box.get_attribute('id')}")
        fill(bureau, f"reason-{box.get_attribute('value')}", "做过同类小厂的排产。")
    press(bureau, SUBMIT)
    assert request.advice.open().count() == 2
    assert told(request, MessageKind.ADVICE_GIVEN, ENTERPRISE) == 1

    assert "做过同类小厂的排产。" in show(enterprise, live_site, request)
    watch.look(enterprise)
    taken = request.advice.open().first()
    tick(enterprise, f"input[name=take][value='{taken.pk}']")
    tick(enterprise, f"#id_help_consent_{taken.pk}")
    press(enterprise, "button[name=decision][value=take]")
    watch.look(enterprise)
    asked = request.invitations.get(provider=taken.provider)
    assert asked.state() == InvitationState.PENDING
    assert asked.identity().phone == TELEPHONE
    assert told(request, MessageKind.ADVICE_ANSWERED, OFFICE)
    assert not watch.found


# -- made together on the phone -------------------------------------------------------------------


def test_the_centre_calls_and_makes_the_request_with_the_enterprise(
    live_site, open_browser, settings, watch
):
    enterprise, bureau = open_browser(PHONE), open_browser()
    offer = asking.offer_of("provider1")
    solution = provider_of("provider1").solutions.first()
    enterprise.get(f"{live_site}{solution.url}")
    follow(enterprise, "main a[href*='/requests/call/']")
    watch.look(enterprise)
    fill(enterprise, "phone", TELEPHONE)
    fill(enterprise, "sentence", SENTENCE)
    tick(enterprise, "input[name=notice]")
    press(enterprise, SUBMIT)
    watch.look(enterprise)

    # The officer takes the call from the list and fills the three steps in.
    sign_in(bureau, live_site, "bureau", settings.DEMO_PASSWORD)
    bureau.get(f"{live_site}/admin/matching/calls/")
    assert TELEPHONE in text_of(bureau)
    call = CallBack.objects.get()
    press(bureau, f"form[action$='/{call.public_id}/'] button[name=deed][value=try]")
    follow(bureau, f"main a[href$='/calls/{call.public_id}/request/']")
    press(bureau, SUBMIT)
    assert SENTENCE in bureau.find_element(By.NAME, "sentence").get_attribute("value")
    describe_need(bureau)
    assert has(bureau, f"input[name=choose][value='{offer}']:checked")
    ask_whom(bureau, live_site, offer)
    assert bureau.find_element(By.NAME, "phone").get_attribute("value") == TELEPHONE
    keys = leave_contact(bureau)
    press(bureau, "form[action*='/calls/handed/'] [type=submit]")
    assert TELEPHONE not in text_of(bureau)
    own = f"{live_site}/requests/mine/{keys.reference}/"
    bureau.get(own)
    assert COMPANY not in bureau.page_source
    request = MatchRequest.objects.get(reference=keys.reference)
    call.refresh_from_db()
    assert (call.outcome, call.request, call.tries) == (CallBack.Outcome.REQUEST, request, 1)
    officer = replying.user("bureau")
    assert request.assisted_by == officer
    assert {consent.noted_by for consent in request.consents.live()} == {officer}

    # With what was read out the enterprise opens its request itself.
    enterprise.get(f"{live_site}/requests/lost/")
    watch.look(enterprise)
    enterprise.get(f"{live_site}/requests/")
    watch.look(enterprise)
    fill(enterprise, "reference", keys.reference)
    fill(enterprise, "code", keys.code)
    press(enterprise, SUBMIT)
    assert enterprise.current_url == own
    assert COMPANY in text_of(enterprise)
    watch.look(enterprise)
    follow(enterprise, "a[href$='/consents/']")
    watch.look(enterprise)
    assert not watch.found
