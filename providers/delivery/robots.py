"""Posts into the chat groups of WeCom, DingTalk, Feishu and Lark, through the library apprise.

Where a post goes is fixed by the service; only the secret part of the robot's address varies, so
that no address typed by somebody is ever asked.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat

from providers.models import ChatRobot, ChatService

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")
DINGTALK_TOKEN = re.compile(r"[A-Za-z0-9]{8,128}")
# Host, path before the secret, and the parameter that carries it where the path does not.
ADDRESSES = {
    ChatService.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    ChatService.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token"),
    ChatService.FEISHU: ("open.feishu.cn", "/open-apis/bot/v2/hook/", ""),
    ChatService.LARK: ("open.larksuite.com", "/open-apis/bot/v2/hook/", ""),
}


class RobotError(Exception):
    """The service did not take the post."""


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
    pattern = DINGTALK_TOKEN if service == ChatService.DINGTALK else TOKEN
    return bool(pattern.fullmatch(token))


def is_secret(secret: str) -> bool:
    """Whether it may be a DingTalk robot's secret for signatures."""
    return bool(DINGTALK_TOKEN.fullmatch(secret))


def post(robot: ChatRobot, sentence: str, link: str) -> None:
    """Write a sentence and a link into the robot's group.

    Raises:
        RobotError: the service could not be reached or did not answer with success.
    """
    target = {"schema": robot.service, "token": robot.token, "redirect": False}
    if robot.service == ChatService.WECOM:
        target["key"] = target.pop("token")
    if robot.secret:
        target["secret"] = robot.secret
    chat = Apprise(asset=AppriseAsset(async_mode=False))
    if not chat.add(target) or not chat.notify(
        body=f"{sentence}\n{link}", body_format=NotifyFormat.TEXT
    ):
        raise RobotError
