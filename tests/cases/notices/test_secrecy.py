"""Who objects is told to nobody but the bureau: a planted name and number are looked for in all
that others see.
"""

from __future__ import annotations

import logging

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import ModelLogEntry, PageLogEntry

from cases.models import CaseProvider, NoticePage
from cases.notices import outbox
from cases.notices.results import publish_result
from providers import notices
from providers.messages import robots
from providers.models import Notice
from tests.addresses import addresses
from tests.cases.notices.objecting import (
    EMAIL,
    NAME,
    PHONE,
    account,
    admin,
    admitted,
    answered,
    case_on_notice,
    end,
    open_notice,
    send,
)
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
SECRETS = (NAME, PHONE, EMAIL)


def tells(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture
def settled(client, caplog) -> NoticePage:
    """A notice with one objection, through its whole life, to a case of provider1 and the lead."""
    caplog.set_level(logging.DEBUG)
    case = case_on_notice()
    for username in ("provider1", "lead"):
        CaseProvider.objects.create(case=case, provider=provider_of(username))
    notice = open_notice()
    assert send(client, notice, email=EMAIL).status_code == 302
    objection = notice.objections.get()
    admitted(objection)
    signed_in("provider1").post(
        admin("statement", objection.reference), {"text": "统计口径见附表。"}
    )
    answered(objection)
    publish_result(end(notice), by=account("bureau"), sentence="按程序办理。")
    return NoticePage.objects.get(pk=notice.pk)


def test_no_public_page_tells_it(settled):
    visitor = Client()
    for address in (
        settled.url,
        f"{settled.url}result/",
        f"{settled.url}object/",
        "/notices/",
        "/feeds/notices.xml",
        "/sitemap.xml",
        "/objections/",
    ):
        answer = visitor.get(address)
        assert answer.status_code == 200, address
        assert not tells(answer.content.decode()), address


@pytest.mark.parametrize("username", ["provider1", "provider2", "lead", "committee"])
def test_no_page_of_a_party_or_another_office_tells_it(settled, username):
    client, objection = signed_in(username), settled.objections.get()
    wrong = []
    fixed = [address for address in addresses() if address.is_admin and not address.parameters]
    # Wagtail's sample of an error raises on purpose.
    paths = [address.at({}) for address in fixed if address.name != "wagtailadmin_error_test"]
    paths += [
        admin("statement", objection.reference),
        admin("objection", objection.reference),
        admin("notice", settled.pk),
        f"/admin/pages/{settled.pk}/history/",
        f"/admin/pages/{case_on_notice().pk}/history/",
    ]
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and not answer.streaming and tells(page_text(answer)):
            wrong.append(path)
    assert not wrong


def test_no_message_to_others_and_no_log_tells_it(settled, settings, tmp_path, caplog):
    settings.MAIL_DIR = tmp_path
    for deliver in (notices.deliver_waiting, outbox.deliver_waiting, robots.deliver_waiting):
        deliver()
    for file in tmp_path.glob("*.txt"):
        assert not tells(file.read_text("utf-8")), file.name
    for sent in mail.outbox:
        assert not tells(sent.body + sent.subject)
    assert Notice.objects.exists()
    assert not tells(caplog.text)


def test_no_history_holds_it(settled):
    for entries in (PageLogEntry, ModelLogEntry):
        for entry in entries.objects.all():
            assert not tells(f"{entry.label} {entry.data}")
    for revision in settled.revisions.all():
        assert not tells(str(revision.content))
    assert not tells(str(settled.result.settled) + settled.result.sentence)


def test_the_bureaus_lists_name_nobody_either(settled):
    client = signed_in("bureau")
    for address in (admin("objections"), admin("objections_results"), admin("all"), "/admin/"):
        assert not tells(client.get(address).content.decode())
