"""What a report of a mail server says: a mail came back, or is held up; anything else is no report.

Most servers write what programs read (RFC 3464). Of the others flufl.bounce knows many; those of
mainland mail services that write a letter in Chinese are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.iterators import typed_subpart_iterator
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

# An enhanced status code (RFC 3463), which is no address of four numbers, or else SMTP's own.
ENHANCED = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
BASIC = re.compile(r"(?<![\d.])[45][0-5]\d(?=[ -]+[^\d\s])")
UNSPECIFIC = re.compile(r"[45]\.0\.0")
# Who writes for a mail server, by what stands before the @.
MAIL_SYSTEMS = re.compile(r"(?i)(mailer-?daemon|mail-?daemon|postmaster|microsoftexchange)")
HELD_UP = re.compile(r"(?i)delay|still being retried|延迟|暂缓|继续尝试|稍后重试")
CAME_BACK = re.compile(
    r"(?i)undeliver|returned mail|failure notice|delivery (has )?failed|failure"
    r"|退信|退回|无法送达|无法投递|未能送达|未能投递|投递失败|发送失败"
)


@dataclass(frozen=True)
class Report:
    """``is_final``: the mail came back for good; otherwise the server goes on trying.

    ``code`` is the status code, ``5.1.1`` or ``550``, or nothing where the report names none.
    """

    is_final: bool
    code: str


def read_report(mail: Message) -> Report | None:
    """The report that a mail is; None where it is any other mail.

    Answers of people, of those on holiday, receipts and complaints are none, whatever they quote.
    """
    if mail.get_content_type() == "multipart/report":
        kind = mail.get_param("report-type", "delivery-status")
        if str(kind).lower() != "delivery-status":
            return None
    blocks = [block for block in status_blocks(mail) if action_of(block)]
    if blocks:
        return by_status(blocks)
    return by_words(mail) if is_of_mail_system(mail) else None


# -- reports for programs -----------------------------------------------------------------------


def status_blocks(mail: Message) -> Iterator[Message]:
    for part in typed_subpart_iterator(mail, "message", "delivery-status"):
        if part.is_multipart():
            yield from part.get_payload()


def action_of(block: Message) -> str:
    return str(block.get("Action", "")).strip().lower()


def by_status(blocks: list[Message]) -> Report | None:
    """One that failed counts before one that is held up; delivered or handed on is no failure."""
    # ``error`` is OpenSMTPD's word.
    for words, is_final in ((("fail", "error"), True), (("delay",), False)):
        found = [block for block in blocks if action_of(block).startswith(words)]
        if found:
            return Report(is_final, status_of(found[0]))
    return None


def status_of(block: Message) -> str:
    """The exactest code: that of the server beyond often says more than the report's own."""
    codes = [
        code
        for name in ("Status", "Diagnostic-Code")
        if (code := code_in(str(block.get(name, ""))))
    ]
    exact = [code for code in codes if ENHANCED.fullmatch(code) and not UNSPECIFIC.fullmatch(code)]
    return next(iter(exact or codes), "")


def code_in(text: str) -> str:
    found = ENHANCED.search(text) or BASIC.search(text)
    return found[0] if found else ""


# -- reports for people -------------------------------------------------------------------------


def is_of_mail_system(mail: Message) -> bool:
    _name, address = parseaddr(heading(mail, "From"))
    return bool(MAIL_SYSTEMS.match(address))


def by_words(mail: Message) -> Report | None:
    """What a letter means that a mail system wrote for people."""
    held_up, came_back = all_failures(mail)
    subject, text = heading(mail, "Subject"), "\n".join(texts(mail))
    code = code_in(text)
    if HELD_UP.search(subject):
        return Report(False, code)
    if came_back or CAME_BACK.search(subject) or code.startswith("5"):
        return Report(True, code)
    if held_up or code or HELD_UP.search(text):
        return Report(False, code)
    return Report(True, code) if CAME_BACK.search(text) else None


def heading(mail: Message, name: str) -> str:
    """A heading as people read it, also where Chinese was put into it as it is."""
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    if not raw.isascii():
        return decoded(raw.encode("utf-8", "surrogateescape"), None)
    try:
        return str(make_header(decode_header(raw)))
    except (LookupError, ValueError, HeaderParseError):
        return raw


def texts(mail: Message) -> Iterator[str]:
    """The texts of the report, without those of the mail that it brings back."""
    if mail.get_content_maintype() == "message":
        return
    if mail.is_multipart():
        for part in mail.get_payload():
            yield from texts(part)
    elif mail.get_content_maintype() == "text" and mail.get_content_subtype() != "rfc822-headers":
        yield decoded(mail.get_payload(decode=True) or b"", mail.get_content_charset())


def decoded(written: bytes, charset: str | None) -> str:
    """The text as it is declared, or else UTF-8, or else the Chinese of mainland mail systems."""
    # What is declared as the older ones is often the newer one, which holds them.
    declared = "gb18030" if charset in ("gb2312", "gbk") else charset
    for codec in filter(None, (declared, "utf-8")):
        try:
            return written.decode(codec)
        except (LookupError, UnicodeError):
            continue
    return written.decode("gb18030", "replace")
