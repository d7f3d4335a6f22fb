"""Keeping who objects out of what others read."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.models import Objection
from providers.matching.free_text import refuse_contact_data_beside_own

# A name of one letter would be found in most texts.
SHORTEST_NAME = 2


def plain(text: str) -> str:
    """Letters and digits alone, in one way of writing, so that spacing hides nothing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def names_objector(text: str, objection: Objection) -> bool:
    """Whether a text names or reaches whoever filed the objection, however it is spaced."""
    said = plain(text)
    marks = [plain(objection.phone), plain(objection.email), plain(objection.name)]
    return any(len(mark) >= SHORTEST_NAME and mark in said for mark in marks)


def check_secret(text: str, *objections: Objection) -> None:
    """Raise ``ValidationError`` where others would learn from ``text`` who filed an objection."""
    if any(names_objector(text, objection) for objection in objections):
        raise ValidationError(
            _("This text tells who filed the objection; others read it."), code="identity"
        )
    refuse_contact_data_beside_own(text)
