"""A party reads an objection in the bureau's wording, and comments once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cases.models import CaseProvider, Objection, Statement
from cases.notices.statements import comment, objections_about
from providers.models import Notice, NoticeKind
from providers.withdrawal.subtree import ActRefused
from tests.cases.notices.objecting import (
    TEXT,
    account,
    admin,
    admitted,
    answered,
    case_on_notice,
    filed,
)
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
FOR_PARTIES = "停机时间与台账不一致。"


@pytest.fixture
def objection() -> Objection:
    """One to a case that provider1 worked on, and provider2 did not."""
    CaseProvider.objects.create(case=case_on_notice(), provider=provider_of("provider1"))
    return filed()


def test_a_party_reads_it_once_it_is_admitted_and_comments_once(objection):
    client = signed_in("provider1")
    address = admin("statement", objection.reference)
    assert client.get(address).status_code == 404
    admitted(objection)
    told = Notice.objects.filter(kind=NoticeKind.NOTICE_STATEMENT)
    assert [notice.user.username for notice in told] == ["provider1"]
    assert told.get().path == address
    page = client.get(address).content.decode()
    assert FOR_PARTIES in page
    assert TEXT not in page
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "统计口径见附表。"}).status_code == 302
    said = Statement.objects.get()
    assert (said.provider, said.text) == (provider_of("provider1"), "统计口径见附表。")
    again = client.post(address, {"text": "再说一句。"})
    assert again.status_code == 422
    assert Statement.objects.count() == 1
    assert "统计口径见附表。" in client.get(address).content.decode()
    office = signed_in("bureau").get(admin("objection", objection.reference)).content.decode()
    assert "统计口径见附表。" in office


def test_another_provider_sees_nothing_of_it(objection):
    admitted(objection)
    client = signed_in("provider2")
    assert client.get(admin("statement", objection.reference)).status_code == 404
    address = admin("statement", objection.reference)
    assert client.post(address, {"text": "说一句。"}).status_code == 404
    assert FOR_PARTIES not in client.get(admin("statements")).content.decode()
    assert not objections_about(provider_of("provider2"))


def test_after_the_answer_nothing_more_is_asked(objection):
    admitted(objection)
    answered(objection)
    with pytest.raises(ActRefused):
        comment(
            objection, provider=provider_of("provider1"), by=account("provider1"), text="迟了。"
        )
    page = signed_in("provider1").get(admin("statement", objection.reference)).content.decode()
    assert "经核实，统计口径已说明。" in page
    assert "已核实，感谢来信。" not in page
    assert "<textarea" not in page


def test_what_waits_stands_on_the_first_page_and_in_the_menu(objection):
    client = signed_in("provider1")
    assert admin("statements") not in client.get("/admin/").content.decode()
    admitted(objection)
    home = client.get("/admin/").content.decode()
    assert admin("statement", objection.reference) in home
    assert admin("statements") in home
    assert admin("statements") not in signed_in("provider2").get("/admin/").content.decode()


def test_the_office_has_no_page_of_a_party():
    assert signed_in("bureau").get(admin("statements")).status_code == 404


def test_the_bureau_enters_what_a_party_without_an_account_has_said(objection):
    admitted(objection)
    address = admin("objection_statement", objection.reference)
    typed = {"party": "案例企业（来函）", "text": "停机时间按班次统计。"}
    assert signed_in("bureau").post(address, typed | {"party": ""}).status_code == 422
    assert signed_in("bureau").post(address, typed).status_code == 302
    # The button pressed twice.
    assert signed_in("bureau").post(address, typed).status_code == 422
    said = Statement.objects.get()
    assert (said.provider, said.party) == (None, "案例企业（来函）")


def test_the_database_takes_one_a_provider(objection):
    said = {"objection": objection, "provider": provider_of("provider1"), "text": "x"}
    Statement.objects.create(**said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(**said)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(objection=objection, text="无名")
