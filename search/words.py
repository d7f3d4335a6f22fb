"""The words of a text: one rule for what is indexed, what is asked and what is highlighted.

Every engine gets these words, so every engine finds the same entries. The rule:

1. A text is folded: NFKC, lower case, ``ς`` as ``σ``; invisible format characters, variation
   selectors and marks that do not compose with their letter are dropped.
2. A run of Han, kana, bopomofo or Hangul becomes its overlapping pairs and then its last character
   (追溯系统 → 追溯 溯系 系统 统), so that any part of the run can be found as a phrase.
3. Any other run of letters and digits is one word, cut at 64 characters.
4. Everything else separates. The end of a line leaves ``LINE_END`` between the words, so that no
   phrase reaches from one paragraph or list item into the next.

What people type and writers of rules forget:

=====================  ======================================  =================================
text                   words                                   because
=====================  ======================================  =================================
``3.5万``              ``3.5`` ``万``                          a dot between digits joins them
``v2.0``               ``v2.0``                                the same
``3,500``              ``3`` ``500``                           a comma also parts lists
``5G+工业互联网``      ``5g`` ``工业`` … ``联网`` ``网``        a single plus only connects
``C++`` ``C#`` ``F#``  ``c++`` ``c#`` ``f#``                   names of languages, not of letters
``3#厂房``             ``3`` ``厂房`` ``房``                   a number sign after any other word
``ＭＥＳ``             ``mes``                                 NFKC
``①质量`` ``㎡``       ``1`` ``质量`` ``量``; ``m2``           NFKC
``人々`` ``二〇二六``  ``人々`` ``々``; ``二〇`` ``〇二`` …     々 〆 〇 are written inside words
``R&D`` ``a_b``        ``r`` ``d``; ``a`` ``b``                everything else separates
``café``               ``café``                                composed letters are letters
emoji                  none                                    symbols are no letters
=====================  ======================================  =================================

In a question, white space and the marks that part a list (，、；/ and the like) part it into words
that must all be found; inside such a word, ``+ & - . _`` connect: ``5G+工业互联网`` is one phrase.
A word that ends in a single Han character finds all that begins so: 云 finds 云平台.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from operator import add
from typing import NamedTuple

# Longest word other than a run of pairs, in characters.
WORD_LENGTH = 64
# Stands between the words of two lines; no text can contain it as a word.
LINE_END = "¶"
# Part of what an index remembers of an entry: raise the number when the rule above changes. What is
# a letter, and what is folded into what, changes with Python's tables of Unicode.
RULE_VERSION = f"1, Unicode {unicodedata.unidata_version}"

_PAIR_RANGES = (
    (0x1100, 0x11FF),  # Hangul letters
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # 々 〆 〇
    (0x3021, 0x3029),  # Suzhou numerals
    (0x3031, 0x3035),
    (0x3038, 0x303C),
    (0x3041, 0x3096),  # hiragana
    (0x309D, 0x309F),
    (0x30A1, 0x30FA),  # katakana; the middle dot 30FB separates
    (0x30FC, 0x312F),  # its length mark, then bopomofo
    (0x3131, 0x318E),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FB),  # Hangul syllables
    (0xF900, 0xFAFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFD),  # extensions B and later, those not yet assigned included
)
# Marks that part the words of a question as white space does.
_LIST_MARKS = frozenset(',，、;；:：。!?！？/|\\"“”‘’()（）[]【】{}《》<>「」『』')
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


class _Classes(dict[str, str]):
    """One letter for the part a character plays; computed once a character.

    p pairs, d digit, w other letter or number, i ignored, n line end, s space, ``,`` list mark,
    ``.`` dot, ``-`` anything else.
    """

    def __missing__(self, char: str) -> str:
        code = ord(char)
        category = unicodedata.category(char)
        if any(low <= code <= high for low, high in _PAIR_RANGES):
            kind = "p"
        elif char.isdecimal():
            kind = "d"
        elif char.isalnum() or category == "Mc":
            kind = "w"
        elif category in ("Mn", "Me", "Cf"):
            kind = "i"
        elif char in _LINE_ENDS:
            kind = "n"
        elif char.isspace():
            kind = "s"
        elif char in _LIST_MARKS:
            kind = ","
        else:
            kind = "." if char == "." else "-"
        self[char] = kind
        return kind


_CLASSES = _Classes()
# Characters that fold one by one into one, whatever stands beside them: ASCII, its full-width
# forms, common Han and the marks between them. Most texts hold nothing else, done in one go.
_PLAIN_CHARACTERS = (
    r"\n -~\u2013\u2014\u2018-\u201d\u3000-\u3003\u3007-\u3011\u3400-\u4dbf\u4e00-\u9fff"
    r"\uff01-\uff5e"
)
_PLAIN = re.compile(f"[{_PLAIN_CHARACTERS}]*")
# Full-width marks that stand in nearly every text. NFKC turns them into these as well, but takes a
# hundred times as long for any text that holds one.
_WIDE_MARKS = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
_RUN = re.compile(r"p+|(?:[wd]|(?<=d)\.(?=d))+")


def _classes(text: str) -> str:
    return "".join(map(_CLASSES.__getitem__, text))


def fold(text: str) -> str:
    """The text as it is compared: see point 1 of the module's rule."""
    for wide, narrow in _WIDE_MARKS:
        text = text.replace(wide, narrow)
    folded = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")
    if folded.isascii() or _PLAIN.fullmatch(folded):
        return folded
    return "".join(char for char in folded if _CLASSES[char] != "i")


