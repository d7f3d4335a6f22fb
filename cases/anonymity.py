"""Whether an anonymous case gives its enterprise away in what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catalog.contents import contents_of

if TYPE_CHECKING:
    from cases.models import CasePage

# What a registered name ends with; people leave it out.
LEGAL_FORMS = re.compile(r"(股份|集团)?(有限)?(责任)?公司$|厂$")
IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
# A shorter rest is a word of the language and no name.
FEWEST_SIGNS = 4


def names_of(page: CasePage) -> list[str]:
    """By what the enterprise could be known: its name, with and without legal form, its code."""
    full = page.enterprise_name.strip()
    plain = LEGAL_FORMS.sub("", IN_BRACKETS.sub("", full).strip())
    names = [full, plain if len(plain) >= FEWEST_SIGNS else ""]
    if page.enterprise:
        names += [page.enterprise.name, page.enterprise.uscc]
    return [name for name in dict.fromkeys(names) if name]


def names_in_text(page: CasePage) -> list[str]:
    """The labels of the fields in which an anonymous case names its enterprise."""
    if not page.is_anonymous:
        return []
    names = [name.casefold() for name in names_of(page)]
    return [
        str(content.label)
        for content in contents_of(page, with_withheld=False)
        if any(name in text.casefold() for text in content.texts for name in names)
    ]
