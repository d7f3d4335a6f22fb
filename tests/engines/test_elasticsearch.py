"""What the engine on Elasticsearch promises beyond the contract."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from elasticsearch import BadRequestError

from search.engines.elasticsearch import deadline
from search.engines.elasticsearch.client import SEARCH_DEADLINE, Unavailable
from search.engines.elasticsearch.deadline import remaining
from search.engines.elasticsearch.documents import document_of, fingerprint
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.question import KINDS, Question
from tests.engines.harness import ElasticsearchHarness, everything, keys, solution

Requests = list[dict[str, Any]]


@pytest.fixture
def requests(on_server: ElasticsearchHarness, monkeypatch: pytest.MonkeyPatch) -> Requests:
    """The bodies of all requests that reach the wire from now on."""
    transport = on_server.client.transport
    true_request = transport.perform_request
    seen: Requests = []

    def noted(method: str, target: str, **options: Any) -> Any:
        seen.append({"target": target, "body": options["body"]})
        return true_request(method, target, **options)

    monkeypatch.setattr(transport, "perform_request", noted)
    return seen


def food_and_steel(on_server: ElasticsearchHarness) -> None:
    on_server.put(
        [
            solution(1, "追溯", values={"industry": frozenset({"food"})}),
            solution(2, "排产", values={"industry": frozenset({"steel"})}),
        ]
    )


@pytest.mark.parametrize(
    "question",
    [
        Question(),
        Question(text="追溯", kind="solution"),
        Question(text="追溯", sort="newest", chosen={"industry": ("food",)}),
        Question(kind="solution", chosen={"industry": ("food", "steel")}),
        Question(page=9),
    ],
)
def test_a_page_is_one_request(
    on_server: ElasticsearchHarness, requests: Requests, question: Question
) -> None:
    food_and_steel(on_server)
    requests.clear()
    assert on_server.ask(question).total
    assert [request["target"].partition("?")[0] for request in requests] == [
        f"/{on_server.index}/_search"
    ]


def test_a_page_without_results_is_two(on_server: ElasticsearchHarness, requests: Requests) -> None:
    food_and_steel(on_server)
    requests.clear()
    question = Question(text="追溯 排产", chosen={"industry": ("food",)})
    assert on_server.ask(question).hints
    assert [request["body"]["size"] for request in requests] == [20, 0]
    requests.clear()
    assert on_server.ask(Question(kind="case")).total == 0
    assert len(requests) == 1


def test_totals_and_suggestions_are_one_request_each(
    on_server: ElasticsearchHarness, requests: Requests
) -> None:
    food_and_steel(on_server)
    requests.clear()
    assert on_server.totals([Question(text="追溯"), Question(), Question(text="！")]) == [1, 2, 0]
    assert len(requests) == 1
    assert on_server.totals([]) == []
    assert on_server.suggest("！", 5) == []
    assert len(requests) == 1
    assert on_server.suggest("排", 5)
    assert len(requests) == 2


# -- entries whose time has come -------------------------------------------------------------------


def test_an_entry_that_nobody_reads_again_stays_hidden(
    on_server: ElasticsearchHarness, requests: Requests, wait: Callable[[timedelta], None]
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    on_server.put([solution(1, stale_on=soon), solution(2)])
    told: list[list[str]] = []

    def refuse(due: list[str]) -> bool:
        told.append(due)
        return False

    engine = ElasticsearchEngine(on_server.client, on_server.index, tuple, refuse)
    wait(timedelta(hours=1))
    requests.clear()
    assert keys(engine.ask(Question())) == ["solution:2"]
    assert told == [["solution:1"]]
    assert len(requests) == 1
    # A suggestion is hidden as well.
    assert [entry.key for entry in engine.suggest("追溯", 5)] == ["solution:2"]


def test_an_answer_names_a_hundred_entries_due(
    on_server: ElasticsearchHarness, wait: Callable[[timedelta], None]
) -> None:
    soon = timezone.now() + timedelta(hours=1)
    on_server.put(solution(number, stale_on=soon) for number in range(1, 152))
    on_server.content["solution:151"] = solution(151)
    wait(timedelta(hours=1))
    totals = [on_server.ask(Question()).total for _ in range(3)]
    # Those not yet read again stay hidden, so there are never more than in the end.
    assert totals[-1] == 1
    assert max(totals) == 1


def test_what_is_gone_is_gone(on_server: ElasticsearchHarness) -> None:
    food_and_steel(on_server)
    on_server.drop(["solution:1"])
    answer = on_server.ask(Question())
    assert (answer.total, answer.kind_counts["solution"]) == (1, 1)
    assert answer.facets["industry"] == {"steel": 1}
    assert on_server.totals([Question(text="追溯")]) == [0]
    assert on_server.suggest("追溯", 5) == on_server.suggest("zhuisu", 5) == []
    mark = on_server.client.get(index=on_server.index, id="solution:1")["_source"]
    assert mark["gone"] is True
    assert mark["gone_at"]


# -- the index -------------------------------------------------------------------------------------


def test_an_unknown_field_is_refused(on_server: ElasticsearchHarness) -> None:
    document = {**document_of(solution(1)), "colour": "red"}
    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        on_server.client.index(index=on_server.index, id="solution:1", document=document)


def test_words_are_not_kept_beside_the_content(on_server: ElasticsearchHarness) -> None:
    on_server.put([solution(1, suggestions=("追溯",))])
    stored = on_server.client.get(index=on_server.index, id="solution:1")["_source"]
    assert set(stored) == {"key", "digest", "gone", "content"}
    held = on_server.client.indices.get_mapping(index=on_server.index)[on_server.index]
    assert held["mappings"]["_meta"] == {"fingerprint": fingerprint()}


def test_newest_knows_microseconds(on_server: ElasticsearchHarness) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    on_server.put(
        solution(number, first_published_at=moment + timedelta(microseconds=number))
        for number in range(1, 21)
    )
    newest = keys(on_server.ask(Question(sort="newest")))
    assert newest == [f"solution:{number}" for number in range(20, 0, -1)]


# -- long questions --------------------------------------------------------------------------------


@pytest.mark.parametrize("char", ["光", "𠀀"])
def test_a_last_character_may_begin_any_number_of_words(
    on_server: ElasticsearchHarness, char: str
) -> None:
    """Beyond 64 kibi Han are two code units, which the index of first characters does not hold."""
    on_server.put(solution(number, f"X{char}{chr(0x4E00 + number)}") for number in range(1, 301))
    assert on_server.ask(Question(text=f"x{char}")).total == 300
    assert on_server.ask(Question(text=char)).total == 300
    assert len(everything(on_server, Question(text=f"x{char}"))) == 300


def test_a_question_may_be_all_synonyms(on_server: ElasticsearchHarness) -> None:
    """A server refuses a query of too many clauses."""
    groups = [[f"词{chr(0x4E00 + at)}{other}" for other in range(25)] for at in range(50)]
    on_server.put([solution(1, " ".join(group[-1] for group in groups)), solution(2)])
    question = Question(text=" ".join(group[0] for group in groups), synonyms=tuple(groups))
    answer = on_server.ask(question)
    assert keys(answer) == ["solution:1"]
    assert len(answer.expansions) == 50


# -- answers that are none -------------------------------------------------------------------------

WHOLE: dict[str, Any] = {
    "timed_out": False,
    "_shards": {"failed": 0},
    "hits": {
        "total": {"value": 1, "relation": "eq"},
        "hits": [{"_source": {"content": solution(1).to_json()}}],
    },
    "aggregations": {
        "_filter": {
            key: {"sum_other_doc_count": 0, "buckets": []} for key in ("industry", "scenario")
        },
        "kinds": {"buckets": {kind: {"doc_count": 0} for kind in KINDS}},
        "everything": {"due": {"keys": {"buckets": []}}},
    },
}


# An entry whose unknown price and dates can be replaced by something that is none.
FREE = solution(1).to_json()


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds


class OneAnswer:
    """A client that is always answered the same; ``left`` notes the seconds each answer had."""

    def __init__(self, answer: Any, clock: Clock | None = None) -> None:
        self.answer = answer
        self.clock = clock
        self.left: list[float | None] = []

    def perform_request(self, *_arguments: Any, **_options: Any) -> SimpleNamespace:
        self.left.append(remaining())
        if self.clock:
            self.clock.seconds += 0.5
        return SimpleNamespace(body=self.answer)

    def engine(self) -> ElasticsearchEngine:
        return ElasticsearchEngine(self, "any", tuple, lambda due: False)


def spoilt(path: str, value: Any) -> Any:
    """The whole answer with something else at one place."""
    answer = deepcopy(WHOLE)
    place: Any = answer
    *way, last = path.split("/")
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    place[last] = value
    return answer


def test_the_whole_answer_is_understood() -> None:
    assert keys(OneAnswer(WHOLE).engine().ask(Question())) == ["solution:1"]


@pytest.mark.parametrize(
    "answer",
    [
        spoilt("timed_out", True),
        spoilt("_shards/failed", 1),
        spoilt("_shards", None),
        spoilt("hits/total/relation", "gte"),
        spoilt("hits/total", 1),
        spoilt("hits/hits/0/_source", {}),
        spoilt("hits/hits/0/_source", {"content": "{"}),
        spoilt("hits/hits/0/_source", {"content": "{}"}),
        spoilt("hits/hits/0/_source", {"content": FREE.replace("null", '"free"')}),
        spoilt("hits/hits", None),
        spoilt("aggregations/_filter/industry/sum_other_doc_count", 1),
        spoilt("aggregations/_filter", {}),
        spoilt("aggregations/kinds/buckets", {}),
        spoilt("aggregations/everything", {}),
        spoilt("aggregations", None),
        "<html>",
        None,
        [],
    ],
    ids=lambda answer: json.dumps(answer)[:40],
)
def test_less_than_the_whole_answer_is_none(answer: Any) -> None:
    engine = OneAnswer(answer).engine()
    with pytest.raises(Unavailable):
        engine.ask(Question())


def test_counts_and_suggestions_come_whole_or_not_at_all() -> None:
    engine = OneAnswer(WHOLE).engine()
    with pytest.raises(Unavailable):
        engine.totals([Question()])
    assert [entry.key for entry in engine.suggest("追溯", 5)] == ["solution:1"]
    with pytest.raises(Unavailable):
        OneAnswer(spoilt("hits/hits", [{}])).engine().suggest("追溯", 5)


def test_a_page_and_its_hints_share_one_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    nothing = spoilt("hits", {"total": {"value": 0, "relation": "eq"}, "hits": []})
    nothing["aggregations"]["counts"] = {"buckets": {"0": {"doc_count": 7}}}
    client = OneAnswer(nothing, clock)
    answer = client.engine().ask(Question(text="追溯"))
    assert [(hint.what, hint.count) for hint in answer.hints] == [("text", 7)]
    assert client.left == pytest.approx([SEARCH_DEADLINE, SEARCH_DEADLINE - 0.5])
