"""What is sent to Elasticsearch; no server is asked."""

import random
import unicodedata
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pytest

from search import entries
from search.engines.base import groups_of
from search.engines.elasticsearch import documents
from search.engines.elasticsearch.documents import (
    document_of,
    facet_field,
    index_body,
    tombstone,
)
from search.engines.elasticsearch.query import (
    Asked,
    EntrySearch,
    hint_search,
    hints,
    suggestion_search,
    totals_search,
)
from search.facets import FACETS
from search.pinyin import READINGS_VERSION
from search.question import LAST_PAGE, SORTS, Question
from search.words import RULE_VERSION
from tests.engines.corpus import SYNONYMS, random_entry
from tests.engines.harness import solution

NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
DUE = {"range": {"stale_on": {"lte": "2026-05-01T08:30:00.000000+00:00"}}}
SHOWN = {"bool": {"filter": [{"term": {"gone": False}}], "must_not": [DUE]}}
CASE = {"term": {"kind": "case"}}
FOOD_OR_STEEL = {"terms": {"f_industry": ["food", "steel"]}}
L5 = {"terms": {"f_level": ["L5"]}}
WEAVING = Question(
    text="追溯 X光",
    kind="case",
    chosen={"industry": ("food", "steel"), "level": ("L5",)},
    page=2,
)


def asked(question: Question) -> Asked:
    return Asked(question, groups_of(question, lambda: SYNONYMS[1:]), NOW)


def body(question: Question) -> dict:
    return EntrySearch(asked(question)).to_dict()


def all_of(*filters: dict) -> dict:
    return {"bool": {"filter": list(filters)}}


def terms(key: str) -> dict:
    return {"terms": {"field": facet_field(key), "size": 10_000}}


def phrase(field: str, text: str, boost: float) -> dict:
    return {"match_phrase": {field: {"query": text, "boost": boost}}}


def open_phrase(field: str, text: str, **boost: float) -> dict:
    return {"match_phrase_prefix": {field: {"query": text, "max_expansions": 1_000_000, **boost}}}


def test_a_page_in_one_request() -> None:
    assert body(WEAVING) == {
        "query": {
            "bool": {
                "filter": [
                    SHOWN,
                    {"match_phrase": {"words": {"query": "追溯"}}},
                    open_phrase("words", "x 光"),
                ],
                "should": [
                    phrase("words_title", "追溯", 8.0),
                    phrase("words_summary", "追溯", 3.0),
                    phrase("words", "追溯", 1.0),
                    open_phrase("words_title", "x 光", boost=8.0),
                    open_phrase("words_summary", "x 光", boost=3.0),
                    open_phrase("words", "x 光", boost=1.0),
                ],
            }
        },
        "post_filter": all_of(CASE, FOOD_OR_STEEL, L5),
        "aggs": {
            "_filter": {
                "filter": all_of(CASE, FOOD_OR_STEEL, L5),
                "aggs": {
                    key: terms(key)
                    for key in ("scenario", "mode", "benchmark", "investment", "edition")
                },
            },
            "_filter_industry": {
                "filter": all_of(CASE, L5),
                "aggs": {"industry": terms("industry")},
            },
            "_filter_level": {
                "filter": all_of(CASE, FOOD_OR_STEEL),
                "aggs": {"level": terms("level")},
            },
            "kinds": {
                "filters": {
                    "filters": {
                        "solution": all_of({"term": {"kind": "solution"}}, FOOD_OR_STEEL, L5),
                        "provider": all_of({"term": {"kind": "provider"}}, FOOD_OR_STEEL),
                    }
                }
            },
            "everything": {
                "global": {},
                "aggs": {
                    "due": {
                        "filter": all_of({"term": {"gone": False}}, DUE),
                        "aggs": {"keys": {"terms": {"field": "key", "size": 100}}},
                    }
                },
            },
        },
        "sort": [{"_score": "desc"}, "tie"],
        "from": 20,
        "size": 20,
        "track_total_hits": True,
        "_source": True,
    }


def test_a_blank_question_ranks_nothing() -> None:
    sent = body(Question(text="  "))
    assert sent["query"] == {"bool": {"filter": [SHOWN]}}
    assert sent["sort"] == ["tie"]
    assert "post_filter" not in sent


@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort != "relevance"])
def test_other_sorts_compute_no_scores(sort: str) -> None:
    sent = body(Question(text="追溯", sort=sort))
    assert "should" not in sent["query"]["bool"]
    lead, tie = sent["sort"]
    assert [order["missing"] for order in lead.values()] == ["_last"]
    assert tie == "tie"


def test_a_text_without_a_word_finds_nothing() -> None:
    sent = body(Question(text="！？"))
    assert sent["query"]["bool"]["filter"] == [SHOWN, {"match_none": {}}]


def test_a_word_or_one_of_its_synonyms() -> None:
    sent = body(Question(text="排产 云"))
    assert sent["query"]["bool"]["filter"][1:] == [
        {
            "bool": {
                "minimum_should_match": 1,
                "should": [
                    {"match_phrase": {"words": {"query": "排产"}}},
                    {"match_phrase": {"words": {"query": "设备 备 能耗"}}},
                ],
            }
        },
        {
            "bool": {
                "minimum_should_match": 1,
                "should": [
                    {"prefix": {"words": {"value": "云"}}},
                    {"match_phrase": {"words": {"query": "saas"}}},
                ],
            }
        },
    ]


