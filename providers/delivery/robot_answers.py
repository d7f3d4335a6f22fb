"""What a chat service answers to a post: WeCom, DingTalk, Feishu and Lark say it in the text.

The status is 200 for a wrong key too; only the code in the text tells. Codes: WeCom's and
DingTalk's ``errcode``, Feishu's and Lark's ``code`` (``StatusCode`` in their older answers).
"""

from __future__ import annotations

import json
import re

import requests
from django.views.decorators.debug import sensitive_variables

from providers.delivery.refusals import LaterError, RefusedError
from providers.models import ChatService

# Characters of code and words that are kept, and bytes of an answer that are read.
TOLD_MOST = 70
ANSWER_MOST = 16 * 1024
CODES = ("errcode", "code", "StatusCode")
WORDS = ("errmsg", "msg", "StatusMessage")
# Too many posts, or a service out of order: the same post may be taken later.
BUSY_CODES = {
    ChatService.WECOM: {-1, 45009, 45033},
    ChatService.DINGTALK: {-1, 130101, 302033, 410100},
    ChatService.FEISHU: {11232, 11233, 99991400},
    ChatService.LARK: {11232, 11233, 99991400},
}
# Feishu uses one code for a wrong post and for too many; its words tell them apart.
BUSY_WORDS = re.compile(r"too many request|too fast|freq", re.IGNORECASE)
# Addresses, and what WeCom adds: the site's own number in the network and a ticket.
BESIDE_THE_POINT = re.compile(r"https?://\S*|,? *(hint:|from ip:|more info at).*", re.IGNORECASE)


class RobotError(Exception):
    """A robot's post was not taken; the message is fit for ``reasons.in_words``."""


class RobotRefused(RobotError, RefusedError):
    """The service will never take it: the key is wrong, the robot is gone, a rule forbids it."""


class RobotBusy(RobotError, LaterError):
    """Not now: too many posts, a service that is away or answers what nobody understands."""


@sensitive_variables()
def tell(
    service: ChatService,
    address: str,
    post: dict,
    *,
    secrets: tuple[str, ...],
    timeout: tuple[float, float],
    parameters: dict | None = None,
) -> None:
    """Post to an address of a chat service, and read whether the post was taken.

    Args:
        secrets: what stands in no message, whatever the service repeats of it.
        timeout: seconds to connect, and to wait for the answer.

    Raises:
        RobotRefused: it will never be taken.
        RobotBusy: another try may succeed.
    """
    try:
        with requests.post(
            address,
            json=post,
            params=parameters,
            timeout=timeout,
            # Whoever could redirect it would be told the text.
            allow_redirects=False,
            stream=True,
        ) as answer:
            status, said = answer.status_code, next(answer.iter_content(ANSWER_MOST), b"")
    except requests.RequestException:
        # What it says names the address.
        raise RobotBusy("ChatUnreachable") from None
    judge(service, status, said, secrets)


def judge(service: ChatService, status: int, said: bytes, secrets: tuple[str, ...]) -> None:
    """Raise unless the answer says that the post was taken."""
    code, words = code_and_words(said)
    if code == 0 and status == requests.codes.ok:
        return
    if code is None or code == 0:
        raise RobotBusy(f"ChatUnknownAnswer: HTTP {status}")
    told = harmless(f"{code} {words}", secrets)
    if code in BUSY_CODES[service] or BUSY_WORDS.search(words):
        raise RobotBusy(f"ChatBusy: {told}")
    raise RobotRefused(f"ChatRefused: {told}")


def code_and_words(said: bytes) -> tuple[int | None, str]:
    """The service's code and its words; no code where the answer is none of theirs."""
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    code = next((answer[name] for name in CODES if name in answer), None)
    words = next((answer[name] for name in WORDS if isinstance(answer.get(name), str)), "")
    # True is a number to Python, and no service means it.
    return (code if isinstance(code, int) and not isinstance(code, bool) else None), words


def harmless(words: str, secrets: tuple[str, ...]) -> str:
    """What a service says on one line, cut, without keys, addresses and the site's own number."""
    for secret in filter(None, secrets):
        words = words.replace(secret, "…")
    words = BESIDE_THE_POINT.sub("", words)
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:TOLD_MOST]
