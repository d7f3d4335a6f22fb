"""Reports as mail systems write them, about invented mails to invented people.

Each takes the Message-ID of the mail that it is about, without its brackets, and the address to
which that went.
"""

from __future__ import annotations

import base64
from email.header import Header

BOUNCES = "bounces@market.example"


def returned_headings(message_id: str, to: str) -> str:
    """What a server brings back of a mail of the site."""
    return (
        f"Received: from market.example (market.example [192.0.2.1]) by mx.example.net\n"
        f"From: Platform <no-reply@market.example>\n"
        f"To: {to}\n"
        f"Subject: =?utf-8?b?5paw5raI5oGv?=\n"
        f"Message-ID: <{message_id}>\n"
        f"Auto-Submitted: auto-generated\n"
        f'Content-Type: multipart/alternative; boundary="own"\n'
    )


def returned_mail(message_id: str, to: str) -> str:
    return (
        f"{returned_headings(message_id, to)}\n"
        "--own\nContent-Type: text/plain\n\nhttps://market.example/admin/ 500 items\n--own--\n"
    )


def postfix(message_id: str, to: str, action="failed", status="5.1.1", extra="") -> bytes:
    return f"""Return-Path: <>
Received: by mx.market.example (Postfix) id 4F0C21A2B; Tue, 1 Dec 2026 10:15:02 +0800 (CST)
Date: Tue, 1 Dec 2026 10:15:02 +0800 (CST)
From: MAILER-DAEMON@mx.market.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {BOUNCES}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F0C21A2A.1780000000/mx.market.example"
Message-Id: <20261201021502.4F0C21A2B@mx.market.example>

This is a MIME-encapsulated message.

--4F0C21A2A.1780000000/mx.market.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.market.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{to}>: host mx.example.net[198.51.100.5] said: 550 5.1.1
    <{to}>: Recipient address rejected: User unknown (in reply to RCPT TO command)

--4F0C21A2A.1780000000/mx.market.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.market.example
X-Postfix-Queue-ID: 4F0C21A2A
X-Postfix-Sender: rfc822; {BOUNCES}
Arrival-Date: Tue, 1 Dec 2026 10:15:01 +0800 (CST)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; 550 {status} <{to}>: Recipient address rejected
{extra}
--4F0C21A2A.1780000000/mx.market.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned_headings(message_id, to)}
--4F0C21A2A.1780000000/mx.market.example--
""".encode()


def exchange(message_id: str, to: str) -> bytes:
    """Exchange Online: HTML, a report, the whole mail; the exact code stands in the diagnosis."""
    return f"""Return-Path: <>
From: <postmaster@example.onmicrosoft.example>
To: {BOUNCES}
Date: Tue, 1 Dec 2026 02:15:03 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="a1b2c3d4-0000-4000-8000-000000000000"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: zh-CN
Message-ID: <0a1b2c3d-dead-4000-beef-0123456789ab@ab.example.onmicrosoft.example>
In-Reply-To: <{message_id}>
References: <{message_id}>
Subject: =?utf-8?B?5pyq5Lyg6YCS?=: =?utf-8?b?5paw5raI5oGv?=
Auto-Submitted: auto-replied
MIME-Version: 1.0

--a1b2c3d4-0000-4000-8000-000000000000
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 8bit

<html><body><p>找不到 {to}。</p></body></html>

--a1b2c3d4-0000-4000-8000-000000000000
Content-Type: message/delivery-status

Reporting-MTA: dns;AB0EX0001.example.onmicrosoft.example
Received-From-MTA: dns;market.example
Arrival-Date: Tue, 1 Dec 2026 02:15:01 +0000

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found
X-Display-Name: {to}

--a1b2c3d4-0000-4000-8000-000000000000
Content-Type: message/rfc822

{returned_mail(message_id, to)}
--a1b2c3d4-0000-4000-8000-000000000000--
""".encode()


