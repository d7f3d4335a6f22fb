"""How Chinese is typed on a keyboard: full pinyin and initials."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin import __version__ as _dictionary

from search.words import fold

# Part of what an index remembers of an entry: another dictionary reads characters otherwise.
READINGS_VERSION = f"pypinyin {_dictionary}"
# A text with characters that are read in several ways is known by at most so many readings.
READINGS = 4
# Nobody types more of a title than this many characters before choosing.
_LENGTH = 24


@lru_cache(maxsize=4096)
def typed_forms(text: str) -> tuple[str, ...]:
    """What a keyboard without Chinese input may type for a text: full pinyin, initials.

    ``排产`` → ``paichan``, ``pc``. Latin letters and digits stay, everything else is left out. The
    reading that fits the context comes first.
    """
    head = fold(text)[:_LENGTH]
    readings = [tuple(lazy_pinyin(head, style=Style.NORMAL, errors=list))]
    by_character = pinyin(head, style=Style.NORMAL, heteronym=True, errors=list)
    # Alternatives of the first READINGS combinations; rare readings of late characters are left.
    for combination in islice(product(*by_character), READINGS):
        if combination not in readings:
            readings.append(combination)
    forms: dict[str, None] = {}
    for syllables in readings[:READINGS]:
        forms[_letters("".join(syllables))] = None
        forms[_letters("".join(_initial(syllable) for syllable in syllables))] = None
    return tuple(form for form in forms if form)


def _initial(syllable: str) -> str:
    return syllable[:1]


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isalnum())


def typed(text: str) -> str:
    """What was typed, reduced as the forms are; empty when it holds other than Latin letters."""
    folded = "".join(fold(text).split())
    return _letters(folded) if folded.isascii() else ""
