"""What every engine promises; each test runs on each of them."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from search.entries import Entry
from search.facets import facets_of
from search.question import LAST_PAGE, Question
from tests.engines.corpus import (
    expected_counts,
    expected_keys,
    random_entry,
    random_question,
)
from tests.engines.harness import Harness, everything, keys, nonzero, solution


def test_totals_and_counts_equal_the_oracle_for_500_questions(filled: Harness) -> None:
    chance = random.Random(11)
    entries = list(filled.content.values())
    texts = 0
    for _ in range(500):
        question = random_question(chance)
        answer = filled.ask(question)
        expected = expected_keys(entries, question)
        assert answer.total == len(expected), question
        assert set(everything(filled, question)) == expected, question
        assert nonzero(answer) == expected_counts(entries, question), question
        texts += bool(question.text and answer.total)
    assert texts > 50, "too few questions with a text found anything to prove something"


def test_changes_and_removals_are_seen_at_once(filled: Harness) -> None:
    chance = random.Random(12)
    content = filled.content
    for step in range(60):
        old = content[chance.choice(sorted(content))]
        if step % 3 == 0:
            del content[old.key]
            filled.drop([old.key])
        else:
            new = replace(random_entry(chance, old.pk), key=old.key)
            content[old.key] = new
            filled.put([new])
        question = random_question(chance)
        answer = filled.ask(question)
        assert answer.total == len(expected_keys(list(content.values()), question))
        assert nonzero(answer) == expected_counts(list(content.values()), question)


def test_an_engine_started_anew_answers_the_same(filled: Harness) -> None:
    question = Question(text="追溯", chosen={"industry": ("textile",)})
    assert filled.started_anew().ask(question) == filled.ask(question)


def test_counts_ignore_their_own_facet(harness: Harness) -> None:
    harness.put(
        [
            solution(1, values={"industry": frozenset({"food"}), "goal": frozenset({"cost"})}),
            solution(2, values={"industry": frozenset({"steel"}), "goal": frozenset({"cost"})}),
            solution(3, values={"industry": frozenset({"steel"}), "goal": frozenset({"green"})}),
        ]
    )
    answer = harness.ask(Question(kind="solution", chosen={"industry": ("food",)}))
    assert answer.total == 1
    assert nonzero(answer)["industry"] == {"food": 1, "steel": 2}
    assert nonzero(answer)["goal"] == {"cost": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("云", True),
        ("上云", True),
        ("MES", True),
        ("me", False),
        ("工业互联", True),
        ("业互", True),
        ("互联工业", False),
        ("5G", True),
        ("5G+工业互联网", True),
        ("3.5万", True),
        ("5万", False),
        ("C++", True),
        ("C", False),
        ("追溯 缺席", False),
        ("！！", False),
        ("   ", True),
        ("ｍｅｓ　上云", True),
        ("网\x00", True),
        ('"AND" OR NOT NEAR( * ^', False),
        ("追" * 200, False),
        (" ".join("追溯云网平台" for _ in range(30)), False),
    ],
)
def test_what_a_text_finds(harness: Harness, text: str, found: bool) -> None:
    harness.put([solution(1, "5G+工业互联网上云", summary="MES 约3.5万元", body="用 C++ 写成")])
    assert bool(harness.ask(Question(text=text)).total) is found


def test_a_phrase_does_not_reach_into_the_next_line(harness: Harness) -> None:
    harness.put([solution(1, body="报工用MES\n平台另购")])
    assert harness.ask(Question(text="MES平台")).total == 0
    assert harness.ask(Question(text="MES 平台")).total == 1


def test_a_phrase_does_not_reach_from_one_text_into_the_next(harness: Harness) -> None:
    harness.put([solution(1, "部署用 MES", summary="5G 专网", body="C++ 写成", unquoted="WMS")])
    for apart in ("MES+5G", "网C++", "写成WMS", "成WMS"):
        assert harness.ask(Question(text=apart)).total == 0, apart
    assert harness.ask(Question(text="用MES 5G专网 C++写成 WMS")).total == 1


def test_synonyms_are_searched_and_named(harness: Harness) -> None:
    harness.put([solution(1, "质量溯源"), solution(2, "MES 系统"), solution(3, "设备、能耗一屏看")])
    answer = harness.ask(Question(text="追溯"))
    assert set(keys(answer)) == {"solution:1", "solution:2"}
    (expansion,) = answer.expansions
    assert (expansion.word, expansion.synonyms) == ("追溯", ("溯源", "mes"))
    assert "<mark>溯源</mark>" in next(h for h in answer.hits if h.entry.pk == 1).title_html
    assert keys(harness.ask(Question(text="排产"))) == ["solution:3"]
    assert harness.ask(Question(text="追溯系统")).expansions == ()


def test_an_edited_list_of_synonyms_applies_at_once(harness: Harness) -> None:
    harness.put([solution(1, "制造执行系统"), solution(2, "MES")])
    harness.synonyms = ()
    assert keys(harness.ask(Question(text="MES"))) == ["solution:2"]
    harness.synonyms = [["MES", "制造执行系统"]]
    assert set(keys(harness.ask(Question(text="mes")))) == {"solution:1", "solution:2"}
    assert harness.totals([Question(text="制造执行系统")]) == [2]
    harness.synonyms = ()
    assert harness.totals([Question(text="制造执行系统")]) == [1]


def test_the_title_weighs_more_than_the_body(harness: Harness) -> None:
    harness.put(
        [
            solution(1, "甲", body="追溯"),
            solution(2, "追溯", body="甲"),
            solution(3, "乙", summary="追溯"),
        ]
    )
    assert keys(harness.ask(Question(text="追溯"))) == ["solution:2", "solution:3", "solution:1"]


def test_sorts_put_the_unknown_last_and_follow_the_hash(harness: Harness) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    entries = [
        solution(1, price_max_wan=Decimal("4.8"), delivery_days=30, evidence=2),
        solution(2, price_max_wan=None, delivery_days=7, first_published_at=moment),
        solution(3, price_max_wan=Decimal("2.4"), delivery_days=None, evidence=2),
        solution(4, price_max_wan=Decimal("4.8"), delivery_days=7, evidence=5),
    ]
    harness.put(entries)
    tie = {entry.key: entry.tie for entry in entries}

    def sorted_by(sort: str) -> list[int]:
        found = keys(harness.ask(Question(sort=sort)))
        return [int(key.partition(":")[2]) for key in found]

    def by_hash(*numbers: int) -> list[int]:
        return sorted(numbers, key=lambda number: tie[f"solution:{number}"])

    assert sorted_by("price") == [3, *by_hash(1, 4), 2]
    assert sorted_by("delivery") == [*by_hash(2, 4), 1, 3]
    assert sorted_by("newest") == [2, *by_hash(1, 3, 4)]
    assert sorted_by("evidence") == [4, *by_hash(1, 3), 2]
    assert sorted_by("relevance") == by_hash(1, 2, 3, 4)


def test_equal_relevance_follows_the_hash(harness: Harness) -> None:
    entries = [solution(number) for number in range(1, 8)]
    harness.put(entries)
    expected = [entry.key for entry in sorted(entries, key=lambda entry: entry.tie)]
    assert keys(harness.ask(Question(text="追溯"))) == expected


def test_pages_part_the_result_without_loss(harness: Harness) -> None:
    harness.put(solution(number) for number in range(1, 46))
    for text in ("", "追溯"):
        found = everything(harness, Question(text=text))
        assert len(found) == len(set(found)) == 45
    assert harness.ask(Question()).pages == 3
    assert harness.ask(Question(page=4)).hits == ()
    assert harness.ask(Question(page=10**30)).hits == ()
    assert harness.ask(Question(page=LAST_PAGE + 1)).total == 45


def test_hints_name_what_to_drop(harness: Harness) -> None:
    harness.put(
        [
            solution(1, "追溯", values={"industry": frozenset({"food"})}),
            solution(2, "排产", values={"industry": frozenset({"steel"})}),
        ]
    )
    answer = harness.ask(Question(text="追溯", kind="solution", chosen={"industry": ("steel",)}))
    assert {(hint.what, hint.key, hint.count) for hint in answer.hints} == {
        ("facet", "industry", 1),
        ("text", "", 1),
    }
    answer = harness.ask(Question(text="追溯 排产"))
    assert ("word", "排产", 1) in {(hint.what, hint.key, hint.count) for hint in answer.hints}
    nothing = harness.ask(Question(text="！", chosen={"industry": ("food",)}))
    assert [(hint.what, hint.count) for hint in nothing.hints] == [("text", 1)]


def test_what_is_not_quoted_is_found_and_not_shown(harness: Harness) -> None:
    harness.put([solution(1, "甲", body="乙", unquoted="Quality of work")])
    (hit,) = harness.ask(Question(text="quality")).hits
    assert hit.excerpt_html == ""
    assert harness.ask(Question(text="乙 quality")).total == 1
    assert harness.ask(Question(text="乙quality")).total == 0


def test_synonyms_and_words_are_told_as_they_were_written(harness: Harness) -> None:
    harness.put([solution(1)])
    known = (("ＰＣＢ 板", "线路板", "Andon"),)
    (expansion,) = harness.ask(Question(text="线路板", synonyms=known)).expansions
    assert expansion.synonyms == ("ＰＣＢ 板", "Andon")
    (expansion,) = harness.ask(Question(text="andoN", synonyms=known)).expansions
    assert (expansion.word, expansion.synonyms) == ("andoN", ("ＰＣＢ 板", "线路板"))
    hints = harness.ask(Question(text="追溯，ＥＲＰ")).hints
    assert "ＥＲＰ" in {hint.key for hint in hints if hint.what == "word"}


def test_totals_are_those_of_the_answers(filled: Harness) -> None:
    chance = random.Random(13)
    questions = [random_question(chance) for _ in range(60)]
    questions += [Question(), Question(text="！"), Question(text="追溯", page=99)]
    assert filled.totals(questions) == [filled.ask(question).total for question in questions]
    assert filled.totals([]) == []


def test_totals_leave_out_what_is_no_longer_true(
    harness: Harness, wait: Callable[[timedelta], None]
) -> None:
    harness.put([solution(1, stale_on=timezone.now() + timedelta(hours=1)), solution(2)])
    assert harness.totals([Question(text="追溯")]) == [2]
    wait(timedelta(hours=1))
    assert harness.totals([Question(text="追溯")]) == [1]


def test_counts_of_kinds(harness: Harness) -> None:
    food = {"industry": frozenset({"food"})}
    harness.put(
        [
            solution(1, values=food),
            Entry(key="provider:1", title="追溯", url="/p/", values=food),
            Entry(key="case:1", title="排产", url="/c/", values=food),
        ]
    )
    answer = harness.ask(Question(text="追溯", chosen={"industry": ("food",)}))
    assert answer.total == 2
    assert answer.kind_counts == {"solution": 1, "provider": 1, "case": 0}


def test_an_entry_whose_time_has_come_is_read_again(
    harness: Harness, wait: Callable[[timedelta], None]
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    harness.put([solution(1, stale_on=soon), solution(2, stale_on=soon), solution(3)])
    harness.content["solution:2"] = solution(2, "排产")
    assert harness.ask(Question(text="追溯")).total == 3
    wait(timedelta(hours=1))
    assert keys(harness.ask(Question(text="追溯"))) == ["solution:3"]
    assert keys(harness.ask(Question(text="排产"))) == ["solution:2"]
    assert set(keys(harness.ask(Question()))) == {"solution:2", "solution:3"}


def test_an_entry_comes_to_match_when_its_time_has_come(
    harness: Harness, wait: Callable[[timedelta], None]
) -> None:
    harness.put([solution(1, stale_on=timezone.now() + timedelta(hours=1))])
    harness.content["solution:1"] = solution(1, "排产")
    assert harness.ask(Question(text="排产")).total == 0
    wait(timedelta(hours=1))
    assert keys(harness.ask(Question(text="排产"))) == ["solution:1"]


def test_suggestions_by_text_and_by_keyboard(harness: Harness) -> None:
    harness.put(
        [
            solution(1, "一体化智能排产助手", suggestions=("智能排产助手",)),
            solution(2, "MES 标准包", suggestions=("MES 标准包",)),
            solution(3, "银行对账", suggestions=("银行对账",)),
        ]
    )

    def suggested(text: str) -> list[int]:
        return [entry.pk for entry in harness.suggest(text, 5)]

    assert suggested("排产") == [1]
    assert suggested("zhinengpai") == [1]
    assert suggested("ZNPC") == [1]
    assert suggested("me") == [2]
    assert suggested("yinhang") == suggested("yh") == [3]
    assert suggested("！") == suggested("") == suggested("追溯\x00") == []


def test_suggestions_by_title_come_first_then_in_the_order_of_the_keyboard(
    harness: Harness,
) -> None:
    titles = ("美食城", "没事找事", "MES 标准包", "排产")
    harness.put(
        solution(number, title, suggestions=(title,))
        for number, title in enumerate(titles, start=1)
    )
    assert [entry.pk for entry in harness.suggest("me", 5)] == [3, 1, 2]
    assert [entry.pk for entry in harness.suggest("me", 2)] == [3, 1]
    assert harness.suggest("排产 mes", 5) == []


def test_what_is_stored_comes_back(harness: Harness) -> None:
    entry = solution(
        1,
        "排产",
        summary="一句话",
        body="第一行\n第二行",
        values={"industry": frozenset({"food", "steel"})},
        first_published_at=datetime(2026, 4, 1, 8, 30, tzinfo=UTC),
        delivery_days=15,
        price_max_wan=Decimal("4.8000"),
        evidence=1,
        stale_on=timezone.now() + timedelta(days=1),
        suggestions=("排产",),
        card={"levels": ["L3", "L5"], "price": None},
    )
    harness.put([entry])
    (hit,) = harness.ask(Question(text="排产")).hits
    assert hit.entry == entry
    assert hit.entry.public_id.startswith("solution-")


def test_every_facet_of_the_kind_is_answered(harness: Harness) -> None:
    harness.put([solution(1)])
    for kind in ("solution", "provider", "case", None):
        answer = harness.ask(Question(kind=kind))
        assert list(answer.facets) == [facet.key for facet in facets_of(kind)]
