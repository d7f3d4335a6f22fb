"""Random entries and questions, and an oracle that answers by looking at every entry.

The oracle knows neither pairs nor bitmaps: it searches for strings in strings.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from search.entries import Entry
from search.facets import facets_of
from search.question import KINDS, SORTS, Question
from search.words import fold

HAN = "质量追溯排产云平台管理设备能耗采购仓储"
LATIN = ("mes", "erp", "wms", "5g", "c++", "3.5", "l6")
SYNONYMS = (("追溯", "溯源", "mes"), ("云", "saas"), ("排产", "设备 能耗"))
CODES = {
    "industry": ("textile", "food", "steel", "general"),
    "scenario": ("PLAN", "PROD", "QUAL", "EQPT"),
    "deployment": ("saas", "hybrid"),
    "pricing": ("subscription", "perpetual"),
    "level": ("L4", "L5", "L6"),
    "size": ("micro", "small"),
    "goal": ("cost", "green"),
    "provider": ("a-soft", "b-soft", "c-soft"),
    "batch": ("1", "2"),
    "evidence": ("1",),
    "local": ("1",),
    "kind": ("lead", "product"),
    "qualification": ("cmmi3", "iso9001"),
    "service": ("policy", "training"),
    "mode": ("point", "line"),
    "benchmark": ("1",),
    "investment": ("0-30", "30-100", "100-"),
    "edition": ("first", "second", "third"),
    "price": ("0-5", "5-20", "20-"),
    "delivery": ("0-15", "16-30", "31-"),
}
_START = datetime(2026, 1, 1, tzinfo=UTC)


def text_of(chance: random.Random, longest: int) -> str:
    parts = []
    for _ in range(chance.randint(1, longest)):
        if chance.random() < 0.7:
            parts.append("".join(chance.choices(HAN, k=chance.randint(1, 5))))
        else:
            parts.append(chance.choice(LATIN))
        parts.append(chance.choice(("", "", " ", "，", "\n", "+")))
    return "".join(parts)


def random_entry(chance: random.Random, number: int) -> Entry:
    kind = chance.choice(KINDS)
    values = {
        facet.key: frozenset(
            chance.sample(CODES[facet.key], chance.randint(0, len(CODES[facet.key])))
        )
        for facet in facets_of(kind)
        if not facet.amount
    }
    solution = kind == "solution"
    price = chance.choice((None, "0", "5", "5.01", "20", "20.0001", "36"))
    return Entry(
        key=f"{kind}:{number}",
        title=text_of(chance, 3),
        url=f"/{kind}/{number}/",
        summary=text_of(chance, 4),
        body=text_of(chance, 12),
        unquoted=text_of(chance, 2),
        values=values,
        first_published_at=_START + timedelta(days=chance.randint(0, 20)),
        delivery_days=chance.choice((1, 15, 16, 30, 31, 90)) if solution else None,
        price_max_wan=Decimal(price) if solution and price is not None else None,
        evidence=chance.randint(0, 3),
        suggestions=(text_of(chance, 1),),
    )


def random_question(chance: random.Random) -> Question:
    kind = chance.choice((*KINDS, None))
    facets = chance.sample(facets_of(kind), chance.randint(0, min(4, len(facets_of(kind)))))
    text = " ".join(text_of(chance, 1) for _ in range(chance.choice((0, 1, 1, 2))))
    if chance.random() < 0.2:
        text = chance.choice(chance.choice(SYNONYMS))
    return Question(
        text=text,
        kind=kind,
        chosen={
            facet.key: tuple(
                chance.sample(CODES[facet.key], min(chance.randint(1, 2), len(CODES[facet.key])))
            )
            for facet in facets
        },
        sort=chance.choice(tuple(SORTS)),
    )


# -- the oracle ------------------------------------------------------------------------------------

_PIECE = re.compile(
    r"[\u3400-\u9fff]+"
    r"|(?:[a-z0-9]|(?<=[0-9])\.(?=[0-9]))+(?:(?<=[a-z])\+\+(?!\+))?"
    r"|\n"
)


def pieces(text: str) -> str:
    """The text's runs of Han and of Latin, with one bar between them."""
    return "|".join(_PIECE.findall(fold(text)))


def holds(text: str, phrase: str) -> bool:
    """Whether the phrase's pieces stand in the text; Latin ones only as a whole."""
    needle = phrase
    if phrase[0].isascii():
        needle = "|" + needle
    if phrase[-1].isascii():
        needle += "|"
    return needle in f"|{pieces(text)}|"


def finds(entry: Entry, text: str, synonyms: Sequence[Sequence[str]] = SYNONYMS) -> bool:
    if not text.strip():
        return True
    parts = (pieces(part) for part in re.split(r"[\s，,、]+", fold(text)))
    wanted = [part for part in parts if part]
    if not wanted:
        return False
    # A synonym of two words stands for the two words side by side.
    for at in range(len(wanted) - 1):
        if wanted[at : at + 2] == ["设备", "能耗"]:
            wanted[at : at + 2] = ["设备|能耗"]
    fields = (entry.title, entry.summary, entry.body, entry.unquoted)
    groups = [[pieces(variant) for variant in group] for group in synonyms]
    return all(
        any(
            holds(field, variant)
            for field in fields
            for variant in {word, *(other for group in groups if word in group for other in group)}
        )
        for word in wanted
    )


def chooses(entry: Entry, chosen: dict[str, tuple[str, ...]], but: str = "") -> bool:
    codes = entry.codes
    return all(
        set(codes.get(key, ())) & set(wanted) for key, wanted in chosen.items() if key != but
    )


def expected_counts(entries: Sequence[Entry], question: Question) -> dict[str, dict[str, int]]:
    """For every facet of the question's kind: code → count, zeros left out."""
    found = [
        entry
        for entry in entries
        if (question.kind is None or entry.kind == question.kind) and finds(entry, question.text)
    ]
    counts: dict[str, dict[str, int]] = {}
    for facet in facets_of(question.kind):
        counts[facet.key] = {}
        for entry in found:
            if chooses(entry, question.chosen, but=facet.key):
                for code in entry.codes.get(facet.key, ()):
                    counts[facet.key][code] = counts[facet.key].get(code, 0) + 1
    return counts


def expected_keys(entries: Sequence[Entry], question: Question) -> set[str]:
    return {
        entry.key
        for entry in entries
        if (question.kind is None or entry.kind == question.kind)
        and finds(entry, question.text)
        and chooses(entry, question.chosen)
    }
