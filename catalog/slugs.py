"""Addresses of pages: ASCII, read off Chinese titles by their pinyin."""

import unicodedata

from django.utils.text import slugify
from pypinyin import lazy_pinyin

MAX_LENGTH = 60


def proposed_slug(title: str) -> str:
    """A readable ASCII slug for a title, cut at a syllable; "page" where nothing can be read.

    Chinese slugs would grow to three times their length in a chat window.
    """
    folded = unicodedata.normalize("NFKC", title)
    syllables = slugify("-".join(lazy_pinyin(folded))).split("-")
    slug = ""
    for syllable in syllables:
        longer = f"{slug}-{syllable}".strip("-")
        if len(longer) > MAX_LENGTH:
            break
        slug = longer
    return slug or "page"


def in_pinyin(text: str) -> str:
    """The text with its Chinese in pinyin, in one piece."""
    return "".join(lazy_pinyin(unicodedata.normalize("NFKC", text)))


def free_slug(title: str, taken: set[str]) -> str:
    """The proposed slug, numbered where a sibling has it already."""
    base = proposed_slug(title)
    slug, number = base, 2
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    return slug
