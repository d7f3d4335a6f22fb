"""Elasticsearch and the embedded engine give the same answer to the same question."""

import random
from dataclasses import replace
from unicodedata import name

import pytest

from search.entries import Entry
from search.question import Answer, Question
from search.words import fold, phrases
from tests.engines.corpus import random_entry, random_question
from tests.engines.hard_strings import COUNT, hard_strings
from tests.engines.harness import ElasticsearchHarness, EmbeddedHarness, keys, nonzero


class Both:
    """Both engines over the same entries."""

    def __init__(self, embedded: EmbeddedHarness, on_server: ElasticsearchHarness) -> None:
        self.harnesses = (embedded, on_server)

    def put(self, entries: list[Entry]) -> None:
        for harness in self.harnesses:
            harness.put(entries)

    def ask(self, question: Question) -> Answer:
        """The answer, after it was seen that both give it."""
        one, other = (harness.ask(question) for harness in self.harnesses)
        assert (one.engine, other.engine) == ("embedded", "elasticsearch")
        assert comparable(other) == comparable(one), question
        return one


def comparable(answer: Answer) -> Answer:
    """What must be equal: all but the order of relevance and the facets that count nothing."""
    ranked = answer.question.sort == "relevance" and answer.question.text.strip()
    hits = answer.hits
    if ranked:
        # On the only page of a result stand the same entries, whatever their order.
        hits = tuple(sorted(hits, key=lambda hit: hit.entry.key)) if answer.pages == 1 else ()
    return replace(answer, engine="", facets=nonzero(answer), hits=hits)


@pytest.fixture
def both(embedded: EmbeddedHarness, on_server: ElasticsearchHarness) -> Both:
    return Both(embedded, on_server)


def entry_of(number: int, text: str) -> Entry:
    """The text as a title, and in the middle of a body."""
    return Entry(
        key=f"solution:{number}",
        title=text if number % 2 else "甲",
        summary="" if number % 3 else text,
        body=f"第一段\n前{text}后" if number % 5 else text,
        url="/",
    )


def test_hard_strings_are_found_alike(both: Both) -> None:
    strings = hard_strings()
    assert len(strings) == COUNT
    both.put([entry_of(number, text) for number, text in enumerate(strings, start=1)])
    for number, text in enumerate(strings, start=1):
        # Sorted by what all have alike: the order is that of the hash.
        answer = both.ask(Question(text=text, sort="evidence"))
        if answer.total <= len(answer.hits) and phrases(text):
            assert f"solution:{number}" in keys(answer), text


def test_every_character_alone_is_found_alike(both: Both) -> None:
    strings = hard_strings()
    both.put(
        [
            Entry(key=f"solution:{number}", title=text, url="/")
            for number, text in enumerate(strings, start=1)
        ]
    )
    folded = [fold(text) for text in strings]
    characters = sorted(set("".join(strings)) | set("".join(folded)))
    parts_of_words = 0
    for char in characters:
        answer = both.ask(Question(text=char, sort="evidence"))
        asked = phrases(char)
        if len(asked) == 1 and asked[0].is_prefix and len(asked[0].runs) == 1:
            # Han, kana and Hangul are found wherever they stand.
            wanted = asked[0].text
            expected = sum(wanted in text for text in folded)
            assert answer.total == expected, name(char)
            parts_of_words += bool(expected)
    assert len(characters) > 300
    assert parts_of_words > 100


def test_a_thousand_random_questions_over_two_thousand_entries(both: Both) -> None:
    chance = random.Random(2000)
    both.put([random_entry(chance, number) for number in range(1, 2001)])
    found = counted = empty = 0
    for _ in range(1000):
        question = replace(random_question(chance), page=chance.choice((1, 1, 1, 2, 3)))
        answer = both.ask(question)
        found += bool(question.text and answer.total)
        counted += bool(question.chosen and sum(map(len, nonzero(answer).values())) > 10)
        empty += bool(answer.hints)
    # What would be equal because there is nothing proves nothing.
    assert found > 300
    assert counted > 300
    assert empty > 50
