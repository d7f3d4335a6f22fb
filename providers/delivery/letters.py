"""One message as its reader gets it, written in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from providers.models import ChatRobot, MessageGroup


@dataclass(frozen=True)
class Letter:
    """One message as it goes out. It lives in memory only: rows hold neither text nor address.

    ``key`` is the name of the row's ``Source``, a colon, and the row's own key.
    ``text`` are sentences without the link; ``why`` says for what reason the reader gets it.
    ``logged`` is all that the log may tell (kind and reference), under the name of the module
    ``source``. ``email``, ``phone`` and ``robot`` are empty where that way leads nowhere.
    """

    pk: int
    key: str
    kind: str
    reader: str
    subject: str
    text: str
    link: str
    logged: str
    source: str
    # Made when it is read: the list of messages needs none, and the site's name costs a look.
    why: str = field(default="", repr=False)
    # Not among what an error report would show.
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    robot: ChatRobot | None = field(default=None, repr=False)

    @property
    def source_name(self) -> str:
        return self.key.partition(":")[0]

    @property
    def paragraphs(self) -> list[str]:
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    @cached_property
    def plain(self) -> str:
        """The whole text: sentences, link, and why the reader gets it."""
        return render_to_string("mail/frame.txt", self.frame())

    @cached_property
    def html(self) -> str:
        """The same in the one frame of all HTML mails."""
        return render_to_string("mail/frame.html", self.frame())

    def finish(self) -> None:
        """Write both forms now, in the language of the moment; they are kept.

        Raises:
            TemplateError: or whatever else a text raises that cannot be written.
        """
        _written = (self.plain, self.html)

    def frame(self) -> dict[str, object]:
        return {
            "letter": self,
            "site_name": settings.WAGTAIL_SITE_NAME,
            "language": translation.get_language(),
        }


def subject_and_text(kind: str, context: dict) -> tuple[str, str]:
    """``templates/mail/<kind>.txt``: the subject in the first line, then the text."""
    written = render_to_string(f"mail/{kind}.txt", context).strip()
    subject, _blank, text = written.partition("\n")
    # A line break in a title would end the subject of a mail.
    return " ".join(subject.split()), text.strip() + "\n"


def write_letter(kind: str, context: dict, **fields: object) -> Letter:
    """The letter of a kind; ``context`` names at least ``link``, the others are a letter's fields.

    The link is told apart from the sentences: it is a line in one channel, a button in another.
    """
    site = {"site_name": settings.WAGTAIL_SITE_NAME}
    subject, text = subject_and_text(kind, site | context)
    link = context["link"]
    sentences = "\n".join(line for line in text.splitlines() if line.strip() != link).strip()
    return Letter(kind=kind, subject=subject, text=sentences, link=link, **fields)


def why_account(group: MessageGroup | None) -> str:
    """For what reason an account gets a mail, and where it may decline those of this group."""
    site = {"site": settings.WAGTAIL_SITE_NAME}
    if group is None:
        said = _("You get this because you have an account at “%(site)s”; it is always mailed.")
    else:
        said = _(
            "You get this because you have an account at “%(site)s”. What is mailed to you, you"
            " choose in the back office under “Messages”."
        )
    return said % site


def address_of(path: str) -> str:
    """The full address of a path of this site."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + path
