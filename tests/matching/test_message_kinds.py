"""Every kind of message, as every reader gets it: both languages, one link, nobody's data."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from providers import delivery, notices
from providers.delivery import sms
from providers.matching.models import Message, MessageKind
from providers.matching.telling import outbox
from providers.models import Application, MemberInvitation, Notice, NoticeKind
from tests.matching import asking
from tests.pages import provider_of

pytestmark = pytest.mark.usefixtures("demo_site")
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EMAIL, NAME, COMPANY = "planted@example.com", "王厂长", "演示机密五金制品有限公司"
TO_APPLICANTS = [kind for kind in NoticeKind.values if kind.startswith("application_re")]
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def member():
    user = get_user_model().objects.get(username="provider1")
    user.email, user.last_name = EMAIL, NAME
    user.save(update_fields=["email", "last_name"])
    return user


@pytest.fixture
def asked(settings):
    settings.REQUEST_MIN_SECONDS = 0
    key = asking.offer_of("provider1")
    changes = {"company": COMPANY, "email": EMAIL, "contact_name": NAME}
    return asking.ask_and_send(Client(), key, consent=(key,), **changes)


def check(letter: delivery.Letter, *secrets: str) -> None:
    plain, html = letter.plain, letter.html
    assert letter.subject
    assert letter.paragraphs
    assert letter.why
    assert re.findall(r"https?://\S+", plain) == [letter.link]
    assert re.findall(r'href="([^"]*)"', html) == [letter.link]
    assert html.count("http") == 1
    assert letter.subject in html.replace("&#x27;", "'").replace("&amp;", "&")
    told = (letter.subject, plain, html, letter.reader, letter.logged, repr(letter))
    for secret in (EMAIL, NAME, COMPANY, asking.PHONE, *secrets):
        assert not [text for text in told if secret in text], secret


def words_of(letter: delivery.Letter) -> str:
    """What the templates say, without the titles and the site's name, which have one language."""
    text = letter.subject + letter.text + letter.why
    return re.sub(r"“[^”]*”", "", text).replace(str(provider_of("provider1").title), "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NoticeKind.values)
def test_a_notice_has_its_text_one_link_and_no_personal_data(kind, language, member):
    provider = provider_of("provider1")
    row = Notice(pk=1, key="1", kind=kind, user=member, page=provider.page_ptr)
    if kind in TO_APPLICANTS:
        row.user, row.page = None, None
        row.application = Application.objects.create(company=COMPANY, email=EMAIL)
    elif kind == NoticeKind.MEMBER_INVITED:
        row.user, row.page = None, None
        row.invitation = MemberInvitation.objects.create(team=provider.team, name=NAME, email=EMAIL)
    with translation.override(language):
        letter = notices.compose(row)
        check(letter)
        assert bool(HAN.search(words_of(letter))) == (language == "zh-hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", Message.Audience.values)
def test_a_message_has_its_text_one_link_and_no_personal_data(language, audience, member, asked):
    user = None if audience == Message.Audience.ENTERPRISE else member
    for kind in MessageKind.values:
        row = Message(
            pk=1,
            key="1",
            kind=kind,
            audience=audience,
            user=user,
            request=asked,
            invitation=asked.invitations.get(),
        )
        with translation.override(language):
            letter = outbox.compose(row)
            check(letter, asked.access_code, asked.uscc or COMPANY)
            assert bool(HAN.search(words_of(letter))) == (language == "zh-hans"), kind
        assert asked.reference in letter.subject, kind
        assert asked.reference in sms.text_of(letter)
        assert letter.link in sms.text_of(letter)
