"""An enterprise that nominated hears of every step: by e-mail, or by phone from the office."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.models import Nomination, NominationMessage
from cases.nominating import outbox
from cases.nominating.deciding import refuse, send_back, take_on
from cases.permitting.asking import ask_permission
from providers.models import Notice, NoticeKind
from tests.cases.nominating import filling
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture(autouse=True)
def _unhurried(settings):
    settings.REQUEST_MIN_SECONDS = 0
    cache.clear()


@pytest.fixture
def nomination(client) -> Nomination:
    filled = filling.fill(client)
    filling.send(client, filled, email="geng@example.com")
    filled.refresh_from_db()
    return filled


def bureau():
    return get_user_model().objects.get(username="bureau")


def kinds() -> list[str]:
    return list(NominationMessage.objects.values_list("kind", flat=True))


def test_every_step_is_told_once(client, nomination):
    filling.send(client, nomination, email="geng@example.com")
    assert kinds() == ["nomination_received"]
    send_back(nomination, by=bureau(), message="缺图片。")
    filling.send(client, nomination, email="geng@example.com")
    send_back(nomination, by=bureau(), message="还缺佐证。")
    filling.send(client, nomination, email="geng@example.com")
    case = take_on(nomination, by=bureau())
    ask_permission(case, by=bureau())
    nomination.refresh_from_db()
    refuse(nomination, by=bureau(), message="不可复制。")
    assert kinds() == [
        "nomination_received",
        *["nomination_returned"] * 2,
        "nomination_question",
        "nomination_moved_on",
    ]


def test_the_bureau_hears_of_it_once_and_again_after_a_return(client, nomination):
    told = Notice.objects.filter(kind=NoticeKind.CASE_NOMINATED, user=bureau())
    filling.send(client, nomination)
    assert told.count() == 1
    send_back(nomination, by=bureau(), message="缺图片。")
    filling.send(client, nomination)
    assert told.count() == 2


def test_the_mail_holds_a_link_and_nothing_of_what_was_said(nomination, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    send_back(nomination, by=bureau(), message="缺图片。")
    outbox.deliver_waiting()
    mail = next(tmp_path.glob("*nomination_returned.txt")).read_text("utf-8")
    assert nomination.reference in mail
    assert nomination.token in mail
    for secret in (nomination.access_code, nomination.company, "缺图片", filling.PHONE):
        assert secret not in mail
    assert Client().get(reverse("nomination_link", args=[nomination.token])).status_code == 200


def test_a_mail_that_comes_back_is_found_by_its_mark(nomination):
    message = NominationMessage.objects.get()
    assert outbox.compose(message).source_name == outbox.SOURCE.name


def test_the_office_is_told_whom_to_call(client, nomination):
    address = reverse("nomination_return", args=[nomination.reference])
    said = {"message": "缺图片。"}
    assert "电话" not in shown_after(address, said)
    filling.send(client, nomination, email="")
    assert "电话" in shown_after(address, said)


def shown_after(address: str, said: dict) -> str:
    response = signed_in("bureau").post(address, said, follow=True)
    return " ".join(str(message) for message in response.context["messages"])
