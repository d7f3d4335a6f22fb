"""What chat services answer: a status of 200 says nothing, the code in the text does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import notices
from providers.delivery import in_words
from providers.delivery import robots as chats
from providers.delivery.robot_answers import RobotBusy, RobotError, RobotRefused, judge
from providers.messages import robots
from providers.models import ChatRobot, ChatService, Dispatch, NoticeKind
from tests.pages import page_text, provider_of, signed_in
from tests.servers import allow_loopback

pytestmark = allow_loopback
KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
DING_KEY, DING_SECRET = "abc123def456abc123def456", "SEC0123456789abcdef"
TAKEN = {"errcode": 0, "errmsg": "ok"}
WRONG_WECOM_KEY = {
    "errcode": 93000,
    "errmsg": "invalid webhook url, hint: [1790000000_50_0123456789abcdef], from ip: 192.0.2.7,"
    " more info at https://open.work.weixin.qq.com/devtool/query?e=93000",
}


class Service(ThreadingHTTPServer):
    """A chat service on this machine: it answers what it is told to, and keeps what it was told."""

    daemon_threads = True
    status: int = 200
    answer: object = TAKEN

    def __init__(self) -> None:
        self.told: list[tuple[str, dict]] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, json.loads(sent)))
        said = self.server.answer
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing into the output of the tests."""


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    with Service() as server:
        for group, path in (
            (chats.WeComGroup, "/cgi-bin/webhook/send?key={key}"),
            (chats.DingTalkGroup, "/robot/send?access_token={token}"),
            (chats.FeishuGroup, "/open-apis/bot/v2/hook/{token}/"),
            (chats.LarkGroup, "/open-apis/bot/v2/hook/"),
        ):
            monkeypatch.setattr(group, "notify_url", f"{server.url}{path}")
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def robot_of(service: str) -> ChatRobot:
    if service == ChatService.DINGTALK:
        return ChatRobot(service=service, token=DING_KEY, secret=DING_SECRET)
    return ChatRobot(service=service, token=KEY)


def post(service: str) -> None:
    chats.post(robot_of(service), "新需求 X7K2-9QF4", "https://market.example/admin/")


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("wecombot", TAKEN),
        ("dingtalk", TAKEN),
        ("feishu", {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}),
        ("feishu", {"Extra": None, "StatusCode": 0, "StatusMessage": "success"}),
        ("lark", {"code": 0, "data": {}, "msg": "success"}),
    ],
)
def test_what_a_service_takes_is_taken(service, name, answer):
    service.answer = answer
    post(name)
    ((_path, sent),) = service.told
    said = sent["content"]["text"] if name in ("feishu", "lark") else sent["text"]["content"]
    assert said == "新需求 X7K2-9QF4\nhttps://market.example/admin/"


