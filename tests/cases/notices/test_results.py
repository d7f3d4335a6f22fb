"""The end of a notice: withdrawn with a reason, or its result published and never changed."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import NoticePage, NoticeResult, NoticeState, SubjectRecord
from cases.notices.deciding import refuse_admission
from cases.notices.filing import withdraw_objection
from cases.notices.results import publish_result, withdraw_notice
from providers.withdrawal.subtree import ActRefused
from tests.cases.notices.objecting import (
    NAME,
    account,
    admin,
    admitted,
    answered,
    draft_notice,
    end,
    filed,
    object_address,
    open_notice,
    send,
)
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
SENTENCE = {"sentence": "按程序办理。"}


def test_without_an_objection_the_result_says_so(client):
    notice = end(open_notice())
    assert client.get(f"{notice.url}result/").status_code == 404
    answer = signed_in("bureau").post(admin("result", notice.pk), SENTENCE)
    assert answer.status_code == 302
    result = NoticeResult.objects.get(notice=notice)
    assert (result.filed, result.admitted, result.upheld, result.settled) == (0, 0, 0, [])
    page = client.get(f"{notice.url}result/")
    assert page.status_code == 200
    assert "按程序办理。" in page.content.decode()
    assert NoticePage.objects.get(pk=notice.pk).state() == NoticeState.RESULT


def test_the_figures_are_counted_and_each_admitted_one_is_told():
    notice = open_notice()
    upheld, dismissed = filed(notice, text="一"), filed(notice, text="二")
    refused, withdrawn = filed(notice, text="三"), filed(notice, text="四")
    for objection in (upheld, dismissed):
        admitted(objection)
    answered(dismissed)
    answered(upheld, upheld=True)
    refuse_admission(refused, by=account("bureau"), reason="没有事实。")
    withdraw_objection(withdrawn)
    result = publish_result(end(notice), by=account("bureau"), sentence="按程序办理。")
    assert (result.filed, result.admitted, result.upheld) == (3, 2, 1)
    assert sorted(row["upheld"] for row in result.settled) == [False, True]
    page = Client().get(f"{notice.url}result/").content.decode()
    assert page.count("经核实，统计口径已说明。") == 2
    for kept in ("没有事实。", "已核实，感谢来信。", NAME, upheld.reference):
        assert kept not in page


def test_it_waits_for_the_end_and_for_every_objection():
    notice, bureau = open_notice(), account("bureau")
    with pytest.raises(ActRefused):
        publish_result(notice, by=bureau, sentence="按程序办理。")
    objection = filed(notice)
    notice = end(notice)
    with pytest.raises(ActRefused):
        publish_result(notice, by=bureau, sentence="按程序办理。")
    answered(admitted(objection))
    publish_result(notice, by=bureau, sentence="按程序办理。")


def test_it_is_published_once_and_never_changed():
    notice, bureau = end(open_notice()), account("bureau")
    result = publish_result(notice, by=bureau, sentence="按程序办理。")
    with pytest.raises(ActRefused):
        publish_result(notice, by=bureau, sentence="换一句。")
    result.sentence = "换一句。"
    with pytest.raises(ValueError, match="not changed"):
        result.save()
    with pytest.raises(ActRefused):
        withdraw_notice(notice, by=bureau, reason="反悔。")


def test_its_sentence_does_not_tell_who_objected():
    notice = open_notice()
    answered(admitted(filed(notice)))
    notice = end(notice)
    with pytest.raises(ValidationError):
        publish_result(notice, by=account("bureau"), sentence=f"感谢{NAME}。")
    address = admin("result", notice.pk)
    answer = signed_in("bureau").post(address, {"sentence": f"感谢{NAME}。"})
    assert answer.status_code == 422


def test_only_the_bureau_publishes_it():
    notice = end(open_notice())
    for username in ("committee", "lead", "provider1"):
        assert signed_in(username).post(admin("result", notice.pk), SENTENCE).status_code == 404
    with pytest.raises(PermissionDenied):
        publish_result(notice, by=account("committee"), sentence="按程序办理。")


def test_notice_and_list_link_to_the_result(client):
    notice = NoticePage.objects.get(slug="second-batch-list-notice")
    link = f'href="{notice.url}result/"'
    assert link in client.get(notice.url).content.decode()
    assert link in client.get("/notices/").content.decode()
    page = client.get(f"{notice.url}result/").content.decode()
    assert "已移出公示名单" in page


def test_the_list_costs_the_same_however_many_notices(client):
    client.get("/notices/")
    with CaptureQueriesContext(connection) as few:
        client.get("/notices/")
    for number in range(3):
        notice = draft_notice(
            slug=f"further-{number}", about=NoticePage.About.OTHER, title=f"公示{number}"
        )
        notice.save_revision().publish()
    with CaptureQueriesContext(connection) as many:
        client.get("/notices/")
    assert len(many) == len(few)


# -- withdrawn ----------------------------------------------------------------------------------


def test_a_withdrawn_notice_stays_says_why_and_takes_no_objections(client):
    notice = open_notice()
    address = admin("withdraw", notice.pk)
    assert signed_in("bureau").post(address, {"reason": ""}).status_code == 422
    assert signed_in("bureau").post(address, {"reason": "公示期有误。"}).status_code == 302
    notice = NoticePage.objects.get(pk=notice.pk)
    assert notice.state() == NoticeState.WITHDRAWN
    page = client.get(notice.url).content.decode()
    assert "公示期有误。" in page
    assert object_address(notice) not in page
    assert send(client, notice).status_code == 409


def test_a_draft_is_not_withdrawn():
    notice = draft_notice(about=NoticePage.About.OTHER)
    with pytest.raises(ActRefused):
        withdraw_notice(notice, by=account("bureau"), reason="x")


def test_a_subject_leaves_the_notice_with_a_public_reason(client):
    notice = open_notice()
    subject = notice.subjects.get()
    summary = subject.record.facts["summary"]
    assert summary in client.get(notice.url).content.decode()
    address = admin("subject_out", notice.pk, subject.pk)
    typed = {"reason": "企业撤回授权。", "fate": "complete"}
    assert signed_in("committee").post(address, typed).status_code == 404
    assert signed_in("bureau").post(address, typed | {"fate": ""}).status_code == 422
    assert signed_in("bureau").post(address, typed).status_code == 302
    page = client.get(notice.url).content.decode()
    assert "企业撤回授权。" in page
    assert summary not in page
    assert signed_in("bureau").post(address, typed).status_code == 422
    assert SubjectRecord.objects.get(subject=subject).taken_out_because == "企业撤回授权。"