def test_no_server_is_asked_for_more_than_it_gives() -> None:
    last = body(Question(page=LAST_PAGE))
    assert (last["from"], last["size"]) == (9_980, 20)
    beyond = body(Question(page=10**30))
    assert (beyond["from"], beyond["size"]) == (0, 0)
    assert beyond["track_total_hits"] is True


def test_a_question_of_a_hundred_words_is_matched_whole_and_ranked_by_the_first() -> None:
    text = " ".join(f"w{number}" for number in range(150))
    sent = body(Question(text=text, synonyms=()))
    assert len(sent["query"]["bool"]["filter"]) == 151
    assert len(sent["query"]["bool"]["should"]) == 300


def test_hints_in_one_request() -> None:
    question = asked(WEAVING)
    hinted = hints(question)
    assert [(what, key) for what, key, _left in hinted] == [
        ("facet", "industry"),
        ("facet", "level"),
        ("word", "追溯"),
        ("word", "X光"),
        ("facets", ""),
        ("text", ""),
    ]
    traced, xray = {"match_phrase": {"words": {"query": "追溯"}}}, open_phrase("words", "x 光")
    assert hint_search(question, (left for *_, left in hinted)).to_dict() == {
        "query": all_of(SHOWN, CASE),
        "aggs": {
            "counts": {
                "filters": {
                    "filters": {
                        "0": all_of(traced, xray, L5),
                        "1": all_of(traced, xray, FOOD_OR_STEEL),
                        "2": all_of(xray, FOOD_OR_STEEL, L5),
                        "3": all_of(traced, FOOD_OR_STEEL, L5),
                        "4": all_of(traced, xray),
                        "5": all_of(FOOD_OR_STEEL, L5),
                    }
                }
            }
        },
        "size": 0,
        "track_total_hits": False,
    }


def test_nothing_can_be_dropped_from_an_open_question() -> None:
    assert hints(asked(Question(kind="case"))) == []
    assert [what for what, *_ in hints(asked(Question(text="追溯")))] == ["text"]
    words = " ".join("abcdefg")
    assert [what for what, *_ in hints(asked(Question(text=words)))] == ["text"]


def test_totals_in_one_request() -> None:
    sent = totals_search([asked(WEAVING), asked(Question())], NOW).to_dict()
    assert sent["size"] == 0
    assert sent["query"] == all_of(SHOWN)
    assert sent["aggs"]["counts"]["filters"]["filters"] == {
        "0": all_of(
            {"match_phrase": {"words": {"query": "追溯"}}},
            open_phrase("words", "x 光"),
            CASE,
            FOOD_OR_STEEL,
            L5,
        ),
        "1": {"bool": {}},
    }


def test_suggestions_by_title_and_by_keyboard() -> None:
    search = suggestion_search("智能 pai", 5, NOW)
    assert search is not None
    title = {
        "bool": {
            "must": [
                {"match_phrase": {"words_title": {"query": "智能"}}},
                {"prefix": {"words_title": {"value": "pai"}}},
            ]
        }
    }
    assert search.to_dict()["query"] == {"bool": {"filter": [SHOWN, title], "should": [title]}}

    typed = suggestion_search("Pai C", 5, NOW)
    assert typed is not None
    ways = typed.to_dict()["query"]["bool"]["filter"][1]["bool"]["should"]
    assert ways[1] == {"prefix": {"typed": {"value": "paic"}}}
    assert typed.to_dict()["size"] == 5
    assert suggestion_search("！", 5, NOW) is None


def test_every_document_fits_the_mapping() -> None:
    known = set(index_body()["mappings"]["properties"])
    chance = random.Random(5)
    sent: set[str] = set(tombstone("case:1", NOW))
    for number in range(200):
        sent |= set(document_of(random_entry(chance, number)))
    sent |= set(document_of(solution(1, stale_on=NOW)))
    assert sent == known
    assert {facet_field(key) for key in FACETS} < known


def test_an_index_is_strict_and_keeps_its_words_to_itself() -> None:
    made = index_body()
    assert made["mappings"]["dynamic"] == "strict"
    assert made["settings"]["number_of_shards"] == 1
    read_back = set(made["mappings"]["_source"]["includes"])
    assert read_back == {"key", "digest", "gone", "gone_at", "content"}


def test_moments_keep_their_microseconds() -> None:
    moment = datetime(2026, 5, 1, 8, 30, 0, 123_457, tzinfo=UTC)
    document = document_of(solution(1, first_published_at=moment, stale_on=moment))
    later = document_of(solution(1, first_published_at=moment + timedelta(microseconds=1)))
    assert later["published"] - document["published"] == 1
    assert document["stale_on"] == "2026-05-01T08:30:00.123457+00:00"


def test_an_entry_read_by_other_tables_is_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python knows other letters, another dictionary other readings."""
    assert unicodedata.unidata_version in RULE_VERSION
    assert version("pypinyin") in READINGS_VERSION
    before = solution(1).digest
    for name in ("RULE_VERSION", "READINGS_VERSION"):
        monkeypatch.setattr(entries, name, "another")
        assert solution(1).digest != before
        monkeypatch.undo()
    assert solution(1).digest == before


def test_the_fingerprint_follows_the_rule_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = documents.fingerprint()
    assert index_body()["mappings"]["_meta"] == {"fingerprint": before}
    for name in ("RULE_VERSION", "READINGS_VERSION"):
        monkeypatch.setattr(documents, name, "another")
        assert documents.fingerprint.__wrapped__() != before
        monkeypatch.undo()
    assert documents.fingerprint.__wrapped__() == before