@pytest.mark.parametrize(
    ("name", "answer", "kept"),
    [
        ("wecombot", WRONG_WECOM_KEY, "93000 invalid webhook url"),
        ("wecombot", {"errcode": 93004, "errmsg": "robot disabled"}, "93004 robot disabled"),
        ("dingtalk", {"errcode": 300005, "errmsg": "token is not exist"}, "300005 token is not"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "310000 sign not match"),
        (
            "dingtalk",
            {"errcode": 310000, "errmsg": "keywords not in content, more: https://open.dingtalk.c"},
            "310000 keywords not in content",
        ),
        (
            "feishu",
            {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token inva"},
            "19001 param invalid",
        ),
        ("feishu", {"code": 9499, "msg": "Bad Request", "data": {}}, "9499 Bad Request"),
        ("lark", {"code": 19024, "msg": "Key Words Not Found"}, "19024 Key Words Not Found"),
        ("lark", {"code": 19021, "msg": "sign match fail"}, "19021 sign match fail"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_what_a_service_refuses_is_refused_for_good_in_its_own_words(
    service, name, answer, kept, status
):
    service.answer, service.status = answer, status
    with pytest.raises(RobotRefused) as refused:
        post(name)
    said = str(refused.value)
    assert said.startswith(f"ChatRefused: {kept}")
    for detail in ("192.0.2.7", "https:", "hint", KEY, DING_KEY, DING_SECRET):
        assert detail not in said


@pytest.mark.parametrize(
    ("name", "status", "answer", "kept"),
    [
        ("wecombot", 200, {"errcode": 45009, "errmsg": "api freq out of limit"}, "ChatBusy: 45009"),
        ("wecombot", 200, {"errcode": -1, "errmsg": "system busy"}, "ChatBusy: -1"),
        ("dingtalk", 200, {"errcode": 130101, "errmsg": "send too fast"}, "ChatBusy: 130101"),
        ("dingtalk", 200, {"errcode": 410100, "errmsg": "限流"}, "ChatBusy: 410100"),
        ("feishu", 200, {"code": 11232, "msg": "frequency limited psm"}, "ChatBusy: 11232"),
        ("feishu", 400, {"code": 9499, "msg": "too many request"}, "ChatBusy: 9499"),
        ("lark", 429, {"code": 99991400, "msg": "request trigger"}, "ChatBusy: 99991400"),
        ("lark", 502, b"<html>Bad Gateway</html>", "ChatUnknownAnswer: HTTP 502"),
        ("wecombot", 200, b"", "ChatUnknownAnswer: HTTP 200"),
        ("wecombot", 200, [], "ChatUnknownAnswer: HTTP 200"),
        ("wecombot", 200, {"errcode": "0"}, "ChatUnknownAnswer: HTTP 200"),
        ("wecombot", 500, TAKEN, "ChatUnknownAnswer: HTTP 500"),
        ("wecombot", 302, TAKEN, "ChatUnknownAnswer: HTTP 302"),
        ("feishu", 200, b"[" * 100_000, "ChatUnknownAnswer: HTTP 200"),
    ],
)
def test_what_may_be_taken_later_is_told_apart(service, name, status, answer, kept):
    service.answer, service.status = answer, status
    with pytest.raises(RobotBusy) as busy:
        post(name)
    assert str(busy.value).startswith(kept)


def test_a_service_that_is_away_is_no_refusal(service, caplog):
    service.server_close()
    with caplog.at_level("DEBUG"), pytest.raises(RobotBusy, match=r"^ChatUnreachable$") as away:
        post("wecombot")
    assert KEY not in caplog.text
    assert away.value.__suppress_context__


def test_a_service_that_repeats_the_key_does_not_make_it_known(service):
    service.answer = {"errcode": 300001, "errmsg": f"token {DING_KEY} or {DING_SECRET} is wrong"}
    with pytest.raises(RobotRefused) as refused:
        post("dingtalk")
    assert str(refused.value) == "ChatRefused: 300001 token … or … is wrong"


def test_dingtalks_signature_is_the_one_that_dingtalk_computes(service):
    """Base64 in an address is encoded once: twice is a wrong signature."""
    post("dingtalk")
    ((path, _sent),) = service.told
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    text = f"{asked['timestamp']}\n{DING_SECRET}"
    expected = hmac.new(DING_SECRET.encode(), text.encode(), hashlib.sha256).digest()
    assert asked["access_token"] == DING_KEY
    assert asked["sign"] == base64.b64encode(expected).decode()


@given(st.binary(max_size=60) | st.recursive(st.none() | st.text() | st.integers(), st.lists))
def test_no_answer_makes_anything_but_a_robots_error(answer):
    said = answer if isinstance(answer, bytes) else json.dumps({"code": answer}).encode()
    try:
        judge(ChatService.FEISHU, 200, said, (KEY,))
    except RobotError as error:
        told = str(error)
    else:
        told = ""
    assert len(told) <= Dispatch._meta.get_field("error").max_length
    assert told or json.loads(said)["code"] == 0


@pytest.mark.usefixtures("demo_site")
def test_a_wrong_key_stands_among_the_undelivered_messages_at_once(service, caplog):
    service.answer = WRONG_WECOM_KEY
    team = provider_of("provider1").team
    ChatRobot.objects.create(team=team, service="wecombot", token=KEY, name="群")
    notices.tell_members(team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    with caplog.at_level("DEBUG"):
        assert robots.deliver_waiting() == 0
    row = Dispatch.objects.failed().get(channel="robot")
    assert row.bounced_at
    assert row.next_try_at is None
    text = page_text(signed_in("bureau").get("/admin/undelivered/"))
    assert in_words(row.error) in text
    assert "93000 invalid webhook url" in text
    for place in (text, caplog.text, repr(list(Dispatch.objects.values_list()))):
        assert KEY not in place
        assert "192.0.2.7" not in place


@pytest.mark.usefixtures("demo_site")
def test_a_busy_service_is_asked_again(service):
    service.answer = {"errcode": 45009, "errmsg": "api freq out of limit"}
    team = provider_of("provider1").team
    ChatRobot.objects.create(team=team, service="wecombot", token=KEY, name="群")
    notices.tell_members(team.provider, NoticeKind.LISTING_PUBLISHED, event="1")
    assert robots.deliver_waiting() == 0
    row = Dispatch.objects.troubled().get(channel="robot")
    assert row.bounced_at is None
    Dispatch.objects.filter(pk=row.pk).update(next_try_at=row.message.created_at)
    service.answer = TAKEN
    assert robots.deliver_waiting() == 1
    assert len(service.told) == 2