class Segment(NamedTuple):
    """A run of the folded text: ``text`` is compared, ``start`` and ``end`` say where it stood."""

    text: str
    pairs: bool
    start: int
    end: int
    # What lies between this run and the one before, as classes.
    gap: str


def _segments(folded: str) -> Iterator[Segment]:
    classes = _classes(folded)
    previous = 0
    for match in _RUN.finditer(classes):
        start, end = match.span()
        pairs = classes[start] == "p"
        if not pairs:
            end = _with_suffix(folded, start, end)
        text = folded[start:end] if pairs else folded[start:end][:WORD_LENGTH]
        yield Segment(text, pairs, start, end, classes[previous:start])
        previous = end


def _with_suffix(folded: str, start: int, end: int) -> int:
    """Where a word ends when ``++`` or ``#`` belongs to it."""
    last = folded[end - 1]
    if last.isascii() and last.isalpha() and re.match(r"\+\+(?!\+)", folded[end : end + 3]):
        return end + 2
    if folded[start:end] in ("c", "f") and folded[end : end + 1] == "#":
        return end + 1
    return end


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


def words(text: str) -> list[str]:
    """The words of a text in their order, as every engine indexes them."""
    found: list[str] = []
    for segment in _segments(fold(text)):
        if found and "n" in segment.gap:
            found.append(LINE_END)
        if segment.pairs:
            found += _pairs(segment.text)
            found.append(segment.text[-1])
        else:
            found.append(segment.text)
    return found


@dataclass(frozen=True)
class Phrase:
    """A word of a question: the runs that must stand side by side.

    ``text`` is what was typed, folded; ``written`` the same as it was typed; ``runs`` holds (text,
    whether it is cut into pairs).
    """

    text: str
    runs: tuple[tuple[str, bool], ...]
    written: str = field(default="", compare=False)

    @property
    def terms(self) -> list[str]:
        """The indexed words that must follow each other."""
        found: list[str] = []
        final = len(self.runs) - 1
        for at, (text, pairs) in enumerate(self.runs):
            if not pairs:
                found.append(text)
                continue
            found += _pairs(text)
            if at < final or len(text) == 1:
                found.append(text[-1])
        return found

    @property
    def is_prefix(self) -> bool:
        """Whether the last term also matches words that only begin with it."""
        text, pairs = self.runs[-1]
        return pairs and len(text) == 1


def phrases(text: str) -> list[Phrase]:
    """The words of a question, each a phrase; the same word twice counts once."""
    folded, origin = _folded_with_origin(text)
    groups: list[list[Segment]] = []
    for segment in _segments(folded):
        if not groups or any(mark in segment.gap for mark in "ns,"):
            groups.append([])
        groups[-1].append(segment)
    found = (_phrase_of(group, text, folded, origin) for group in groups)
    return list({phrase.runs: phrase for phrase in found}.values())


def _phrase_of(
    segments: list[Segment], text: str, folded: str, origin: list[tuple[int, int]]
) -> Phrase:
    start, end = segments[0].start, segments[-1].end
    return Phrase(
        folded[start:end],
        tuple((segment.text, segment.pairs) for segment in segments),
        text[origin[start][0] : origin[end - 1][1]],
    )


