"""What the embedded engine promises beyond the contract: its store lies in the database."""

import random
from dataclasses import replace

from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from search.embedded_file import alias
from search.question import Question
from tests.engines.corpus import random_entry, random_question
from tests.engines.harness import EmbeddedHarness, solution


def fill(embedded: EmbeddedHarness, number: int) -> None:
    chance = random.Random(7)
    entries = [random_entry(chance, at) for at in range(1, number + 1)]
    embedded.content.update({entry.key: entry for entry in entries})
    embedded.put(entries)


def test_a_change_rolled_back_never_was(embedded: EmbeddedHarness) -> None:
    embedded.put([solution(1)])
    assert embedded.ask(Question(text="追溯")).total == 1
    undone = transaction.savepoint(using=alias())
    embedded.put([solution(2)])
    assert embedded.ask(Question(text="追溯")).total == 2
    transaction.savepoint_rollback(undone, using=alias())
    embedded.put([solution(3, "排产")])
    assert embedded.ask(Question(text="追溯")).total == 1
    assert embedded.ask(Question(text="排产")).total == 1


def test_the_store_holds_what_is_left_of_many_changes(embedded: EmbeddedHarness) -> None:
    fill(embedded, 120)
    chance = random.Random(12)
    for step in range(60):
        old = embedded.content[chance.choice(sorted(embedded.content))]
        if step % 3 == 0:
            del embedded.content[old.key]
            embedded.drop([old.key])
        else:
            new = replace(random_entry(chance, old.pk), key=old.key)
            embedded.content[old.key] = new
            embedded.put([new])
    assert embedded.engine.faults() == []
    expected = {key: entry.digest for key, entry in embedded.content.items()}
    assert dict(embedded.engine.digests()) == expected


def test_rebuild_holds_exactly_what_it_was_given(embedded: EmbeddedHarness) -> None:
    fill(embedded, 120)
    kept = list(embedded.content.values())[:30]
    told: list[int] = []
    embedded.engine.rebuild(iter(kept), told.append)
    assert told[-1] == 30
    assert embedded.ask(Question()).total == 30
    assert dict(embedded.engine.digests()) == {entry.key: entry.digest for entry in kept}
    assert embedded.engine.faults() == []


def test_an_answer_takes_two_statements(embedded: EmbeddedHarness) -> None:
    fill(embedded, 120)
    question = Question(text="追溯 云", kind="solution", chosen={"industry": ("food",)})
    embedded.ask(question)
    with CaptureQueriesContext(connections[alias()]) as queries:
        assert embedded.ask(question).total
    assert len(queries) == 2


def test_totals_take_two_statements_however_many_they_are(embedded: EmbeddedHarness) -> None:
    fill(embedded, 120)
    chance = random.Random(13)
    questions = [random_question(chance) for _ in range(60)]
    embedded.totals(questions)
    with CaptureQueriesContext(connections[alias()]) as queries:
        assert sum(embedded.totals(questions))
    assert len(queries) == 2