def chinese_page(message_id: str, to: str) -> bytes:
    """A letter in HTML and GB 18030, the mail beside it as a file: as QQ's servers write."""
    page = (
        f"<html><body><h3>退信</h3><p>抱歉，您的邮件被退回来了……</p><p>收件人：{to}</p>"
        "<p>退信原因：收件人邮件地址不存在，邮件无法送达。host mx3.mail.example[203.0.113.8] said: "
        "550 Mailbox unavailable or access denied</p></body></html>"
    )
    subject = Header("来自 mail.example 的退信", "gb18030").encode()
    encoded = base64.encodebytes(page.encode("gb18030")).decode()
    eml = base64.encodebytes(returned_mail(message_id, to).encode()).decode()
    return f"""From: "PostMaster" <PostMaster@mail.example>
To: {BOUNCES}
Subject: {subject}
Date: Tue, 1 Dec 2026 10:15:04 +0800
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="----=_NextPart_6A000000_0B000000_0C000000"

------=_NextPart_6A000000_0B000000_0C000000
Content-Type: text/html; charset="gb18030"
Content-Transfer-Encoding: base64

{encoded}
------=_NextPart_6A000000_0B000000_0C000000
Content-Type: application/octet-stream; charset="gb18030"; name="original.eml"
Content-Disposition: attachment; filename="original.eml"
Content-Transfer-Encoding: base64

{eml}
------=_NextPart_6A000000_0B000000_0C000000--
""".encode()


def chinese_text(message_id: str, to: str) -> bytes:
    """A letter in GBK as it is, in the subject too, and without a code: as NetEase's write."""
    return (
        f"Return-Path: <>\nFrom: Postmaster@163.example\nTo: {BOUNCES}\n".encode()
        + "Subject: 系统退信\n".encode("gbk")
        + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b163\n\n"
        + b"--b163\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: 8bit\n\n"
        + f"您好，邮件无法投递到 {to}，该用户不存在。\n".encode("gbk")
        + b"\n--b163\nContent-Type: message/rfc822\n\n"
        + returned_mail(message_id, to).encode()
        + b"\n--b163--\n"
    )


def chinese_delay(message_id: str, to: str) -> bytes:
    return (
        f"From: postmaster@163.example\nTo: {BOUNCES}\n".encode()
        + "Subject: 邮件延迟投递通知\n".encode("gbk")
        + b"Content-Type: text/plain; charset=gb2312\n\n"
        + f"发往 {to} 的邮件暂未送达，系统将继续尝试。Message-ID: <{message_id}>\n".encode("gbk")
    )


def qmail(message_id: str, to: str) -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mail.example.org
To: {BOUNCES}
Subject: failure notice

Hi. This is the qmail-send program at mail.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{returned_mail(message_id, to)}""".encode()


def exim(message_id: str, to: str) -> bytes:
    return f"""Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mail.example.org>
To: {BOUNCES}
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.example.net [198.51.100.5]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    552 5.2.2 mailbox full

------ This is a copy of the message, including all the headers. ------

{returned_mail(message_id, to)}""".encode()


def without_the_mail(return_path: str) -> bytes:
    """Nothing of the mail is brought back; only the address to which the report goes names it."""
    return f"""From: MAILER-DAEMON@mail.example.org
Delivered-To: {return_path}
To: {return_path}
Subject: Returned mail: see transcript for details

550 5.7.1 rejected by policy
""".encode()


# -- what is no report --------------------------------------------------------------------------


def on_holiday(message_id: str, to: str) -> bytes:
    return f"""Return-Path: <>
From: {to}
To: {BOUNCES}
Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSNOiDlh7rlt67kuK0=?=
Auto-Submitted: auto-replied
In-Reply-To: <{message_id}>
Content-Type: text/plain; charset=utf-8

出差中，邮件无法及时送达，550 个待办。delivery failure of patience.
""".encode()


def answer(message_id: str, to: str) -> bytes:
    return f"""From: {to}
To: {BOUNCES}
Subject: Re: Undelivered Mail Returned to Sender
References: <{message_id}>

Please call me.

> {returned_mail(message_id, to)}
""".encode()


def receipt(message_id: str, to: str) -> bytes:
    return f"""From: postmaster@example.net
To: {BOUNCES}
Subject: Read: failed meeting
Content-Type: multipart/report; report-type=disposition-notification; boundary=r

--r
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{to}
Original-Message-ID: <{message_id}>
Disposition: manual-action/MDN-sent-manually; displayed

--r--
""".encode()


def complaint(message_id: str, to: str) -> bytes:
    return f"""From: postmaster@feedback.example
To: {BOUNCES}
Subject: complaint about failed message
Content-Type: multipart/report; report-type=feedback-report; boundary=f

--f
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--f
Content-Type: message/rfc822

{returned_mail(message_id, to)}
--f--
""".encode()