def phrase(text: str) -> Phrase | None:
    """The whole text as one phrase, whatever parts it; None when it holds no word."""
    folded, origin = _folded_with_origin(text)
    segments = list(_segments(folded))
    return _phrase_of(segments, text, folded, origin) if segments else None


# -- highlighting ----------------------------------------------------------------------------------

# Characters that may change with the one before them under NFKC: marks, Hangul vowels and finals,
# half-width voicing marks and half-width Hangul.
_JOINING = re.compile(r"[\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7fb\uff9e\uff9f\uffa0-\uffdc]")
# What stands before any other character is left out: that one may join it.
_PLAIN_AMONG_PLAIN = re.compile(f"[{_PLAIN_CHARACTERS}]+(?![^{_PLAIN_CHARACTERS}])")


def _folded_with_origin(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and for each of its characters the span of the original it came from."""
    folded: list[str] = []
    origin: list[tuple[int, int]] = []
    start = 0
    length = len(text)
    while start < length:
        if plain := _PLAIN_AMONG_PLAIN.match(text, start):
            end = plain.end()
            folded.append(fold(plain[0]))
            origin.extend(zip(range(start, end), range(start + 1, end + 1), strict=True))
            start = end
            continue
        end = start + 1
        while end < length and (
            unicodedata.category(text[end])[0] == "M" or _JOINING.match(text[end])
        ):
            end += 1
        piece = fold(text[start:end])
        folded.append(piece)
        origin.extend([(start, end)] * len(piece))
        start = end
    return "".join(folded), origin


def _found_at(segments: list[Segment], phrase: Phrase) -> Iterator[tuple[int, int]]:
    """Spans of the folded text in which the phrase stands."""
    runs = phrase.runs
    final = len(runs) - 1
    if not final and runs[0][1]:
        needle = runs[0][0]
        for segment in segments:
            at = segment.text.find(needle) if segment.pairs else -1
            while at >= 0:
                yield segment.start + at, segment.start + at + len(needle)
                at = segment.text.find(needle, at + 1)
        return
    for first in range(len(segments) - final):
        part = segments[first : first + final + 1]
        if any("n" in segment.gap for segment in part[1:]):
            continue
        if not all(
            _agrees(segment, run, at, final)
            for at, (segment, run) in enumerate(zip(part, runs, strict=True))
        ):
            continue
        start, end = part[0].start, part[-1].end
        if part[0].pairs:
            start = part[0].end - len(runs[0][0])
        if part[-1].pairs:
            end = part[-1].start + len(runs[-1][0])
        yield start, end


def _agrees(segment: Segment, run: tuple[str, bool], at: int, final: int) -> bool:
    text, pairs = run
    if segment.pairs != pairs:
        return False
    if not pairs or 0 < at < final:
        return segment.text == text
    if at == 0:
        return segment.text.endswith(text)
    return segment.text.startswith(text)


def marked_spans(text: str, asked: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Spans of the original text that the phrases match, in order, merged where they touch."""
    folded = fold(text)
    # Cheaper than looking at its runs, which most texts can be spared.
    likely = [phrase for phrase in asked if phrase.runs[0][0] in folded]
    if not likely:
        return []
    folded, origin = _folded_with_origin(text)
    segments = list(_segments(folded))
    spans = sorted({span for phrase in likely for span in _found_at(segments, phrase)})
    merged: list[tuple[int, int]] = []
    for folded_start, folded_end in spans:
        start, end = origin[folded_start][0], origin[folded_end - 1][1]
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return "".join(parts)


def highlight(text: str, asked: Iterable[Phrase]) -> str:
    """The whole text as safe HTML, with ``<mark>`` around what the phrases match."""
    return _marked(text, marked_spans(text, asked))


def excerpt(text: str, asked: Iterable[Phrase], around: int = 40) -> str:
    """Safe HTML of the text around its first match, or an empty string without a match.

    ``around`` is the number of characters kept before and after the match, within its line.
    """
    for line in text.splitlines():
        spans = marked_spans(line, asked)
        if not spans:
            continue
        start = max(0, spans[0][0] - around)
        end = min(len(line), spans[0][1] + around)
        inside = [
            (max(low, start) - start, min(high, end) - start)
            for low, high in spans
            if low < end and high > start
        ]
        before = "…" if start else ""
        after = "…" if end < len(line) else ""
        return before + _marked(line[start:end], inside) + after
    return ""
