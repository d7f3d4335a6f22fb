"""Why a message did not arrive, in words for the office.

A delivery keeps a short name and what belongs to it (``MailReturned: 5.1.1``); the words are made
where they are read, in the reader's language.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES = {
    "MailReturned": gettext_lazy("The mail came back"),
    "MailHeldUp": gettext_lazy("A mail server holds it up and goes on trying"),
    "ChatRefused": gettext_lazy("The chat service refuses it"),
    "ChatBusy": gettext_lazy("The chat service asks to wait"),
    "ChatUnreachable": gettext_lazy("The chat service could not be reached"),
    "ChatUnknownAnswer": gettext_lazy("The chat service gave no answer of its kind"),
    "ChatKeyUnreadable": gettext_lazy("The robot's key cannot be read; it must be entered anew"),
}
# Enhanced status codes without their first digit (RFC 3463 and IANA's list of them).
DETAILS = {
    "1.1": gettext_lazy("no such mailbox"),
    "1.2": gettext_lazy("no such mail domain"),
    "1.3": gettext_lazy("the address is misspelt"),
    "1.6": gettext_lazy("the mailbox has moved"),
    "1.10": gettext_lazy("the domain takes no mail"),
    "2.1": gettext_lazy("the mailbox is closed"),
    "2.2": gettext_lazy("the mailbox is full"),
    "2.3": gettext_lazy("too long for this mailbox"),
    "3.4": gettext_lazy("too big for the mail server"),
    "4.1": gettext_lazy("the mail server does not answer"),
    "4.4": gettext_lazy("no mail server found for the domain"),
    "4.6": gettext_lazy("it went round in circles"),
    "4.7": gettext_lazy("not handed on in time"),
    "7.1": gettext_lazy("refused by a rule of the mail server"),
    "7.26": gettext_lazy("the sender could not be verified"),
}
# What the second digit says where the third is none of the above.
SUBJECTS = {
    "1": gettext_lazy("something is wrong with the address"),
    "2": gettext_lazy("something is wrong with the mailbox"),
    "3": gettext_lazy("the mail server cannot take it"),
    "4": gettext_lazy("it could not be handed on"),
    "5": gettext_lazy("the mail servers do not understand each other"),
    "6": gettext_lazy("its content cannot be shown there"),
    "7": gettext_lazy("refused by a rule of the mail server"),
}
STATUS = re.compile(r"[245]\.(?P<detail>(?P<subject>\d{1,3})\.\d{1,3})")


def in_words(error: str) -> str:
    """What stands in the column ``error`` of a delivery, as the office reads it."""
    name, _colon, rest = error.partition(": ")
    if name not in NAMES:
        return error
    if not rest:
        return str(NAMES[name])
    return _("%(what)s: %(why)s") % {"what": NAMES[name], "why": detail(rest)}


def detail(said: str) -> str:
    """A mail server's code with what it means; a chat service's words as they are."""
    found = STATUS.fullmatch(said)
    meaning = found and (DETAILS.get(found["detail"]) or SUBJECTS.get(found["subject"]))
    if not meaning:
        return said
    return _("%(meaning)s (%(code)s)") % {"meaning": meaning, "code": said}
