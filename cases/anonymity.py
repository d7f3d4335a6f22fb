"""Whether an anonymous case gives its enterprise away, or what stands beside it does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from catalog.contents import contents_of
from catalog.slugs import in_pinyin

if TYPE_CHECKING:
    from wagtail.models import Page

    from cases.models import CasePage

# What a registered name ends with; people leave it out.
LEGAL_FORMS = re.compile(r"(股份|集团)?(有限)?(责任)?公司$|厂$")
# And what it begins with: province, city, county.
REGIONS = re.compile(r"^([^省市县区]{2,8}[省市县区])+")
IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
# Nobody reads them, and a name with one inside is a name all the same.
NOT_READ = re.compile(r"[\W_]+")
# A shorter rest is a word of the language and no name.
FEWEST_SIGNS = 4


def names_of(page: CasePage) -> list[str]:
    """By what the enterprise could be known: its name in every short form, and its code."""
    names = list(forms_of(page.enterprise_name))
    if page.enterprise:
        names += [*forms_of(page.enterprise.name), page.enterprise.uscc]
    return [name for name in dict.fromkeys(names) if name]


def forms_of(name: str) -> Iterator[str]:
    """A registered name as it is, and without legal form and region where enough is left."""
    full = name.strip()
    yield full
    bare = LEGAL_FORMS.sub("", IN_BRACKETS.sub("", full).strip())
    for short in (bare, REGIONS.sub("", bare)):
        if len(short) >= FEWEST_SIGNS:
            yield short


def folded(text: str) -> str:
    """As it is read: full-width as narrow, capitals as small, without spaces and signs."""
    return NOT_READ.sub("", unicodedata.normalize("NFKC", text).casefold())


def names_in_text(page: CasePage) -> list[str]:
    """The labels of the fields in which an anonymous case names its enterprise.

    An address names it in pinyin.
    """
    if not page.is_anonymous:
        return []
    return [
        str(content.label)
        for content in contents_of(page, with_withheld=False)
        if is_named_in(page, content.texts)
    ]


def is_named_in(page: CasePage, texts: Iterable[str]) -> bool:
    """Whether words about an anonymous case name its enterprise; one that is named may be."""
    if not page.is_anonymous:
        return False
    names = names_of(page)
    looked_for = {folded(name) for name in [*names, *map(in_pinyin, names)]} - {""}
    said = [folded(text) for text in texts]
    return any(name in text for text in said for name in looked_for)


def texts_of(page: Page) -> list[str]:
    """All that a page about cases says itself: a notice, an edition."""
    return [text for content in contents_of(page) for text in content.texts]
