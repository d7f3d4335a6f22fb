"""Chat robots: kept by owners and the bureau, told once an event, never asked anywhere else."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from providers import notices
from providers.delivery import robots as chats
from providers.delivery.robot_answers import RobotRefused
from providers.matching.models import MessageKind
from providers.messages import robots
from providers.messages.robot_keeping import MOST
from providers.models import ChatRobot, ChatService, Dispatch, Notice, NoticeKind, RobotPost
from tests.matching import asking
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")
KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK = "https://oapi.dingtalk.com/robot/send"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


@pytest.fixture(autouse=True)
def posted(monkeypatch) -> list[tuple[str, str]]:
    """What would have gone to a chat service, which takes everything: its name and the text."""
    found: list[tuple[str, str]] = []

    def take(service, address, post, **kwargs):
        found.append((service, (post.get("text") or post["content"]).popitem()[1]))

    monkeypatch.setattr(chats, "tell", take)
    cache.clear()
    return found


def refuse(monkeypatch, error: chats.RobotBusy) -> None:
    def answer(*args, **kwargs):
        raise error

    monkeypatch.setattr(chats, "tell", answer)


@pytest.fixture
def team_robot() -> ChatRobot:
    team = provider_of("provider1").team
    return ChatRobot.objects.create(
        team=team, service=ChatService.WECOM, token=KEY, name="演示机密群"
    )


@pytest.fixture
def office_robot() -> ChatRobot:
    return ChatRobot.objects.create(service=ChatService.FEISHU, token="office-token", name="办公")


@pytest.fixture
def owner() -> Client:
    user = get_user_model().objects.get(username="provider1")
    provider_of("provider1").team.owners.add(user)
    return signed_in("provider1")


# -- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "service", "token"),
    [
        (WECOM, "wecombot", KEY),
        (f" {WECOM} ", "wecombot", KEY),
        (
            "https://oapi.dingtalk.com/robot/send?access_token=abc123def456",
            "dingtalk",
            "abc123def456",
        ),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/ab-12-cd-34", "feishu", "ab-12-cd-34"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/ab-12-cd-34/", "lark", "ab-12-cd-34"),
    ],
)
def test_a_robots_address_is_read(address, service, token):
    assert chats.read_address(address) == (service, token)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x" * 300,
        "json://127.0.0.1/x",
        "https://127.0.0.1/cgi-bin/webhook/send?key=abcdefgh12",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdefgh12",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=abcdefgh12",
        "https://qyapi.weixin.qq.com:99999999/cgi-bin/webhook/send?key=abcdefgh12",
        "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=abcdefgh12",
        "https://evil@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdefgh12",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=abcdefgh12",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc/../../x",
        "https://qyapi.weixin.qq.com/cgi-bin/other?key=abcdefgh12",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdefgh12&key=abcdefgh13",
        "https://open.feishu.cn/open-apis/bot/v2/hook/ab/../../cd-12-34",
        "https://open.feishu.cn/open-apis/bot/v2/hook/",
        "https://[::1/x",
        "wecombot://abcdefgh1234?verify=no",
    ],
)
def test_any_other_address_is_refused(owner, address):
    assert chats.read_address(address) is None
    answer = owner.post(reverse("chat_robots"), {"name": "群", "address": address})
    assert answer.status_code == 422
    assert not ChatRobot.objects.exists()


@pytest.mark.parametrize(
    ("service", "token", "address"),
    [
        (ChatService.WECOM, KEY, WECOM),
        (ChatService.DINGTALK, "abc123def456", f"{DINGTALK}?access_token=abc123def456"),
        (ChatService.FEISHU, KEY, f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"),
        (ChatService.LARK, KEY, f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}"),
    ],
)
def test_what_goes_out_goes_to_the_service_alone(monkeypatch, service, token, address):
    asked = []
    monkeypatch.setattr(chats, "tell", lambda *args, **kwargs: asked.append(args[1]))
    chats.post(ChatRobot(service=service, token=token), "x", "https://example.com/")
    assert asked == [address]
    assert chats.read_address(address) == (service, token)


# -- telling ------------------------------------------------------------------------------------


def test_a_team_is_told_once_however_many_members_it_has(team_robot, posted):
    team = team_robot.team
    colleague = get_user_model().objects.create_user("colleague")
    colleague.groups.add(team.group)
    for _time in range(2):
        notices.tell_members(team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    assert Notice.objects.filter(kind=NoticeKind.LISTING_PUBLISHED).count() == 2
    assert robots.deliver_waiting() == 1
    ((schema, text),) = posted
    assert schema == "wecombot"
    sentence, link = text.splitlines()
    assert team.provider.title in sentence
    assert link.startswith("http")
    assert robots.deliver_waiting() == 0


def test_another_team_and_the_office_are_not_told(team_robot, office_robot):
    notices.tell_members(provider_of("provider2"), NoticeKind.LISTING_PUBLISHED, event="1")
    assert not RobotPost.objects.exists()


def test_the_office_is_told_what_the_bureau_is_told(team_robot, office_robot, posted):
    notices.tell_bureau(NoticeKind.APPEAL_FILED, event="1")
    robots.deliver_waiting()
    assert [schema for schema, _text in posted] == ["feishu"]


def test_a_request_is_posted_without_who_asks(team_robot, posted, settings):
    settings.REQUEST_MIN_SECONDS = 0
    key = asking.offer_of("provider1")
    request = asking.ask_and_send(Client(), key, consent=(key,), email="planted@example.com")
    robots.deliver_waiting()
    posts = RobotPost.objects.filter(robot=team_robot, kind=MessageKind.INVITED)
    assert posts.count() == 1
    text = "".join(text for _schema, text in posted)
    assert request.reference in text
    for secret in (asking.COMPANY, asking.PHONE, "planted@example.com", request.token):
        assert secret not in text


def test_a_service_that_fails_is_noted_and_tried_again(team_robot, monkeypatch, caplog):
    refuse(monkeypatch, chats.RobotBusy("ChatBusy: 45009 api freq out of limit"))
    notices.tell_members(team_robot.team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    assert robots.deliver_waiting() == 0
    row = Dispatch.objects.troubled().get()
    assert (row.channel, row.error) == ("robot", "ChatBusy: 45009 api freq out of limit")
    assert row.next_try_at > timezone.now()
    assert KEY not in caplog.text


def test_posts_of_a_removed_robot_are_not_sent(team_robot, owner, posted):
    notices.tell_members(team_robot.team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    assert owner.post(reverse("chat_robot_remove", args=[team_robot.pk])).status_code == 302
    assert not ChatRobot.objects.exists()
    assert robots.deliver_waiting() == 0
    assert posted == []


# -- keeping ------------------------------------------------------------------------------------


def test_an_owner_adds_a_robot_and_nobody_sees_its_secret_again(owner):
    answer = owner.post(reverse("chat_robots"), {"name": "演示群", "address": WECOM}, follow=True)
    robot = ChatRobot.objects.get()
    assert (robot.service, robot.token, robot.team.provider) == (
        ChatService.WECOM,
        KEY,
        provider_of("provider1"),
    )
    text = page_text(answer)
    assert "演示群" in text
    assert f"…{KEY[-4:]}" in text
    assert KEY not in text
    removal = page_text(owner.get(reverse("chat_robot_remove", args=[robot.pk])))
    assert KEY not in removal


def test_the_same_robot_twice_and_one_too_many_are_refused(owner):
    add = {"name": "群", "address": WECOM}
    assert owner.post(reverse("chat_robots"), add).status_code == 302
    assert owner.post(reverse("chat_robots"), add).status_code == 422
    for number in range(MOST - 1):
        assert (
            owner.post(reverse("chat_robots"), {**add, "address": f"{WECOM}{number}"}).status_code
            == 302
        )
    assert owner.post(reverse("chat_robots"), {**add, "address": f"{WECOM}x"}).status_code == 422
    assert ChatRobot.objects.count() == MOST


@pytest.mark.parametrize(
    ("address", "secret", "status"),
    [
        (f"{DINGTALK}?access_token=abc123def456", "SEC0123456789", 302),
        (f"{DINGTALK}?access_token=abc123def456", "SEC 0123/../", 422),
        (WECOM, "SEC0123456789", 422),
    ],
)
def test_only_dingtalk_has_a_secret_for_signatures(owner, address, secret, status):
    answer = owner.post(
        reverse("chat_robots"), {"name": "群", "address": address, "secret": secret}
    )
    assert answer.status_code == status


def test_a_plain_member_keeps_no_robots(team_robot):
    provider_of("provider1").team.owners.clear()
    member = signed_in("provider1")
    assert member.get(reverse("chat_robots")).status_code == 404
    assert member.post(reverse("chat_robot_try", args=[team_robot.pk])).status_code == 404


def test_an_owner_reaches_neither_a_rivals_nor_the_offices_robot(owner, office_robot):
    rival = ChatRobot.objects.create(
        team=provider_of("provider2").team, service=ChatService.WECOM, token=KEY, name="群"
    )
    for robot in (rival, office_robot):
        assert owner.post(reverse("chat_robot_remove", args=[robot.pk])).status_code == 404
        assert owner.post(reverse("chat_robot_try", args=[robot.pk])).status_code == 404
    assert owner.get(reverse("office_robots")).status_code == 404
    assert ChatRobot.objects.count() == 2


def test_the_bureau_keeps_the_offices_robots_only(team_robot, posted):
    bureau = signed_in("bureau")
    added = bureau.post(reverse("office_robots"), {"name": "服务中心", "address": WECOM})
    assert added.status_code == 302
    robot = ChatRobot.objects.get(team=None)
    assert bureau.post(reverse("office_robot_try", args=[robot.pk])).status_code == 302
    assert len(posted) == 1
    assert bureau.post(reverse("office_robot_remove", args=[team_robot.pk])).status_code == 404
    assert signed_in("committee").get(reverse("office_robots")).status_code == 404


def test_a_trial_says_what_the_service_answered(owner, team_robot, monkeypatch):
    address = reverse("chat_robot_try", args=[team_robot.pk])
    taken = owner.post(address, follow=True)
    assert [message.level_tag for message in taken.context["messages"]] == ["success"]
    refuse(monkeypatch, RobotRefused("ChatRefused: 93000 invalid webhook url"))
    failed = owner.post(address, follow=True)
    assert [message.level_tag for message in failed.context["messages"]] == ["error"]
    assert "93000 invalid webhook url" in page_text(failed)
    assert KEY not in page_text(failed)
