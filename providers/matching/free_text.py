"""Free text carries the matter, not the way to reach somebody outside the platform.

Links, e-mail addresses, phone numbers and chat ids would get round the consent of the enterprise
and open the form to advertisers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from providers.matching.models import MatchRequest

LINK = re.compile(
    r"(https?://|www\.)\S|"
    r"[a-z0-9-]{1,63}\.(com|cn|net|org|top|xyz|vip|shop|info|site|club|cc|io|me)(?![a-z0-9])"
)
EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[a-z]{2,}")
PHONE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9}|0\d{2,3}\d{7,8}|(?:400|800)\d{7})(?!\d)")
CHAT = re.compile(
    r"(微信|薇信|威信|v信|wechat|weixin|wx|vx|qq|扣扣)\s*(号码?|id|同号|群|[:=是加])*\s*"
    r"[a-z0-9_-]{5,}"
)
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]{1,3}(?=\d)")
# Every field is shorter; a longer text is refused for its length, and never searched.
SEARCHED_CHARACTERS = 2000
DIGITS_IN_WORDS = str.maketrans("零〇一二三四五六七八九", "00123456789")


def without_invisible(text: str) -> str:
    """The text without signs that show nothing (Unicode Cf): joiners, marks of direction."""
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def refuse_contact_data(value: str) -> None:
    """Raise ``ValidationError`` with all the ways of contact that the text holds.

    Full-width letters, invisible signs, spaces between digits and digits written out do not get
    round it.
    """
    refuse(value, _("Please leave out phone numbers; your own goes into the third step."))


def refuse_contact_data_beside_own(value: str) -> None:
    """The same where the form has a field for the sender's own number."""
    refuse(value, _("Please leave out phone numbers; your own goes into the field for it."))


def refuse(value: str, words_on_phones: str) -> None:
    """Raise ``ValidationError`` with a sentence for each way of contact in the text."""
    text = unicodedata.normalize("NFKC", without_invisible(value[:SEARCHED_CHARACTERS])).lower()
    digits = BETWEEN_DIGITS.sub("", text)
    found = []
    if LINK.search(text):
        found.append(_("Please leave out web addresses."))
    if EMAIL.search(text):
        found.append(_("Please leave out e-mail addresses."))
    if CHAT.search(text):
        found.append(_("Please leave out WeChat and QQ numbers."))
    if PHONE.search(digits) or PHONE.search(digits.translate(DIGITS_IN_WORDS)):
        found.append(words_on_phones)
    if found:
        raise ValidationError([ValidationError(words, code="contact_data") for words in found])


def names_enterprise(text: str, *names: str) -> bool:
    """Whether the text holds a company's name or code, whatever its case and spacing."""
    plain = joined(text)
    return any(name and joined(name) in plain for name in names)


def joined(text: str) -> str:
    """The text as it is compared: one form for each sign, no case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", without_invisible(text)).casefold().split())


def refuse_name_of(request: MatchRequest) -> Callable[[str], None]:
    """Refuses text that names the enterprise, for text that others than the two sides read."""

    def refuse(value: str) -> None:
        if names_enterprise(value, request.company, request.uscc):
            raise ValidationError(_("Please leave out the company's name."), code="names_company")

    return refuse


def words_field(
    label: str, *, max_length: int, min_length: int | None = None, rows: int = 3, **how
) -> forms.CharField:
    """Free text without ways of contact, of a bounded length."""
    return forms.CharField(
        label=label,
        min_length=min_length,
        max_length=max_length,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=[refuse_contact_data],
        **how,
    )
