"""Posts into the chat groups of WeCom, DingTalk, Feishu and Lark, through the library apprise.

Where a post goes is fixed by the service; only the secret part of the robot's address varies, so
that no address typed by somebody is ever asked. The library knows the addresses and the limits; it
does not read whether a post was taken, so that is done here.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot
from django.views.decorators.debug import sensitive_variables

from providers.delivery.robot_answers import RobotBusy, tell
from providers.models import ChatRobot, ChatService
from providers.sealing import UnreadableSecret

# As the library takes them.
TOKENS = {
    ChatService.WECOM: re.compile(r"[A-Za-z0-9_-]{8,128}"),
    ChatService.DINGTALK: re.compile(r"[A-Za-z0-9]{8,128}"),
    ChatService.FEISHU: re.compile(r"[A-Za-z0-9_-]{8,128}"),
    ChatService.LARK: re.compile(r"[A-Za-z0-9-]{8,128}"),
}
# Host, path before the secret, and the parameter that carries it where the path does not.
ADDRESSES = {
    ChatService.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    ChatService.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token"),
    ChatService.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/", ""),
    ChatService.LARK: ("open.larksuite.com", "/open-apis/bot/v2/hook/", ""),
}


class WeComGroup(NotifyWeComBot):
    def send(self, body: str, **kwargs) -> bool:
        post = {"msgtype": "text", "text": {"content": body}}
        timeout = self.request_timeout
        tell(ChatService.WECOM, self.api_url, post, secrets=(self.key,), timeout=timeout)
        return True


class DingTalkGroup(NotifyDingTalk):
    def send(self, body: str, **kwargs) -> bool:
        tell(
            ChatService.DINGTALK,
            self.notify_url.format(token=self.token),
            {"msgtype": "text", "text": {"content": body}},
            secrets=(self.token, self.secret or ""),
            timeout=self.request_timeout,
            parameters=self.signature() if self.secret else None,
        )
        return True

    def signature(self) -> dict[str, str]:
        """The library's, which is made for an address, as a parameter that is encoded once more."""
        timestamp, signature = self.get_signature()
        return {"timestamp": timestamp, "sign": unquote(signature)}


class FeishuGroup(NotifyFeishu):
    def send(self, body: str, **kwargs) -> bool:
        post = {"msg_type": "text", "content": {"text": body}}
        address = self.notify_url.format(token=self.token).rstrip("/")
        timeout = self.request_timeout
        tell(ChatService.FEISHU, address, post, secrets=(self.token,), timeout=timeout)
        return True


class LarkGroup(NotifyLark):
    def send(self, body: str, **kwargs) -> bool:
        post = {"msg_type": "text", "content": {"text": body}}
        timeout = self.request_timeout
        tell(ChatService.LARK, self.webhook_url, post, secrets=(self.token,), timeout=timeout)
        return True


def read_address(address: str) -> tuple[ChatService, str] | None:
    """Service and secret of a robot's address as the chat shows it; None for any other address."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or port not in (None, 443) or parts.username is not None:
        return None
    for service, (host, path, parameter) in ADDRESSES.items():
        if parts.hostname != host:
            continue
        token = secret_in(parts.path, parts.query, path, parameter)
        return (service, token) if is_token(service, token) else None
    return None


def secret_in(path: str, query: str, start: str, parameter: str) -> str:
    if parameter:
        values = parse_qs(query).get(parameter, [])
        return values[0] if path == start and len(values) == 1 else ""
    return path.removeprefix(start).rstrip("/") if path.startswith(start) else ""


def is_token(service: ChatService, token: str) -> bool:
    return bool(TOKENS[service].fullmatch(token))


def is_secret(secret: str) -> bool:
    """Whether it may be a DingTalk robot's secret for signatures."""
    return bool(TOKENS[ChatService.DINGTALK].fullmatch(secret))


@sensitive_variables()
def post(robot: ChatRobot, sentence: str, link: str) -> None:
    """Write a sentence and a link into the robot's group.

    Raises:
        RobotRefused: the service will never take it.
        RobotBusy: it could not be reached or did not take it now, or the robot's key is unreadable.
    """
    try:
        group = group_of(robot)
    except UnreadableSecret:
        raise RobotBusy("ChatKeyUnreadable") from None
    group.send(f"{sentence}\n{link}")


@sensitive_variables()
def group_of(robot: ChatRobot) -> WeComGroup | DingTalkGroup | FeishuGroup | LarkGroup:
    """The group as the library knows it.

    Raises:
        UnreadableSecret: the robot's keys have to be entered anew.
    """
    token, secret = robot.token, robot.secret
    if robot.service == ChatService.WECOM:
        return WeComGroup(key=token)
    if robot.service == ChatService.DINGTALK:
        return DingTalkGroup(token=token, secret=secret)
    return (FeishuGroup if robot.service == ChatService.FEISHU else LarkGroup)(token=token)
