"""Requests taken back, fallen through, disputed, renewed and erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from selenium.webdriver.common.by import By

from marketplace.setup.browser import PHONE
from providers.matching.models import (
    MatchingTerms,
    MatchRequest,
    Message,
    MessageKind,
    RequestState,
)
from providers.matching.own_page.next_steps import state_words
from tests.journeys.driving import fill, press, sign_in, text_of, tick
from tests.journeys.requesting import (
    COMPANY,
    SUBMIT,
    TELEPHONE,
    ask_whom,
    clock_at,
    deed,
    describe_need,
    follow,
    has,
    inbox_page,
    keys_shown,
    leave_contact,
    of,
    open_request,
    open_with,
    put_day,
    run_due,
    sent_to,
    show,
    sign_out,
    told,
    unfold,
    work_page,
)
from tests.matching import asking, replying, working

ENTERPRISE = Message.Audience.ENTERPRISE
PROVIDER = Message.Audience.PROVIDER

pytestmark = pytest.mark.usefixtures("quick_hands")


def test_withdrawn_in_the_grace_period_no_provider_ever_sees_it(
    live_site, open_browser, settings, watch
):
    enterprise, provider = open_browser(PHONE), open_browser()
    enterprise.get(f"{live_site}/requests/new/")
    describe_need(enterprise)
    ask_whom(enterprise, live_site, asking.offer_of("provider1"))
    request = MatchRequest.objects.get(reference=leave_contact(enterprise).reference)
    show(enterprise, live_site, request)
    press(enterprise, "form[action$='/edit/'] [type=submit]")
    describe_need(enterprise, "其实先想看看报工。")
    ask_whom(enterprise, live_site, asking.offer_of("provider1"))
    watch.look(enterprise)
    tick(enterprise, "input[name=notice]")
    press(enterprise, SUBMIT)
    assert keys_shown(enterprise).reference == request.reference

    show(enterprise, live_site, request)
    follow(enterprise, "a[href$='/withdraw/']")
    watch.look(enterprise)
    press(enterprise, SUBMIT)
    request.refresh_from_db()
    assert request.state() == RequestState.WITHDRAWN
    watch.look(enterprise)

    with clock_at(request.sends_at + timedelta(minutes=1)):
        run_due()
        sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
        provider.get(f"{live_site}/admin/matching/inbox/")
        assert request.reference not in provider.page_source
        provider.get(f"{live_site}/admin/messages/")
        assert request.reference not in provider.page_source
    assert not Message.objects.filter(request=request, audience=PROVIDER).exists()
    assert not watch.found


def test_a_consent_withdrawn_takes_the_contact_away_at_once(
    live_site, open_browser, settings, watch
):
    request = sent_to("provider1", "provider2")
    invitation = of(request, "provider1")
    provider, enterprise = open_browser(), open_browser(PHONE)
    sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
    seen = inbox_page(provider, live_site, invitation)
    assert COMPANY in seen
    assert TELEPHONE in seen

    open_request(enterprise, live_site, request)
    watch.look(enterprise)
    consent = f"form[action$='/consent/{invitation.public_id}/']"
    press(enterprise, f"{consent} button[value=withdraw]")
    watch.look(enterprise)
    assert has(enterprise, f"{consent} button[value=give]")
    seen = inbox_page(provider, live_site, invitation)
    assert COMPANY not in seen
    assert TELEPHONE not in seen
    provider.get(f"{live_site}/admin/messages/")
    notice = Message.objects.get(request=request, kind=MessageKind.CONSENT_WITHDRAWN)
    assert notice.user == replying.user("provider1")
    assert f"需求 {request.reference}：企业已撤回同意" in text_of(provider)
    assert of(request, "provider2").identity().company == COMPANY
    follow(enterprise, "a[href$='/consents/']")
    watch.look(enterprise)

    # Whoever got hold of link and code is shut out by new ones.
    show(enterprise, live_site, request)
    follow(enterprise, "main a[href$='/keys/']")
    watch.look(enterprise)
    press(enterprise, SUBMIT)
    keys = keys_shown(enterprise)
    watch.look(enterprise)
    assert keys.link != f"{live_site}/requests/{request.token}/"
    assert Client().get(f"/requests/{request.token}/").status_code == 404
    elsewhere = open_browser(PHONE)
    open_with(elsewhere, keys.link, keys.code)
    follow(elsewhere, "main a[href$='/cancel/']")
    watch.look(elsewhere)
    tick(elsewhere, "input[name=reason]")
    press(elsewhere, SUBMIT)
    watch.look(elsewhere)
    assert not of(request, "provider2").identity()
    assert not watch.found


def test_a_provider_contests_its_score_and_closes_its_inbox(live_site, open_browser, settings):
    request = sent_to("provider1", consent=False)
    invitation = of(request, "provider1")
    provider, bureau = open_browser(), open_browser()
    sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
    assert COMPANY not in inbox_page(provider, live_site, invitation)
    unfold(provider, "[name=line-text]")
    provider.find_element(By.CSS_SELECTOR, "[name=line-criterion] option:nth-child(2)").click()
    fill(provider, "line-text", "本地有六人的服务团队，资料里少写了两人。")
    press(provider, "button[name=answer][value=contest]")

    sign_in(bureau, live_site, "bureau", settings.DEMO_PASSWORD)
    bureau.get(f"{live_site}/admin/matching/objections/")
    follow(bureau, "main td a[href*='/matching/objections/']")
    assert "少写了两人" in text_of(bureau)
    tick(bureau, "input[name=outcome][value=granted]")
    fill(bureau, "answer", "属实，请在服务商资料里更正。")
    press(bureau, SUBMIT)
    assert "属实，请在服务商资料里更正。" in inbox_page(provider, live_site, invitation)
    for path in ("late", "waiting"):
        bureau.get(f"{live_site}/admin/matching/requests/{path}/")
        assert COMPANY not in text_of(bureau)

    # While its inbox is closed it is not proposed to anybody.
    provider.get(f"{live_site}/admin/matching/inbox/")
    follow(provider, "main a[href$='/inbox/pause/']")
    put_day(provider, "until", 10)
    press(provider, SUBMIT)
    visitor = open_browser(PHONE)
    visitor.get(f"{live_site}/requests/new/")
    describe_need(visitor)
    offer = f"input[name=choose][value='{asking.offer_of('provider1')}']"
    visitor.get(f"{live_site}/requests/new/whom/?all=1")
    assert not has(visitor, offer)
    press(provider, "form[action$='/inbox/reopen/'] [type=submit]")
    visitor.get(f"{live_site}/requests/new/whom/?all=1")
    assert has(visitor, offer)


# -- a dispute ------------------------------------------------------------------------------------

REFUSAL = "二号线的看板还没有装。"
COMPLAINT = "合同写了三条线，二号线一直没有装，催了两次没有结果。"
VIEW = "二号线的网线要企业先拉，我们一直在等。"
RECOMMENDED = "企业本周拉好网线，服务商下周装完二号线。"
DECIDED = "按建议办：双方照此继续，十天内交付。"


def test_a_refused_hand_over_becomes_a_dispute_that_the_bureau_settles(
    live_site, open_browser, settings, watch
):
    choice = working.handed_over()
    request, title = choice.request, choice.invitation.provider.title
    enterprise, provider, office = open_browser(PHONE), open_browser(), open_browser()
    open_request(enterprise, live_site, request)
    follow(enterprise, "a[href$='/work/refuse/']")
    watch.look(enterprise)
    fill(enterprise, "refusal", REFUSAL)
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    sign_in(provider, live_site, "provider1", settings.DEMO_PASSWORD)
    assert REFUSAL in work_page(provider, live_site, choice)

    follow(enterprise, "a[href$='/work/dispute/']")
    watch.look(enterprise)
    fill(enterprise, "text", COMPLAINT)
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    assert COMPLAINT in work_page(provider, live_site, choice)
    deed(provider, "view", text=VIEW)
    assert VIEW in show(enterprise, live_site, request)

    sign_in(office, live_site, "lead", settings.DEMO_PASSWORD)
    office.get(f"{live_site}/admin/matching/disputes/")
    follow(office, f"main a[href$='/disputes/{request.reference}/']")
    read = text_of(office)
    assert COMPLAINT in read
    assert VIEW in read
    assert title in read
    assert request.company not in office.page_source
    assert not has(office, "button[name=deed][value=settle]")
    deed(office, "recommend", text=RECOMMENDED)
    assert RECOMMENDED not in show(enterprise, live_site, request)

    sign_out(office, live_site)
    sign_in(office, live_site, "bureau", settings.DEMO_PASSWORD)
    office.get(f"{live_site}/admin/matching/disputes/")
    follow(office, f"main a[href$='/disputes/{request.reference}/']")
    assert RECOMMENDED in text_of(office)
    tick(office, "input[name=settle-outcome][value=resumed]")
    deed(office, "settle", decision=DECIDED)
    office.get(f"{live_site}/admin/matching/requests/{request.reference}/")
    assert has(office, "main a[href*='/disputes/']")

    for seen in (show(enterprise, live_site, request), work_page(provider, live_site, choice)):
        assert DECIDED in seen
        assert RECOMMENDED in seen
    watch.look(enterprise)
    assert working.fresh(choice).stage == RequestState.CONTRACTED
    assert told(request, MessageKind.DISPUTE_SETTLED, ENTERPRISE) == 1
    assert told(request, MessageKind.DISPUTE_SETTLED, PROVIDER) == 1

    # The other way round: the provider calls the office, the enterprise says how it sees it.
    work_page(provider, live_site, choice)
    deed(provider, "dispute", text="企业还是没有拉网线，二号线没法装。")
    show(enterprise, live_site, request)
    follow(enterprise, "a[href$='/work/view/']")
    watch.look(enterprise)
    fill(enterprise, "text", "网线上周已经拉好，请来装。")
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    assert "网线上周已经拉好" in work_page(provider, live_site, choice)
    assert not watch.found


def test_a_hand_over_that_nobody_answers_closes_without_counting(live_site, open_browser, watch):
    choice = working.handed_over()
    request, terms = choice.request, MatchingTerms.current()
    enterprise = open_browser(PHONE)
    day = timedelta(days=1)
    with clock_at(choice.handed_over_at + terms.silence_notice_days * day):
        run_due()
        assert told(request, MessageKind.HAND_OVER_WAITS, ENTERPRISE) == 1
        open_request(enterprise, live_site, request)
        assert has(enterprise, "main a[href$='/work/confirm/']")
    with clock_at(choice.handed_over_at + terms.silence_days * day + day):
        run_due()
        run_due()
        assert told(request, MessageKind.CLOSED_UNCONFIRMED, ENTERPRISE) == 1
        open_request(enterprise, live_site, request)
        watch.look(enterprise)
        assert str(state_words(request)) in text_of(enterprise)
        assert not has(enterprise, "main a[href$='/work/confirm/'], main a[href$='/work/rating/']")
    assert working.fresh(choice).stage == RequestState.UNCONFIRMED
    assert not watch.found


# -- no work comes of it --------------------------------------------------------------------------


def test_a_choice_falls_through_and_in_the_end_nothing_suits(live_site, open_browser, watch):
    choice = working.chosen(None, "provider1", "provider2")
    request = choice.request
    enterprise = open_browser(PHONE)
    open_request(enterprise, live_site, request)
    watch.look(enterprise)
    follow(enterprise, f"a[href$='/fall/{choice.invitation.public_id}/']")
    watch.look(enterprise)
    tick(enterprise, "input[name=reason][value=price]")
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    assert request.state() == RequestState.SENT
    assert told(request, MessageKind.REQUEST_REOPENED, PROVIDER) == 1

    follow(enterprise, "main a[href$='/none/']")
    watch.look(enterprise)
    fill(enterprise, "note_text", "价格都超出预算。")
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    request = MatchRequest.objects.get(pk=request.pk)
    assert request.state() == RequestState.NONE_SUITABLE
    assert told(request, MessageKind.REQUEST_ENDED, PROVIDER)

    # The same need is asked anew, and what is held about the first one is erased.
    press(enterprise, "form[action$='/copy/'] [type=submit]")
    watch.look(enterprise)
    assert enterprise.find_element(By.NAME, "sentence").get_attribute("value") == request.sentence
    show(enterprise, live_site, request)
    follow(enterprise, "main a[href$='/erase/']")
    watch.look(enterprise)
    press(enterprise, SUBMIT)
    watch.look(enterprise)
    request.refresh_from_db()
    assert request.erased_at
    assert asking.COMPANY not in show(enterprise, live_site, request)
    assert not watch.found
