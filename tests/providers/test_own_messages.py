"""An account's messages on the site, and what it wants by e-mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from providers import notices
from providers.delivery.refusals import mark_of
from providers.matching.models import Message, MessageKind
from providers.matching.telling import outbox
from providers.messages import choices, reading
from providers.models import (
    Channel,
    Dispatch,
    MessageGroup,
    MessagePreference,
    Notice,
    NoticeKind,
    ReadMark,
)
from tests.matching import asking
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
LISTED = NoticeKind.LISTING_PUBLISHED


@pytest.fixture(autouse=True)
def nothing_told_before(settings):
    settings.REQUEST_MIN_SECONDS = 0
    Notice.objects.all().delete()
    Message.objects.all().delete()


@pytest.fixture
def member():
    return get_user_model().objects.get(username="provider1")


def tell(count: int = 1, username: str = "provider1") -> None:
    for number in range(count):
        notices.tell_members(provider_of(username), LISTED, event=f"{username}{number}")


def open_list(username: str = "provider1", **query):
    return signed_in(username).get(reverse("own_messages"), query)


def test_the_list_has_notices_and_messages_newest_first(member):
    tell()
    request = asking.ask_and_send(Client(), asking.offer_of("provider1"))
    answer = open_list()
    entries = answer.context["entries"]
    assert [entry.source for entry in entries] == ["message", "notice"]
    text = page_text(answer)
    assert request.reference in text
    assert provider_of("provider1").title in text
    for secret in (asking.COMPANY, asking.PHONE):
        assert secret not in text


def test_it_has_everything_whatever_comes_by_e_mail(member):
    choices.choose(member, set())
    tell()
    assert len(open_list().context["entries"]) == 1


def test_it_goes_back_ninety_days(member):
    tell(2)
    old = Notice.objects.order_by("pk").first()
    Notice.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - reading.LISTED_FOR - timedelta(hours=1)
    )
    assert old.pk not in [entry.pk for entry in open_list().context["entries"]]
    assert reading.unread_count(member) == 1


def test_a_message_leads_to_its_page_and_is_read_then(member):
    tell(2)
    row = Notice.objects.order_by("pk").first()
    address = reverse("own_message", args=["notice", row.pk])
    client = signed_in("provider1")
    for _time in range(2):
        answer = client.get(address)
        assert answer.status_code == 302
        assert notices.link(row).endswith(answer.url)
    assert reading.unread_count(member) == 1
    assert ReadMark.objects.count() == 1


def test_nobody_reads_anothers_message():
    tell(username="provider2")
    row = Notice.objects.get()
    client = signed_in("provider1")
    for source, pk in (
        ("notice", row.pk),
        ("notice", 99_999_999),
        ("notice", 10**17),
        ("message", row.pk),
        ("robotpost", 1),
        ("nothing", 1),
    ):
        assert client.get(reverse("own_message", args=[source, pk])).status_code == 404
    assert open_list().context["entries"] == []
    assert not ReadMark.objects.exists()


def test_all_that_was_shown_is_marked_as_read_and_nothing_later(member):
    tell(2)
    client = signed_in("provider1")
    shown = client.get(reverse("own_messages")).context["form"].initial["until"]
    notices.tell_members(provider_of("provider1"), LISTED, event="later")
    client.post(reverse("own_messages_read"), {"until": shown})
    assert reading.unread_count(member) == 1


@pytest.mark.parametrize(
    "until", ["", "x", "9999-99-99T00:00", "2026-11-24T00:00:00", "\x00", "9" * 99]
)
def test_an_odd_moment_marks_nothing(member, until):
    tell()
    answer = signed_in("provider1").post(reverse("own_messages_read"), {"until": until})
    assert answer.status_code in (302, 400)
    assert reading.unread_count(member) == 1


def test_the_menu_and_the_list_say_what_is_unread(member):
    tell(3)
    assert "（3）" in page_text(signed_in("provider1").get(reverse("wagtailadmin_home")))
    reading.mark_read(Notice.objects.first(), member)
    entries = open_list().context["entries"]
    assert sorted(entry.is_read for entry in entries) == [False, False, True]


def test_pages_of_the_list(member):
    tell(30)
    first, second = open_list().context["entries"], open_list(p=2).context["entries"]
    assert (len(first), len(second)) == (25, 5)
    assert not {entry.pk for entry in first} & {entry.pk for entry in second}
    for odd in ("0", "x", "\x00", "9" * 40, "-1"):
        assert open_list(p=odd).status_code == 200


def test_the_list_costs_the_same_however_long_it_is(member):
    client = signed_in("provider1")

    def cost() -> int:
        client.get(reverse("own_messages"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("own_messages"))
        return len(queries)

    asking.ask_and_send(Client(), asking.offer_of("provider1"))
    tell(1)
    before = cost()
    tell(15)
    invitation = Message.objects.filter(user=member).first().invitation
    for number in range(5):
        outbox.tell_provider(invitation, MessageKind.REQUEST_WITHDRAWN, event=str(number))
    assert cost() == before


# -- choices ------------------------------------------------------------------------------------


def test_a_member_chooses_what_is_mailed(member):
    client = signed_in("provider1")
    address = reverse("message_choices")
    assert client.get(address).status_code == 200
    answer = client.post(address, {"sent": "on", "mailed": [MessageGroup.REQUESTS]})
    assert answer.status_code == 302
    assert choices.mailed_groups(member) >= {MessageGroup.REQUESTS}
    declined = MessagePreference.objects.filter(user=member, email=False)
    assert set(declined.values_list("group", flat=True)) == {"review", "certificates", "case"}
    checked = client.get(address).context["form"].initial["mailed"]
    assert set(checked) & {"requests", "review", "certificates"} == {"requests"}


@pytest.mark.parametrize(
    "sent", [{}, {"mailed": ["requests"]}, {"sent": "on", "mailed": ["no such"]}, {"sent": "\x00"}]
)
def test_a_forged_form_chooses_nothing(sent):
    answer = signed_in("provider1").post(reverse("message_choices"), sent)
    assert answer.status_code in (400, 422) or sent == {"sent": "\x00"}
    assert not MessagePreference.objects.filter(email=False).exists() or "sent" in sent


def test_every_switch_has_an_effect(member):
    bureau = get_user_model().objects.get(username="bureau")
    assert MessageGroup.JOINING not in choices.groups_for(member)
    assert MessageGroup.JOINING in choices.groups_for(bureau)
    assert MessageGroup.CERTIFICATES not in choices.groups_for(bureau)
    assert all(MessageGroup.CASES in choices.groups_for(user) for user in (member, bureau))


def bounce(member, email: str) -> None:
    member.email = email
    member.save(update_fields=["email"])
    tell()
    Dispatch.objects.create(
        message=Notice.objects.get(),
        channel=Channel.EMAIL,
        tries=1,
        next_try_at=None,
        bounced_at=timezone.now(),
        error="SMTPRecipientsRefused 550",
        address_mark=mark_of(email),
    )


def test_a_member_whose_address_bounces_sees_it_until_it_is_corrected(member):
    bounce(member, "Planted@example.com")
    home = signed_in("provider1").get(reverse("wagtailadmin_home"))
    assert reverse("own_messages") in page_text(home)
    assert choices.has_bouncing_address(member)
    assert signed_in("provider1").get(reverse("message_choices")).context["is_bouncing"]
    member.email = "corrected@example.com"
    assert not choices.has_bouncing_address(member)


def test_anothers_bounce_is_nobody_elses(member):
    bounce(member, "planted@example.com")
    for username in ("bureau", "provider2"):
        assert not choices.has_bouncing_address(get_user_model().objects.get(username=username))
